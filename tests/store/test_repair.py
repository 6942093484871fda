"""A damaged file is moved away whole, and each service goes on above all that it may have given."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

import pytest

from kiosk.errors import StoreError
from kiosk.lobby.lobby import Lobby
from kiosk.store import journal
from kiosk.store.database import Store
from kiosk.store.repair import check, set_aside
from tests.clocks import FakeClock
from tests.databases import look, raw
from tests.halls import settings, text

_SERVICES = [
    {"letter": letter, "name": text(letter), "short": text(letter), "hint": text(""), "icon": "stamp", **limits}
    for letter, limits in (("A", {"first_number": 1, "last_number": 9}), ("B", {"first_number": 500}))
]


def _spoil(file: Path) -> None:
    """Damage an index, which is noticed, while the tables can still be read."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'ticket_open'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as page:
        page.seek((root - 1) * size)
        page.write(b"\xa5" * size)


def test_each_service_goes_on_above_what_can_be_read_and_above_the_middle_of_its_ring(tmp_path: Path) -> None:
    place = settings(tmp_path, services=_SERVICES)
    with contextlib.closing(Lobby.open(place, FakeClock())) as hall:
        assert [hall.take("A").number for _ in range(7)][-1] == "A007"
        hall.take("B")
    file = place.home.database
    assert check(file) == []
    _spoil(file)
    assert check(file)
    content = file.read_bytes()
    file.chmod(0o640)
    kept, starts = set_aside(place, FakeClock())
    assert starts == {"A": 8, "B": 750}
    assert kept == file.with_name(f"{file.name}.damaged-1")
    assert kept.read_bytes()[4096:] == content[4096:]
    assert (file.stat().st_mode & 0o777, file.stat().st_uid) == (0o640, os.getuid())
    with contextlib.closing(Lobby.open(place, FakeClock())) as hall:
        assert [hall.take(letter).number for letter in "AB"] == ["A008", "B750"]
        told = [(event.kind, event.payload) for event in journal.pending(look(hall.store), 0, 10)]
        assert told[0] == ("day.opened", {"day": "2026-11-23", "site": "00082"})
        assert [kind for kind, _ in told[1:]] == ["ticket.issued"] * 2


def test_a_second_damaged_file_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    place = settings(tmp_path)
    file = place.home.database
    for number in (1, 2):
        file.write_bytes(f"damaged {number}".encode() * 1000)
        for suffix in ("-wal", "-shm"):
            file.with_name(file.name + suffix).write_bytes(f"{suffix} {number}".encode())
        kept, starts = set_aside(place, FakeClock())
        assert starts == {"A": 501, "B": 501}
        assert kept.name == f"{file.name}.damaged-{number}"
        assert kept.read_bytes().startswith(f"damaged {number}".encode())
        assert kept.with_name(f"{kept.name}-wal").exists()


def test_a_service_is_not_sent_back_by_the_numbers_of_another_day(tmp_path: Path) -> None:
    place, clock = settings(tmp_path, services=_SERVICES), FakeClock()
    with contextlib.closing(Lobby.open(place, clock)) as hall:
        for _ in range(8):
            hall.take("A")
        clock.pass_time(days=1)
        hall.take("A")
    _spoil(place.home.database)
    _, starts = set_aside(place, clock)
    assert starts["A"] == 6, "yesterday's eight numbers say nothing of today's"


def test_a_clock_that_is_behind_repeats_no_number_of_the_damaged_day(tmp_path: Path) -> None:
    place, clock = settings(tmp_path, services=_SERVICES), FakeClock()
    with contextlib.closing(Lobby.open(place, clock)) as hall:
        for _ in range(8):
            hall.take("A")
    _spoil(place.home.database)
    clock.step(days=-2)
    _, starts = set_aside(place, clock)
    assert starts["A"] == 9
    with contextlib.closing(Lobby.open(place, clock)) as hall:
        assert hall.context.today() == "2026-11-23"


def test_what_is_not_there_is_not_checked(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing has been issued"):
        check(tmp_path / "kiosk.db")


def test_a_date_that_was_wrong_once_is_not_the_day_that_goes_on_and_repeats_no_number_either(tmp_path: Path) -> None:
    place, clock = settings(tmp_path, services=_SERVICES), FakeClock()
    with contextlib.closing(Lobby.open(place, clock)) as hall:
        with hall.store.write() as tx:
            tx.execute("INSERT INTO series VALUES ('00082', 'k00082-1', '2026-12-25', 'A', 8)")
        hall.take("A")
    _spoil(place.home.database)
    _, starts = set_aside(place, clock)
    assert starts == {"A": 6, "B": 750}
    with contextlib.closing(Store.open(place.home.database, clock)) as store:
        rows = raw(store).execute("SELECT day, letter, last FROM series ORDER BY day, letter").fetchall()
        assert [tuple(row) for row in rows] == [
            *(("2026-11-23", "A", 5), ("2026-11-23", "B", 749)),
            *(("2026-12-25", "A", 8), ("2026-12-25", "B", 749)),
        ]
