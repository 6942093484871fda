"""The hall's database: opening, reading one state, changing it in transactions, and its errors in plain words."""

from __future__ import annotations

import os
import sqlite3
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import msgspec

from kiosk.clock import Clock, ClockReading, SystemClock
from kiosk.errors import CorruptError, StoreError
from kiosk.files import as_member
from kiosk.model.event import EventData
from kiosk.model.time import Now, Source, believe, confirm
from kiosk.model.time import to_ms as to_ms
from kiosk.model.time import to_utc as to_utc
from kiosk.sqlite.guarded import GuardedConnection, code_of, open_guarded, told
from kiosk.sqlite.transactions import Database, WriteTransaction, bring_up_to_date
from kiosk.sqlite.transactions import Snapshot as Snapshot
from kiosk.store import journal, time_anchor

_BUSY_TIMEOUT_S = 30.0
"""Eight processes that wait for an SD card with 100 ms per sync wait a few seconds at most."""

_SHED_TIMEOUT_MS = 250
"""The longest wait of the first visitor of a day."""

SCHEMA_VERSION = 3
"""Rises with every migration; kept in the file as `PRAGMA user_version`."""

SPACE_NEEDED_BYTES = 2_000_000
"""With less free space the disk counts as full: a checkpoint may need the size of the log once more."""


class Transaction(WriteTransaction):
    """A change of the hall: rows, and their events in the journal."""

    def __init__(self, connection: sqlite3.Connection, reading: ClockReading, now: Now) -> None:
        super().__init__(connection)
        self.now = now
        self.now_ms = to_ms(now.utc)
        self._reading = reading

    def append(self, data: EventData) -> int:
        """Append an event to the journal and return its seq."""
        payload = msgspec.json.encode(data).decode()
        return journal.append(self, data.kind, payload, self.now_ms, self._reading, self.now.trust)


class Store(Database):
    """The database of one hall. One thread uses it; every process opens its own. `epoch` is the 8 bytes that name its
    journal; a new file has new ones.
    """

    def __init__(self, connection: GuardedConnection, file: Path, clock: Clock) -> None:
        super().__init__(connection, file)
        self.clock = clock
        self.epoch = journal.epoch(Snapshot(connection))

    @classmethod
    def open(cls, file: Path, clock: Clock | None = None) -> Store:
        """Open the file; create or migrate it if needed.


        Raises:
            CorruptError: the file is damaged; nothing was changed.
            StoreError: the folder is missing or may not be written, or the file is from a newer release.
        """
        # This also opens the write-ahead log; later nothing is opened by name.
        with as_member(file.parent):
            connection = open_guarded(file, _told, timeout_s=_BUSY_TIMEOUT_S)
            try:
                _prepare(connection)
                return cls(connection, file, clock or SystemClock())
            except BaseException:
                connection.close()
                raise

    def write(self) -> AbstractContextManager[Transaction]:
        """Run one change: all of it is on disk when the block ends, or none of it.

        Raises:
            FullError: no space; nothing was changed.
            StoreError: the file cannot be written, or a `read` or `write` is open already.
        """
        return self._transaction("BEGIN IMMEDIATE", self._changing)

    def now(self) -> Now:
        """Return the believed time."""
        with self.read() as snapshot:
            return _believed(snapshot, self.clock.read())

    def confirm_time(self, utc: datetime, source: Source = Source.CITY) -> None:
        """Accept the time of a source; written only if it says something new.


        Args:
            utc: aware UTC, as the clock of the city, or of who sets the time by hand, showed it just now.
        """
        with self.read() as snapshot:
            is_news = _confirmed(snapshot, self.clock.read(), utc, source).anchor != time_anchor.read(snapshot)
        if is_news:
            with self.write() as tx:
                time_anchor.keep(tx, _confirmed(tx, self.clock.read(), utc, source).anchor)

    def has_news(self, now: Now) -> bool:
        """Tell whether the believed time differs from the stored one."""
        with self.read() as snapshot:
            return now.anchor != time_anchor.read(snapshot)

    def shed_log(self) -> bool:
        """Empty the write-ahead log, which may still contain deleted data; return whether that was possible. It is not
        while another process reads, and this waits only briefly for that process.
        """
        self._connection.execute(f"PRAGMA busy_timeout = {_SHED_TIMEOUT_MS}")
        try:
            (is_busy, _, _) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {round(_BUSY_TIMEOUT_S * 1000)}")
        return not is_busy

    def has_space(self) -> bool:
        """Tell whether the disk has room for a change."""
        disk = os.statvfs(self.file.parent)
        return disk.f_bavail * disk.f_frsize >= SPACE_NEEDED_BYTES

    def _changing(self, connection: sqlite3.Connection) -> Transaction:
        # The clock is read inside the lock, so the times in the journal follow its order.
        reading = self.clock.read()
        now = _believed(Snapshot(connection), reading)
        tx = Transaction(connection, reading, now)
        time_anchor.keep(tx, now.anchor)
        return tx


def _believed(snapshot: Snapshot, reading: ClockReading) -> Now:
    anchor = time_anchor.read(snapshot)
    return believe(reading, anchor, time_anchor.last_time(snapshot, anchor))


def _confirmed(snapshot: Snapshot, reading: ClockReading, utc: datetime, source: Source) -> Now:
    anchor = time_anchor.read(snapshot)
    return confirm(reading, utc, anchor, time_anchor.last_time(snapshot, anchor), source=source)


def _told(file: Path, error: sqlite3.DatabaseError) -> StoreError:
    code = code_of(error)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return CorruptError(
            f"{file} is damaged ({error}); nothing was changed. Copy it if you can, then run "
            "`kiosk store set-aside`: it moves the file away and goes on with numbers that were never given"
        )
    if code == sqlite3.SQLITE_BUSY:
        return StoreError(f"{file} stayed locked for {_BUSY_TIMEOUT_S:.0f} s; which process hangs? see `kiosk status`")
    return told(file, error)


def _prepare(connection: GuardedConnection) -> None:
    # FULL, not NORMAL: with NORMAL a power cut takes back numbers that visitors already hold.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # Deleted data leaves no bytes behind: the digests of persons are gone after the day.
    connection.execute("PRAGMA secure_delete = ON")
    bring_up_to_date(connection, SCHEMA_VERSION, _migrate)


def _migrate(connection: GuardedConnection) -> None:
    from kiosk.sqlite.migration import migrate
    from kiosk.store.schema import migrations

    migrate(connection, migrations, _BUSY_TIMEOUT_S)
