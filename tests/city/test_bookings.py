"""Bookings at the city: what each site is sent, and what the kiosks say of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.city import bookings
from kiosk.city.bookings import CityBooking
from kiosk.city.list_publisher import DayLists
from kiosk.wire.day_list import DayList, decode_list
from tests.city.stories import DAY, SITE, Story, event, issued, opened
from tests.sync.lists import PUBLIC, sign

TOMORROW = "2026-11-24"
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Story]:
    city = Story(tmp_path)
    yield city
    city.database.close()


class FakeBroker:
    """Keeps the last payload of each site, and the order of all."""

    def __init__(self) -> None:
        self.sent: list[DayList] = []

    def send(self, site: str, body: bytes) -> None:
        """Take one list for a site."""
        listed = decode_list(body, [PUBLIC])
        assert listed.site == site
        self.sent.append(listed)

    def take(self) -> list[DayList]:
        """Return what came since the last time."""
        sent, self.sent = self.sent, []
        return sent


@pytest.fixture
def broker() -> FakeBroker:
    return FakeBroker()


@pytest.fixture
def lists(city: Story, broker: FakeBroker) -> DayLists:
    return DayLists(city.database, sign, broker.send)


def _add(city: Story, code: str, day: str = DAY, site: str = SITE, minute: int = 570) -> None:
    with city.database.write() as tx:
        assert bookings.add(tx, CityBooking(code, site, day, minute, "A"), city.now_ms)


def test_a_site_is_sent_tomorrows_list_and_then_todays_which_the_broker_keeps(
    city: Story, lists: DayLists, broker: FakeBroker
) -> None:
    _add(city, "AAAAAAAA", minute=600)
    _add(city, "BBBBBBBB", minute=480)
    _add(city, "CCCCCCCC", TOMORROW)
    lists.send_news(MORNING)
    tomorrow, today = broker.take()
    assert (tomorrow.day, [row.code for row in tomorrow.bookings]) == (TOMORROW, ["CCCCCCCC"])
    assert (today.day, [row.code for row in today.bookings]) == (DAY, ["BBBBBBBB", "AAAAAAAA"])


def test_nothing_is_sent_twice_unless_it_changed_or_the_broker_forgot(
    city: Story, lists: DayLists, broker: FakeBroker
) -> None:
    _add(city, "AAAAAAAA")
    lists.send_news(MORNING)
    first = broker.take()
    lists.send_news(MORNING)
    assert broker.take() == []
    lists.forget_sent()
    lists.send_news(MORNING)
    assert broker.take() == first
    _add(city, "BBBBBBBB")
    lists.send_news(MORNING)
    assert [len(listed.bookings) for listed in broker.take()] == [0, 2]


def test_a_change_within_the_same_millisecond_is_still_newer(city: Story) -> None:
    made = []
    for code in ("AAAAAAAA", "BBBBBBBB"):
        _add(city, code)
        with city.database.read() as snapshot:
            listed = bookings.day_list(snapshot, SITE, DAY)
        assert listed is not None
        made.append(listed.made_ms)
    with city.database.write() as tx:
        assert bookings.cancel(tx, "AAAAAAAA", city.now_ms - 86_400_000) is not None  # the clock was set back
        listed = bookings.day_list(tx, SITE, DAY)
    assert listed is not None
    assert made[0] < made[1] < listed.made_ms
    assert [row.code for row in listed.bookings] == ["BBBBBBBB"]


def test_two_workers_of_one_city_send_the_same_bytes(city: Story, broker: FakeBroker) -> None:
    bodies: list[bytes] = []
    _add(city, "AAAAAAAA")
    for _ in range(2):
        DayLists(city.database, sign, lambda _, body: bodies.append(body)).send_news(MORNING)
    assert bodies[:2] == bodies[2:]


def test_a_site_with_a_kiosk_and_no_booking_is_sent_empty_lists_and_a_key(
    city: Story, lists: DayLists, broker: FakeBroker
) -> None:
    city.tell(opened())
    lists.send_news(MORNING)
    sent = broker.take()
    assert [(listed.site, listed.day, listed.bookings) for listed in sent] == [(SITE, TOMORROW, ()), (SITE, DAY, ())]
    assert all(listed.key is not None for listed in sent)
    assert sent[0].key != sent[1].key


def test_a_new_day_brings_new_lists_and_destroys_the_old_key_and_digests(
    city: Story, lists: DayLists, broker: FakeBroker
) -> None:
    with city.database.write() as tx:
        booking = CityBooking("AAAAAAAA", SITE, DAY, 570, "A", person=b"p" * 16)
        assert bookings.add(tx, booking, city.now_ms)
    lists.send_news(MORNING)
    (tomorrow, _) = broker.take()
    lists.send_news(MORNING + timedelta(days=1))
    later, now = broker.take()
    assert (now, later.day) == (tomorrow, "2026-11-25")
    assert city.rows("SELECT count(*) FROM booking_day WHERE day <= '2026-11-23'") == [(0,)]
    assert city.rows("SELECT person FROM booking") == [(None,)]


def test_a_code_is_given_once(city: Story) -> None:
    _add(city, "AAAAAAAA")
    with city.database.write() as tx:
        assert not bookings.add(tx, CityBooking("AAAAAAAA", "00070", DAY, 1, "B"), city.now_ms)


def test_a_booking_that_was_used_cannot_be_cancelled(city: Story) -> None:
    _add(city, "AAAAAAAA")
    city.tell(opened(), issued(2, 1, "A001"), event(3, "booking.checked_in", t=1, k="AAAAAAAA"))
    with city.database.write() as tx:
        assert bookings.cancel(tx, "AAAAAAAA", city.now_ms) is None
        assert bookings.cancel(tx, "NOSUCHCD", city.now_ms) is None
        found = bookings.find(tx, "AAAAAAAA")
    assert found is not None and found.state == "checked_in"
