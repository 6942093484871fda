"""The bookings cache."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from kiosk.errors import StoreError
from kiosk.store import bookings
from kiosk.store.bookings import Booking
from kiosk.store.database import Store

NINE = Booking("K7", "00082", "2026-11-23", "A", 1_795_399_200_000)
TEN = Booking("M2", "00082", "2026-11-23", "B", 1_795_402_800_000)


def test_a_newer_list_takes_the_place_of_the_older_one(tmp_path: Path) -> None:
    with contextlib.closing(Store.open(tmp_path / "kiosk.db")) as store:
        with store.write() as tx:
            bookings.replace_day(tx.connection, "00082", "2026-11-23", [TEN, NINE])
        assert bookings.of_day(store.connection, "00082", "2026-11-23") == [NINE, TEN]
        with store.write() as tx:
            bookings.replace_day(tx.connection, "00082", "2026-11-23", [TEN])
        assert bookings.find(store.connection, "K7") is None
        assert bookings.find(store.connection, "M2") == TEN


def test_a_list_with_one_code_twice_changes_nothing(tmp_path: Path) -> None:
    with contextlib.closing(Store.open(tmp_path / "kiosk.db")) as store:
        with store.write() as tx:
            bookings.replace_day(tx.connection, "00082", "2026-11-23", [NINE])
        with pytest.raises(StoreError), store.write() as tx:
            bookings.replace_day(tx.connection, "00082", "2026-11-23", [TEN, TEN])
        assert bookings.of_day(store.connection, "00082", "2026-11-23") == [NINE]
