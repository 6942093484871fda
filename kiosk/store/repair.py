"""A damaged database: checking it, and on request setting it aside without issuing a number twice."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kiosk.clock import Clock
from kiosk.config import Settings
from kiosk.errors import StoreError
from kiosk.files import as_member, open_file
from kiosk.model.event import DayOpened
from kiosk.model.time import business_day
from kiosk.store import meta
from kiosk.store.database import Store


def check(file: Path) -> list[str]:
    """Return what is wrong with a database file; empty when it is sound.

    Raises:
        StoreError: there is no such file, or it cannot be read.
    """
    if not file.exists():
        raise StoreError(f"{file} is not there: nothing has been issued in this home yet")
    try:
        with _looking_at(file) as connection:
            rows = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if rows == ["ok"] else rows


def set_aside(settings: Settings, clock: Clock | None = None) -> tuple[Path, dict[str, int]]:
    """Move a damaged file away and start a new one; return where the old one is, and where each service continues.

    A damaged file may have lost its newest pages, so its numbers of today are only a lower bound: each service
    continues above it, and not below the middle of its range, which no ward reaches in a day.


    Raises:
        StoreError: the file is sound, or a new one cannot be made.
    """
    file = settings.home.database
    if not check(file):
        raise StoreError(f"{file} is sound: there is nothing to set aside")
    readable, newest = _last_numbers(file), _newest_day(file)
    kept = _moved(file)
    # Usually a person does this as root, while the processes that will write the new file run as other users.
    _make_as(kept, file)
    starts: dict[str, int] = {}
    with closing(Store.open(file, clock)) as store, store.write() as tx:
        last_day = newest or max((day for day, _ in readable), default="")
        day = business_day(tx.now, settings.site.timezone, last_day)
        tx.append(DayOpened(day, settings.site.code))
        meta.open_day(tx, day)
        for service in settings.site.services:
            middle = (service.first_number + service.last_number) // 2
            # Any of these days may be the true one: the present date may be wrong.
            for one in {day, *(known for known, _ in readable)}:
                last = max(middle, readable.get((one, service.letter), 0))
                series = (settings.site.code, settings.kiosk.device, one, service.letter)
                tx.execute("INSERT INTO series VALUES (?, ?, ?, ?, ?)", [*series, last])
            starts[service.letter] = max(middle, readable.get((day, service.letter), 0)) + 1
    return kept, starts


@contextmanager
def _looking_at(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a possibly damaged file read-only; errors stay those of sqlite3, because the caller looks for them."""
    with as_member(file.parent), closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        yield connection


def _last_numbers(file: Path) -> dict[tuple[str, str], int]:
    """Return the last number by day and letter, as far as the file is readable."""
    try:
        with _looking_at(file) as connection:
            # Both the counters and the tickets: the higher value is the better preserved one.
            rows = connection.execute(
                "SELECT day, letter, max(last) FROM (SELECT day, letter, last FROM series UNION ALL "
                "SELECT day, letter, max(number) FROM ticket GROUP BY day, letter) GROUP BY day, letter"
            )
            return {(str(day), str(letter)): int(last) for day, letter, last in rows}
    except (sqlite3.DatabaseError, ValueError, TypeError):
        return {}


def _make_as(kept: Path, file: Path) -> None:
    """Create an empty file with the owner and permissions of another, by descriptors, because others write this folder
    too.


    Raises:
        StoreError: it cannot be made.
    """
    try:
        before = open_file(kept)
        try:
            owner = os.fstat(before)
        finally:
            os.close(before)
        fresh = open_file(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.fchown(fresh, owner.st_uid, owner.st_gid)
            os.fchmod(fresh, stat.S_IMODE(owner.st_mode))
        finally:
            os.close(fresh)
    except OSError as error:
        raise StoreError(f"{file} cannot be made anew: {error}; the old one is {kept}") from error


def _newest_day(file: Path) -> str:
    """Return the day of the last issued number, or an empty string; a wrong date may have used later days."""
    try:
        with _looking_at(file) as connection:
            row = connection.execute("SELECT day FROM ticket ORDER BY id DESC LIMIT 1").fetchone()
            return str(row[0]) if row else ""
    except sqlite3.DatabaseError:
        return ""


def _moved(file: Path) -> Path:
    number = next(n for n in range(1, 10_000) if not file.with_name(f"{file.name}.damaged-{n}").exists())
    kept = file.with_name(f"{file.name}.damaged-{number}")
    for suffix in ("", "-wal", "-shm"):
        part = file.with_name(file.name + suffix)
        if part.exists():
            part.rename(kept.with_name(kept.name + suffix))
    return kept
