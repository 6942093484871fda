"""The city's database: SQLite in one file, opened once by the line and once by the pages.

`records` writes into it what the kiosks say and `views` reads from it; `bookings` and `dossiers` hold what the city
itself knows. All SQL of the city stands in these five modules. Times in it are UTC milliseconds since 1970. The events
are the truth; tickets, devices, feedback and calls for help are made from them in the order of the seqs.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.errors import CorruptError, FullError, StoreError
from kiosk.sqlite.guarded import GuardedConnection, code_of, open_guarded, told
from kiosk.sqlite.wal import use_write_ahead_log

_BUSY_TIMEOUT_S = 30.0


class CityDatabase:
    """An open connection to the city's database. Threads may share it: they take turns."""

    def __init__(self, connection: sqlite3.Connection, file: Path) -> None:
        self.file = file
        self._connection = connection
        self._lock = threading.Lock()

    @classmethod
    def open(cls, file: Path) -> CityDatabase:
        """Open the file, making it when there is none.

        Raises:
            CorruptError: the file is damaged.
            StoreError: the folder is missing or may not be written, or the file is from a newer release.
        """
        connection = open_guarded(file, _told, timeout_s=_BUSY_TIMEOUT_S, is_shared=True)
        try:
            _prepare(connection, file)
        except BaseException:
            connection.close()
            raise
        return cls(connection, file)

    def close(self) -> None:
        """Close the file; closing twice is fine."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Run one change: all of it is on disk when the block ends, or none of it.

        Raises:
            FullError: no space; nothing was changed.
            StoreError: the file cannot be written.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Look at one moment of the database: all queries in the block see the same state."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = self._connection
        with self._lock:
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # A full disk ends the transaction by itself; another rollback would then hide the true error.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


@contextmanager
def savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    """Run a part of a transaction that is taken back alone when it fails."""
    connection.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # a full disk has ended all of it by itself
            connection.execute("ROLLBACK TO part")
            connection.execute("RELEASE part")
        raise
    connection.execute("RELEASE part")


def _told(file: Path, error: sqlite3.DatabaseError) -> StoreError:
    code = code_of(error)
    if code == sqlite3.SQLITE_FULL:
        return FullError(f"no space left for {file}: nothing was changed, the kiosks will send again")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return CorruptError(f"{file} is damaged ({error}): restore a backup, the kiosks fill the rest")
    return told(file, error)


def _prepare(connection: GuardedConnection, file: Path) -> None:
    connection.row_factory = sqlite3.Row
    use_write_ahead_log(connection, _BUSY_TIMEOUT_S)
    # FULL: an acknowledgement must outlive a power cut, or a kiosk forgets what the city does not have.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(_SCHEMAS):
            raise StoreError(f"{file} is from a newer release (schema {version}, ours {len(_SCHEMAS)}); update first")
        for tables in _SCHEMAS[version:]:
            for statement in tables.split(";\n"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(_SCHEMAS)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


_TABLES = """
CREATE TABLE device (
    device TEXT PRIMARY KEY,
    site TEXT NOT NULL DEFAULT '',
    day TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'unknown',
    state_ms INTEGER,
    heard_ms INTEGER,
    release TEXT NOT NULL DEFAULT '',
    health TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE TABLE stream (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    epoch BLOB NOT NULL,
    site TEXT NOT NULL DEFAULT '',
    up_to INTEGER NOT NULL DEFAULT 0,
    UNIQUE (device, epoch)
) STRICT;

CREATE TABLE event (
    stream INTEGER NOT NULL REFERENCES stream (id),
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    payload BLOB NOT NULL,
    hash BLOB NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES stream (id),
    seq INTEGER NOT NULL,
    reason TEXT NOT NULL,
    kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    payload BLOB NOT NULL,
    hash BLOB NOT NULL,
    received_ms INTEGER NOT NULL,
    UNIQUE (stream, seq, hash)
) STRICT;

CREATE TABLE ticket (
    stream INTEGER NOT NULL REFERENCES stream (id),
    id INTEGER NOT NULL,
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    number TEXT NOT NULL,
    service TEXT NOT NULL,
    state TEXT NOT NULL,
    token TEXT NOT NULL,
    priority TEXT,
    procedure TEXT,
    language TEXT NOT NULL,
    counter INTEGER,
    calls INTEGER NOT NULL DEFAULT 0,
    issued_ms INTEGER NOT NULL,
    called_ms INTEGER,
    serving_ms INTEGER,
    ended_ms INTEGER,
    PRIMARY KEY (stream, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_token ON ticket (token);
CREATE INDEX ticket_day ON ticket (day, site, service, state)
"""

_VISITS = """
ALTER TABLE ticket ADD COLUMN by_post INTEGER NOT NULL DEFAULT 0;

CREATE TABLE feedback (
    stream INTEGER NOT NULL REFERENCES stream (id),
    seq INTEGER NOT NULL,
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    face INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    ticket INTEGER,
    PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX feedback_day ON feedback (day, site);

CREATE TABLE help_call (
    stream INTEGER NOT NULL REFERENCES stream (id),
    seq INTEGER NOT NULL,
    site TEXT NOT NULL,
    asked_ms INTEGER NOT NULL,
    counter INTEGER,
    answered_ms INTEGER,
    PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX help_call_open ON help_call (asked_ms) WHERE answered_ms IS NULL;

CREATE TABLE booking_day (
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    key BLOB NOT NULL,
    made_ms INTEGER NOT NULL,
    PRIMARY KEY (site, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE booking (
    code TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    minute INTEGER NOT NULL,
    service TEXT NOT NULL,
    procedure TEXT,
    person BLOB,
    cancelled_ms INTEGER,
    checked_in_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX booking_day_of ON booking (day, site, minute);

CREATE TABLE dossier (
    code TEXT PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL,
    received TEXT,
    due TEXT,
    counter INTEGER,
    changed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""

_SITES = """
UPDATE device SET site = '' WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]';
UPDATE device SET day = '' WHERE day NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]';
UPDATE device SET release = '', health = '{}';
UPDATE stream SET site = '' WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]';
DELETE FROM ticket WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]';
DELETE FROM feedback WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]';
DELETE FROM help_call WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]';
DELETE FROM booking WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]';
DELETE FROM booking_day WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]'
"""
"""Until here a kiosk could say that it stands anywhere, and whatever it said of its health was kept as it came. What
was made of such words goes; the events stay, and each kiosk says its health again when the city comes back."""

_ORDER = """
ALTER TABLE ticket ADD COLUMN called_seq INTEGER
"""
"""Calls are ordered by the journal of their kiosk; of those from before this, the time of the call is what there is."""

_SCHEMAS = (_TABLES, _VISITS, _SITES, _ORDER)
"""The schema of version n is made by the first n of these, one after the other."""
