"""A kiosk that means no good: what it may not say is put aside, and nobody else suffers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import cbor2
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.city import bookings, ingest, records, schema, views
from kiosk.city.bookings import CityBooking
from kiosk.city.database import CityDatabase
from kiosk.city.list_publisher import DayLists
from kiosk.errors import WireError
from kiosk.model.event import KINDS, Event, Value
from kiosk.model.ticket import State
from kiosk.model.token import token_of
from kiosk.wire.messages import MAX_AT_MS, DeviceState
from tests.city.stories import DAY, DEVICE, EPOCH, SITE, Story, event, issued, opened
from tests.city.test_bookings import MORNING, FakeBroker
from tests.sync.events import scalars
from tests.sync.lists import sign

OTHER_SITE = "00070"


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    begun = Story(tmp_path)
    yield begun
    begun.database.close()


def _opened_at(seq: int, site: str) -> Event:
    return event(seq, "day.opened", site=site, day=DAY)


@pytest.mark.parametrize("site", ["#", "+", "00082/x", "", "8", "000822", "٠٠٠٨٢", "00082\n", "$SYS", "a-device"])
def test_a_site_that_would_be_another_topic_is_put_aside_and_every_ward_gets_its_list(story: Story, site: str) -> None:
    story.tell(opened(), device="k00082-9")
    assert story.tell(_opened_at(1, site), issued(2, 1, "A001")).up_to == 2
    broker = FakeBroker()
    DayLists(story.database, sign, broker.send).send_news(MORNING)
    assert {listed.site for listed in broker.take()} == {SITE}
    assert [alarm.seq for alarm in views.alarms(story.database)] == [2, 1]
    assert views.kiosks(story.database)[0].site == ""


def test_a_kiosk_writes_no_tickets_for_another_ward(story: Story) -> None:
    story.tell(opened(), issued(2, 1, "A001"))
    story.tell(
        _opened_at(3, OTHER_SITE),
        issued(4, 2, "A002"),
        event(5, "feedback.given", x=1),
        event(6, "help.requested"),
        event(7, "ticket.called", t=1, c=2),
    )
    assert views.tickets(story.database, OTHER_SITE, DAY) == ()
    assert [(ticket.number, ticket.state) for ticket in views.tickets(story.database, SITE, DAY)] == [
        ("A001", State.CALLED)
    ]
    assert story.rows("SELECT count(*) FROM feedback UNION ALL SELECT count(*) FROM help_call") == [(0,), (0,)]
    reasons = {alarm.seq: alarm.reason for alarm in views.alarms(story.database)}
    assert sorted(reasons) == [3, 4, 5, 6]
    assert f"kiosk city device assign {DEVICE} {OTHER_SITE}" in reasons[3]
    assert [(kiosk.device, kiosk.site) for kiosk in views.kiosks(story.database)] == [(DEVICE, SITE)]


def test_another_journal_of_the_same_device_is_held_to_its_site_too(story: Story) -> None:
    story.tell(opened())
    story.tell(_opened_at(1, OTHER_SITE), issued(2, 1, "A001"), epoch=b"\x02" * 8)
    assert views.tickets(story.database, OTHER_SITE, DAY) == ()


def test_a_kiosk_that_was_moved_writes_for_its_new_ward_also_what_it_said_before_the_city_knew(story: Story) -> None:
    story.tell(opened(), issued(2, 1, "A001"))
    moved = (_opened_at(3, OTHER_SITE), issued(4, 2, "B002"), event(5, "ticket.called", t=2, c=1))
    story.tell(*moved, issued(6, 2, "B009"))
    with story.database.write() as tx:
        assert ingest.assign(tx, DEVICE, OTHER_SITE) == 3
    story.tell(issued(7, 3, "B003"), event(8, "ticket.done", t=2, c=1))
    found = views.tickets(story.database, OTHER_SITE, DAY)
    assert [(ticket.number, ticket.state) for ticket in found] == [("B002", State.DONE), ("B003", State.WAITING)]
    assert found[0].token == token_of(EPOCH, OTHER_SITE, DAY, "B002")
    assert [ticket.number for ticket in views.tickets(story.database, SITE, DAY)] == ["A001"]
    assert [alarm.seq for alarm in views.alarms(story.database)] == [6]


def test_a_kiosk_assigned_before_its_first_word_cannot_choose_another_ward(story: Story) -> None:
    with story.database.write() as tx:
        ingest.assign(tx, DEVICE, OTHER_SITE)
    story.tell(opened(), issued(2, 1, "A001"))
    assert views.tickets(story.database, SITE, DAY) == ()


def test_a_kiosk_checks_in_no_booking_of_another_ward(story: Story) -> None:
    with story.database.write() as tx:
        bookings.add(tx, CityBooking("AAAAAAAA", OTHER_SITE, DAY, 570, "A"), 1)
    story.tell(opened(), event(2, "booking.checked_in", k="AAAAAAAA", t=1))
    with story.database.read() as snapshot:
        booked = bookings.find(snapshot, "AAAAAAAA")
    assert booked is not None
    assert booked.state == "booked"


@pytest.mark.parametrize(
    "poison",
    [
        event(3, "day.opened", site=SITE, day="2026-13-41"),
        event(3, "day.opened", site=SITE, day="20261123"),
        event(3, "day.closed", day=5),
        event(3, "ticket.issued", t=0, n="A002", day=DAY, s="A", l="vi"),
        event(3, "ticket.issued", t=9, n="<b>", day=DAY, s="A", l="vi"),
        event(3, "ticket.issued", t=9, n="A002", day=DAY, s="AA", l="vi"),
        event(3, "ticket.issued", t=9, n="A002", day=DAY, s="A", l="vi\u202e"),
        event(3, "ticket.issued", t=9, n="A002", day=DAY, s="A", l="vi", p="x"),
        event(3, "ticket.called", t=1, c=0),
        event(3, "ticket.called", t=1, c=10**9),
        event(3, "ticket.post", t=1, on="yes"),
        event(3, "ticket.reprinted", t=-1),
        event(3, "booking.checked_in", k="A" * 33),
        event(3, "feedback.given", x=3, t=-5),
        event(3, "help.answered", c=-1),
        event(3, "identity.sealed", t=1, b="not base64!"),
        event(3, "device.fault", d="printer\n", x="paper_out"),
        event(3, "device.fault", d="printer", x="\x1b[2J"),
        event(3, "device.cleared", d="printer", x=None),
    ],
    ids=lambda poison: poison.kind,
)
def test_a_field_out_of_its_range_is_put_aside_and_the_next_event_is_taken(story: Story, poison: Event) -> None:
    story.tell(opened(), issued(2, 1, "A001"))
    assert story.tell(poison, event(4, "ticket.called", t=1, c=4)).up_to == 4
    (alarm,) = views.alarms(story.database)
    assert alarm.seq == 3
    (ticket,) = views.tickets(story.database, SITE, DAY)
    assert (ticket.state, ticket.counter, ticket.by_post) == (State.CALLED, 4, False)


def test_what_a_later_release_says_is_kept_and_no_alarm(story: Story) -> None:
    story.tell(opened(), issued(2, 1, "A001", mood="\x00\u202e"), event(3, "lamp.lit", colour="red"))
    assert views.alarms(story.database) == ()
    kept = [cbor2.loads(cast("bytes", payload)) for (payload,) in story.rows("SELECT payload FROM event ORDER BY seq")]
    assert (kept[1]["mood"], kept[2]) == ("\x00\u202e", {"colour": "red"})


_known = st.one_of(
    scalars,
    st.sampled_from([SITE, OTHER_SITE, DAY, "A001", "A", "vi", "#", "AAAAAAAA", 1, 2, True, "x" * 300, "a\nb"]),
)


@st.composite
def _events(draw: st.DrawFn) -> list[Event]:
    """Return events of the kinds that the city reads, each of their fields anything."""
    found = []
    for seq in range(1, draw(st.integers(2, 12))):
        kind = draw(st.sampled_from(sorted(KINDS)))
        names = [field.encode_name for field in msgspec.structs.fields(KINDS[kind])]
        payload = {name: cast("Value", draw(_known)) for name in names if draw(st.integers(0, 9))}
        found.append(Event(seq, kind, draw(st.integers(0, MAX_AT_MS)), payload))
    return found


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_events())
def test_whatever_the_fields_of_known_kinds_are_they_are_acknowledged_and_every_view_stands(
    tmp_path: Path, events: list[Event]
) -> None:
    story = Story(tmp_path / str(len(list(tmp_path.iterdir()))))
    assert story.tell(*events).up_to == len(events)
    views.kiosks(story.database)
    views.alarms(story.database)
    assert {site.site for site in views.sites(story.database, DAY)} <= {SITE, OTHER_SITE, ""}
    for site in (SITE, OTHER_SITE):
        views.tickets(story.database, site, DAY)
    with story.database.write() as tx:
        ingest.assign(tx, DEVICE, OTHER_SITE)
    story.database.close()


def test_words_of_a_state_that_cannot_be_shown_are_left_out(story: Story) -> None:
    health: dict[str, int | str | bool | None] = {"printer": "ready", "scanner": "\x1b[2J", "a\nb": "c", "d": "e" * 65}
    story.state(DeviceState(True, EPOCH, release="1.0\u202e", health=health))
    (kiosk,) = views.kiosks(story.database)
    assert (kiosk.release, kiosk.health) == ("", {"printer": "ready"})


# --- bounds -----------------------------------------------------------------------------------------------------------


def test_a_device_that_makes_journal_after_journal_is_refused_at_last(story: Story) -> None:
    for number in range(records._MAX_JOURNALS):
        story.tell(opened(), epoch=number.to_bytes(8, "big"))
    with pytest.raises(WireError, match="new name"):
        story.tell(opened(), epoch=b"\xff" * 8)
    assert story.rows("SELECT count(*) FROM stream") == [(records._MAX_JOURNALS,)]
    story.tell(opened(), device="k00082-2", epoch=b"\xff" * 8)


def test_journals_that_hold_nothing_make_room(story: Story) -> None:
    for number in range(records._MAX_JOURNALS + 10):
        story.state(DeviceState(True, number.to_bytes(8, "big")))
    assert story.tell(opened()).up_to == 1


def test_a_device_that_never_closes_its_gap_is_bounded(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "_MAX_ABOVE", 20)
    for first in range(10, 110, 10):
        ack = story.tell(*(event(seq, "help.requested") for seq in range(first, first + 5)))
    assert story.rows("SELECT count(*) FROM event") == [(20,)]
    assert ack.up_to == 0
    story.tell(opened(), *(event(seq, "help.requested") for seq in range(2, 10)))
    assert story.tell(*(event(seq, "help.requested") for seq in range(50, 55))).ranges[-1] == (50, 54)


def test_contents_beside_the_first_one_are_bounded(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "_MAX_CLONES", 5)
    story.tell(opened())
    for number in range(20):
        assert story.tell(event(1, "help.requested", n=number)).up_to == 1
    assert story.rows("SELECT count(*) FROM quarantine") == [(5,)]


def test_a_flood_of_poison_does_not_flood_the_log(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    for first in range(1, 400, 50):
        story.tell(*(event(seq, "ticket.done") for seq in range(first, first + 50)))
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == ingest._LOGGED + 1
    assert "not logged" in lines[-1]


def test_more_devices_than_a_city_has_are_refused(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_MAX_DEVICES", 3)
    for number in range(3):
        story.tell(opened(), device=f"k0000{number}-1")
    with pytest.raises(WireError, match="certificates"):
        story.tell(opened(), device="k00009-1")


# --- a database that was written before -------------------------------------------------------------------------------


def test_bad_rows_of_a_database_written_before_are_cleaned_and_the_line_lives(tmp_path: Path) -> None:
    file = tmp_path / "city.db"
    with closing(sqlite3.connect(file)) as old:
        for tables in (schema._EVENTS, schema._VISITS):
            old.executescript(tables)
        old.execute("PRAGMA user_version = 2")
        for place, (device, site) in enumerate([("k1", "#"), ("k2", "00070"), ("k3", "\x1b[2J")], start=1):
            old.execute("INSERT INTO device (device, site, day) VALUES (?, ?, 'tomorrow')", [device, site])
            old.execute(
                "INSERT INTO stream (id, device, epoch, site) VALUES (?, ?, x'0102030405060708', ?)",
                [place, device, site],
            )
            old.execute(
                "INSERT INTO ticket (stream, id, site, day, number, service, state, token, language, issued_ms)"
                " VALUES (?, 1, ?, ?, 'A001', 'A', 'waiting', ?, 'vi', 5)",
                [place, site, DAY, device],
            )
            old.execute("INSERT INTO booking_day VALUES (?, ?, x'00', 1)", [site, DAY])
        old.commit()
    with closing(CityDatabase.open(file)) as opened_again:
        assert {site.site for site in views.sites(opened_again, DAY)} == {"", "00070"}
        assert {kiosk.site for kiosk in views.kiosks(opened_again)} == {"", "00070"}
        with opened_again.read() as snapshot:
            assert bookings.sites(snapshot, DAY) == ["00070"]
            tickets = snapshot.query("SELECT site FROM ticket").fetchall()
        assert [row["site"] for row in tickets] == ["00070"]
