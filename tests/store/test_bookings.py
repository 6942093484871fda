"""The bookings cache."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from kiosk.errors import StoreError
from kiosk.records import replace
from kiosk.store import bookings
from kiosk.store.bookings import Booking
from kiosk.store.database import Store
from tests.databases import look

NINE = Booking("K7", "00082", "2026-11-23", "A", 1_795_399_200_000)
TEN = Booking("M2", "00082", "2026-11-23", "B", 1_795_402_800_000)


def test_a_newer_list_takes_the_place_of_the_older_one(tmp_path: Path) -> None:
    with contextlib.closing(Store.open(tmp_path / "kiosk.db")) as store:
        with store.write() as tx:
            bookings.replace_day(tx, "00082", "2026-11-23", [TEN, NINE])
        assert bookings.of_day(look(store), "00082", "2026-11-23") == [NINE, TEN]
        with store.write() as tx:
            bookings.replace_day(tx, "00082", "2026-11-23", [TEN])
        assert bookings.find(look(store), "K7") is None
        assert bookings.find(look(store), "M2") == TEN


def test_a_list_with_one_code_twice_changes_nothing(tmp_path: Path) -> None:
    with contextlib.closing(Store.open(tmp_path / "kiosk.db")) as store:
        with store.write() as tx:
            bookings.replace_day(tx, "00082", "2026-11-23", [NINE])
        with pytest.raises(StoreError), store.write() as tx:
            bookings.replace_day(tx, "00082", "2026-11-23", [TEN, TEN])
        assert bookings.of_day(look(store), "00082", "2026-11-23") == [NINE]


def test_a_booking_that_was_moved_to_another_day_is_only_there(tmp_path: Path) -> None:
    with contextlib.closing(Store.open(tmp_path / "kiosk.db")) as store:
        moved = replace(NINE, day="2026-11-24", at_ms=NINE.at_ms + 86_400_000, person=b"p" * 16, procedure="2.000815")
        with store.write() as tx:
            bookings.replace_day(tx, "00082", "2026-11-23", [NINE, TEN])
            bookings.replace_day(tx, "00082", "2026-11-24", [moved])
        assert bookings.find(look(store), "K7") == moved
        assert bookings.of_day(look(store), "00082", "2026-11-23") == [TEN]


def test_an_empty_list_is_a_list(tmp_path: Path) -> None:
    with contextlib.closing(Store.open(tmp_path / "kiosk.db")) as store:
        assert not bookings.has_list(look(store), "00082", "2026-11-23")
        with store.write() as tx:
            bookings.replace_day(tx, "00082", "2026-11-23", [], 1234)
        assert bookings.has_list(look(store), "00082", "2026-11-23")
        assert bookings.made_ms_of(look(store), "00082", "2026-11-23") == 1234
        assert not bookings.has_list(look(store), "00082", "2026-11-24")


def test_what_is_over_is_forgotten_and_what_comes_is_kept(tmp_path: Path) -> None:
    with contextlib.closing(Store.open(tmp_path / "kiosk.db")) as store:
        tomorrow = replace(TEN, day="2026-11-24")
        with store.write() as tx:
            bookings.replace_day(tx, "00082", "2026-11-23", [NINE])
            bookings.replace_day(tx, "00082", "2026-11-24", [tomorrow])
            bookings.forget_before(tx, "2026-11-24")
        assert bookings.find(look(store), "K7") is None
        assert bookings.find(look(store), "M2") == tomorrow
        assert not bookings.has_list(look(store), "00082", "2026-11-23")


def test_a_person_is_in_no_repr() -> None:
    assert "person" not in repr(replace(NINE, person=b"p" * 16))
