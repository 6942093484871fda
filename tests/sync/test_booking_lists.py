"""The lists of bookings a kiosk keeps: only the city's, only the newest, each day's in its time."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from kiosk import crypto
from kiosk.config import Settings
from kiosk.errors import FullError
from kiosk.records import replace
from kiosk.store import bookings
from kiosk.store.database import Store
from kiosk.store.daykey import DayKey
from kiosk.sync.booking_lists import BookingLists
from kiosk.wire.day_list import DayList, ListedBooking, encode_list
from tests import halls
from tests.clocks import FakeClock
from tests.databases import look
from tests.sync.lists import DAY, MADE_MS, PUBLIC, SITE, STRANGER, booked, signed

TOMORROW, AFTER_TOMORROW, NEXT_WEEK = "2026-11-24", "2026-11-25", "2026-11-30"


@pytest.fixture
def clock() -> FakeClock:
    """Monday 2026-11-23, 09:00 in Hanoi."""
    return FakeClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return halls.settings(tmp_path, city_keys={"booking": [PUBLIC.hex()]})


@pytest.fixture
def store(settings: Settings, clock: FakeClock) -> Iterator[Store]:
    store = Store.open(settings.home.database, clock)
    yield store
    store.close()


@pytest.fixture
def lists(settings: Settings, store: Store) -> BookingLists:
    return BookingLists(settings, store)


def _codes(store: Store, day: str = DAY) -> list[str]:
    return [booking.code for booking in bookings.of_day(look(store), SITE, day)]


def _arrive(lists: BookingLists, *listed: DayList) -> None:
    for one in listed:
        lists.take(signed(one))
    lists.settle()


def test_a_list_arrives_whole_with_its_local_times(lists: BookingLists, store: Store) -> None:
    person = b"p" * 16
    rows = (ListedBooking("7KM2XQ4D", "A", 0, "2.000815", person), ListedBooking("PW93HTCR", "B", 570))
    _arrive(lists, replace(booked(), bookings=rows))
    first, second = bookings.of_day(look(store), SITE, DAY)
    assert (first.code, first.procedure, first.person) == ("7KM2XQ4D", "2.000815", person)
    assert first.at_ms == 1_795_366_800_000  # 2026-11-22 17:00 UTC is midnight in Hanoi
    assert (second.service, second.at_ms - first.at_ms) == ("B", 570 * 60_000)


def test_a_newer_list_replaces_and_an_older_one_changes_nothing(
    lists: BookingLists, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    _arrive(lists, booked("AAAAAAAA", "BBBBBBBB"))
    _arrive(lists, booked("BBBBBBBB", "CCCCCCCC", made_ms=MADE_MS + 1))
    assert _codes(store) == ["BBBBBBBB", "CCCCCCCC"]
    for _ in range(3):
        _arrive(lists, booked("AAAAAAAA", "BBBBBBBB"))
    assert _codes(store) == ["BBBBBBBB", "CCCCCCCC"]
    assert len([record for record in caplog.records if "older than ours" in record.message]) == 1


def test_a_date_that_was_wrong_for_a_while_costs_the_day_neither_list_nor_key(
    lists: BookingLists, store: Store, settings: Settings, clock: FakeClock
) -> None:
    _arrive(lists, replace(booked("AAAAAAAA"), key=b"k" * 32))
    clock.step(days=20)
    lists.settle()
    DayKey(settings.home).of("2026-12-13")
    with store.write() as tx:
        bookings.forget_before(tx, "2026-12-13")
    clock.synchronise(clock.read().wall - timedelta(days=20))
    lists.settle()
    assert _codes(store) == ["AAAAAAAA"]
    assert DayKey(settings.home).of(DAY) == b"k" * 32


def test_an_older_list_is_refused_after_a_restart_too(lists: BookingLists, settings: Settings, store: Store) -> None:
    _arrive(lists, booked("BBBBBBBB", made_ms=MADE_MS + 1))
    _arrive(BookingLists(settings, store), booked("AAAAAAAA"))
    assert _codes(store) == ["BBBBBBBB"]


def test_an_empty_payload_is_nothing_and_an_empty_list_is_one(lists: BookingLists, store: Store) -> None:
    lists.take(b"")
    lists.settle()
    assert not bookings.has_list(look(store), SITE, DAY)
    _arrive(lists, booked())
    assert bookings.has_list(look(store), SITE, DAY)


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        encode_list(booked("EVILEVIL", made_ms=MADE_MS + 9), partial(crypto.sign, STRANGER)),
        signed(booked("EVILEVIL", site="00070", made_ms=MADE_MS + 9)),
        signed(booked("EVILEVIL", made_ms=MADE_MS + 9))[:-1],
    ],
    ids=["broken", "forged", "of another site", "cut off"],
)
def test_a_bad_list_changes_nothing_and_is_logged_once(
    lists: BookingLists, store: Store, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    _arrive(lists, booked("AAAAAAAA"))
    for _ in range(3):  # as a retained one comes back at every connect
        lists.take(body)
        lists.settle()
    assert _codes(store) == ["AAAAAAAA"]
    assert len([record for record in caplog.records if "what is kept stays" in record.message]) == 1


def test_todays_and_tomorrows_lists_are_kept_and_a_later_one_waits_for_its_time(
    lists: BookingLists, store: Store, clock: FakeClock
) -> None:
    _arrive(lists, booked("AAAAAAAA"), booked("BBBBBBBB", day=TOMORROW), booked("CCCCCCCC", day=NEXT_WEEK))
    assert [_codes(store), _codes(store, TOMORROW), _codes(store, NEXT_WEEK)] == [["AAAAAAAA"], ["BBBBBBBB"], []]
    clock.pass_time(days=6)
    lists.settle()
    assert _codes(store, NEXT_WEEK) == ["CCCCCCCC"]


def test_the_day_after_tomorrow_is_not_stored_before_tomorrow(
    lists: BookingLists, store: Store, clock: FakeClock
) -> None:
    _arrive(lists, booked("AAAAAAAA", day=AFTER_TOMORROW))
    assert _codes(store, AFTER_TOMORROW) == []
    clock.pass_time(days=1)
    lists.settle()
    assert _codes(store, AFTER_TOMORROW) == ["AAAAAAAA"]


def test_a_list_that_waits_for_its_time_is_not_replaced_by_an_older_one(
    lists: BookingLists, store: Store, clock: FakeClock
) -> None:
    _arrive(lists, booked("BBBBBBBB", day=NEXT_WEEK, made_ms=MADE_MS + 1), booked("AAAAAAAA", day=NEXT_WEEK))
    clock.pass_time(days=6)
    lists.settle()
    assert _codes(store, NEXT_WEEK) == ["BBBBBBBB"]


def test_the_same_list_once_more_is_no_news_and_no_complaint(
    lists: BookingLists, settings: Settings, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    for kept in (lists, lists, BookingLists(settings, store)):
        _arrive(kept, booked("AAAAAAAA", key=b"1" * 32))
    assert _codes(store) == ["AAAAAAAA"]
    assert "what is kept stays" not in caplog.text


def test_what_is_stored_is_not_written_again_at_each_step_nor_after_a_restart(
    lists: BookingLists, settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("written once more")

    sent = [booked("AAAAAAAA", key=b"1" * 32), booked("BBBBBBBB", day=TOMORROW)]
    _arrive(lists, *sent)
    monkeypatch.setattr(bookings, "replace_day", refuse)
    _arrive(BookingLists(settings, store), *sent)
    monkeypatch.setattr(store, "write", refuse)
    monkeypatch.setattr(DayKey, "adopt", refuse)
    lists.settle()


def test_each_days_key_is_adopted_when_its_day_has_come(
    lists: BookingLists, settings: Settings, clock: FakeClock
) -> None:
    _arrive(lists, booked(key=b"1" * 32), booked(day=TOMORROW, key=b"2" * 32))
    assert _is_key(settings, DAY, b"1" * 32)
    clock.pass_time(days=1)
    lists.settle()
    assert _is_key(settings, TOMORROW, b"2" * 32)


def test_a_kiosk_that_woke_in_the_past_uses_the_list_once_it_knows_the_day(settings: Settings, tmp_path: Path) -> None:
    clock = FakeClock()
    clock.step(days=-20)
    store = Store.open(settings.home.database, clock)
    lists = BookingLists(settings, store)
    _arrive(lists, booked("AAAAAAAA", key=b"1" * 32))
    assert _codes(store) == []
    store.confirm_time(FakeClock().reading.wall)
    lists.settle()
    assert _codes(store) == ["AAAAAAAA"]
    assert _is_key(settings, DAY, b"1" * 32)
    store.close()


def test_a_full_disk_keeps_the_old_list_whole_and_the_new_one_for_later(
    lists: BookingLists, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _arrive(lists, booked("AAAAAAAA"))
    with monkeypatch.context() as full:

        def refuse(*_: object) -> None:
            raise FullError("no space left")

        full.setattr(bookings, "replace_day", refuse)
        lists.take(signed(booked("BBBBBBBB", made_ms=MADE_MS + 1)))
        with pytest.raises(FullError):
            lists.settle()
        assert _codes(store) == ["AAAAAAAA"]
    lists.settle()
    assert _codes(store) == ["BBBBBBBB"]


def test_a_full_run_directory_keeps_the_city_s_key_for_later_and_ends_nothing(
    lists: BookingLists, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as full:

        def refuse(*_: object) -> None:
            raise OSError(errno.ENOSPC, "no space left")

        full.setattr(DayKey, "adopt", refuse)
        _arrive(lists, booked(key=b"1" * 32))
        lists.settle()
    assert caplog.text.count("cannot be kept yet") == 1
    lists.settle()
    assert _is_key(settings, DAY, b"1" * 32)


def _is_key(settings: Settings, day: str, key: bytes) -> bool:
    """Tell whether persons are digested under this key on a day."""
    return DayKey(settings.home).of(day) == key
