"""What the pages read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.city import views
from kiosk.city.database import CityDatabase
from kiosk.errors import CorruptError, StoreError
from kiosk.model.ticket import State
from kiosk.model.token import token_of
from kiosk.records import replace
from kiosk.wire.messages import DeviceState
from tests.city.stories import DAY, DEVICE, EPOCH, OPENED_MS, SITE, Story, event, issued, opened


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """A city with one kiosk and four tickets."""
    begun = Story(tmp_path)
    begun.tell(
        opened(),
        issued(2, 1, "A001", g="elderly", p="1.004222"),
        issued(3, 2, "A002"),
        issued(4, 3, "B001"),
        issued(5, 4, "A003"),
        event(6, "ticket.called", t=1, c=4),
        event(7, "ticket.serving", t=1, c=4),
    )
    yield begun
    begun.database.close()


def test_a_site_shows_who_waits_and_who_was_served(story: Story) -> None:
    (site,) = views.sites(story.database, DAY)
    assert (site.site, site.kiosks, site.online) == (SITE, 1, 0)
    assert (site.issued, site.waiting, site.in_hand, site.served) == (4, 3, 1, 0)
    assert site.heard_at == datetime.fromtimestamp(story.now_ms / 1000, UTC)
    story.state(DeviceState(True, EPOCH))
    story.tell(event(8, "ticket.done", t=1, c=4))
    (site,) = views.sites(story.database, DAY)
    assert (site.online, site.waiting, site.in_hand, site.served) == (1, 3, 0, 1)


def test_another_day_is_empty_and_the_site_still_there(story: Story) -> None:
    (site,) = views.sites(story.database, "2026-11-24")
    assert (site.issued, site.waiting, site.served) == (0, 0, 0)


def test_a_visitor_follows_a_ticket_by_its_token(story: Story) -> None:
    found = views.follow(story.database, token_of(EPOCH, SITE, DAY, "A003"))
    assert found is not None
    assert (found.ticket.number, found.ticket.state, found.ahead) == ("A003", State.WAITING, 1)
    assert found.last_call is not None
    assert (found.last_call.number, found.last_call.counter) == ("A001", 4)
    first = views.follow(story.database, token_of(EPOCH, SITE, DAY, "A001"))
    assert first is not None
    assert (first.ahead, first.ticket.priority, first.ticket.procedure) == (0, "elderly", "1.004222")


def test_a_kiosk_whose_clock_was_ahead_turns_no_order(story: Story) -> None:
    ahead = replace(event(8, "ticket.called", t=2, c=5), at_ms=OPENED_MS + 9 * 3_600_000)
    late = replace(issued(9, 5, "A004"), at_ms=OPENED_MS + 9 * 3_600_000)
    story.tell(ahead, late, issued(10, 6, "A005"), event(11, "ticket.called", t=4, c=3))
    found = views.follow(story.database, token_of(EPOCH, SITE, DAY, "A005"))
    assert found is not None
    assert found.last_call is not None
    assert (found.last_call.number, found.ahead) == ("A003", 1)
    assert [ticket.number for ticket in views.tickets(story.database, SITE, DAY)][-2:] == ["A004", "A005"]


def test_a_kiosk_whose_clock_was_ahead_does_not_call_for_help_for_ever(story: Story) -> None:
    story.tell(replace(event(8, "help.requested"), at_ms=OPENED_MS + 9 * 3_600_000))
    now = datetime.fromtimestamp(story.now_ms / 1000, UTC)
    assert len(views.help_calls(story.database, now)) == 1
    assert views.help_calls(story.database, now + views.HELP_LASTS) == ()


def test_a_token_nobody_has_finds_nothing(story: Story) -> None:
    assert views.follow(story.database, "a" * 13) is None


def test_kiosks_can_be_asked_for_by_site(story: Story) -> None:
    assert [kiosk.device for kiosk in views.kiosks(story.database, SITE)] == [DEVICE]
    assert views.kiosks(story.database, "99999") == ()


def test_a_second_connection_sees_what_the_first_committed(story: Story) -> None:
    other = CityDatabase.open(story.file)
    story.tell(issued(8, 9, "A009"))
    assert len(views.tickets(other, SITE, DAY)) == 5
    other.close()
    other.close()


def test_a_change_that_fails_leaves_nothing_behind(story: Story) -> None:
    with pytest.raises(StoreError, match="no such table"), story.database.write() as tx:
        tx.execute("DELETE FROM ticket")
        tx.execute("DELETE FROM nowhere")
    assert len(views.tickets(story.database, SITE, DAY)) == 4


def test_a_missing_folder_a_damaged_file_and_a_newer_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does the folder exist"):
        CityDatabase.open(tmp_path / "nowhere" / "city.db")
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"this is no database, whatever its name says" * 200)
    with pytest.raises(CorruptError, match="damaged"):
        CityDatabase.open(damaged)
    newer = CityDatabase.open(tmp_path / "newer.db")
    with newer.write() as tx:
        tx.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(StoreError, match="newer release"):
        CityDatabase.open(tmp_path / "newer.db")
