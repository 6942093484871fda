"""The database file: opened with care, changed one transaction at a time, its troubles told plainly."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from kiosk.clock import Clock, ClockReading, SystemClock
from kiosk.errors import CorruptError, StoreError
from kiosk.files import as_member
from kiosk.model.event import Payload
from kiosk.model.time import Now, Source, believe, confirm
from kiosk.model.timestamps import to_ms as to_ms
from kiosk.model.timestamps import to_utc as to_utc
from kiosk.sqlite.guarded import GuardedConnection, code_of, open_guarded, told
from kiosk.store import time_anchor
from kiosk.store.journal import Journal, append
from kiosk.store.version import SCHEMA_VERSION

_BUSY_TIMEOUT_S = 30.0
"""Eight processes queueing behind an SD card that takes 100 ms to sync wait a few seconds at worst."""

_SHED_TIMEOUT_MS = 250
"""The first visitor of a day waits for this at most."""

SPACE_NEEDED_BYTES = 2_000_000
"""Below this much free space we say that the disk is full: a checkpoint may need the whole log once more."""


class Transaction:
    """One change in the making: plain SQL, and the events it appends to the journal."""

    def __init__(self, connection: sqlite3.Connection, reading: ClockReading, now: Now) -> None:
        self.connection = connection
        self.now = now
        self.now_ms = to_ms(now.utc)
        self.execute = connection.execute
        self._reading = reading

    def append(self, kind: str, payload: Payload) -> int:
        """Append an event to the journal and return its seq."""
        return append(self.connection, kind, payload, self.now_ms, self._reading, self.now.trust)


class Store:
    """An open database file. One thread uses it; every process opens its own."""

    def __init__(self, connection: sqlite3.Connection, file: Path, clock: Clock) -> None:
        self.file = file
        self.clock = clock
        self.connection = connection
        self.journal = Journal(connection)

    @classmethod
    def open(cls, file: Path, clock: Clock | None = None) -> Store:
        """Open the file, making or migrating it when needed.

        Raises:
            CorruptError: the file is damaged; nothing was changed.
            StoreError: the folder is missing or may not be written, or the file is from a newer kiosk.
        """
        # The log is opened in here, too; later nothing is opened by name.
        with as_member(file.parent):
            return cls._open(file, clock or SystemClock())

    @classmethod
    def _open(cls, file: Path, clock: Clock) -> Store:
        connection = open_guarded(file, _told, timeout_s=_BUSY_TIMEOUT_S)
        try:
            _prepare(connection, file)
            return cls(connection, file, clock)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Close the file; closing twice is fine."""
        self.connection.close()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Run one change: all of it is on disk when the block ends, or none of it.

        Raises:
            FullError: no space; nothing was changed.
            StoreError: the file cannot be written.
        """
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            # The clock is read inside the lock, so times in the journal never run against its order.
            reading = self.clock.read()
            now = self._believe(reading)
            time_anchor.keep(self.connection, now.anchor)
            yield Transaction(self.connection, reading, now)
            self.connection.execute("COMMIT")
        except BaseException:
            self._undo()
            raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Look at one moment of the database: all queries in the block see the same state."""
        self.connection.execute("BEGIN")
        try:
            yield self.connection
        finally:
            self._undo()

    def now(self) -> Now:
        """Return the time to do business by."""
        return self._believe(self.clock.read())

    def confirm_time(self, utc: datetime, source: Source = Source.CITY) -> None:
        """Take somebody's word for the time; written only when it says something new.

        Args:
            utc: aware UTC, as the clock of the city, or of who sets the time by hand, showed it just now.
        """
        if self._confirmed(utc, source).anchor != time_anchor.read(self.connection):
            with self.write() as tx:
                time_anchor.keep(tx.connection, self._confirmed(utc, source).anchor)

    def has_news(self, now: Now) -> bool:
        """Tell whether what is believed of the time differs from what is written down."""
        return now.anchor != time_anchor.read(self.connection)

    def shed_log(self) -> bool:
        """Empty the write-ahead log, where what was deleted may still stand, and tell whether that could be done.

        It cannot while another process is reading; that process is waited for only a moment.
        """
        self.connection.execute(f"PRAGMA busy_timeout = {_SHED_TIMEOUT_MS}")
        try:
            (is_busy, _, _) = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {round(_BUSY_TIMEOUT_S * 1000)}")
        return not is_busy

    def has_space(self) -> bool:
        """Tell whether the disk has room for a change."""
        disk = os.statvfs(self.file.parent)
        return disk.f_bavail * disk.f_frsize >= SPACE_NEEDED_BYTES

    def _undo(self) -> None:
        # A full disk ends the transaction by itself; another rollback would then hide the true error.
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def _believe(self, reading: ClockReading) -> Now:
        kept = time_anchor.read(self.connection)
        return believe(reading, kept, time_anchor.last_time(self.connection, kept))

    def _confirmed(self, utc: datetime, source: Source) -> Now:
        kept = time_anchor.read(self.connection)
        return confirm(self.clock.read(), utc, kept, time_anchor.last_time(self.connection, kept), source=source)


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


def _prepare(connection: GuardedConnection, file: Path) -> None:
    connection.row_factory = sqlite3.Row
    # FULL and not NORMAL: with NORMAL a power cut takes back numbers that people already hold in their hands.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # What is deleted leaves no bytes behind: a day's digests of persons go with the day.
    connection.execute("PRAGMA secure_delete = ON")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise StoreError(f"{file} was written by a newer kiosk (schema {version}, ours {SCHEMA_VERSION}); update first")
    if version < SCHEMA_VERSION:
        # Imported here: heavy, and needed once in a file's life.
        from kiosk.sqlite.wal import use_write_ahead_log
        from kiosk.store.schema import migrate

        use_write_ahead_log(connection, _BUSY_TIMEOUT_S)
        migrate(connection)
