"""SQLite connections that raise only our errors, for every read and write."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from kiosk.errors import CorruptError, FullError, StoreError
from kiosk.files import keep_from_strangers

Tell = Callable[[Path, sqlite3.DatabaseError], StoreError]
"""Returns our error for an SQLite error of a file."""


class GuardedConnection(sqlite3.Connection):
    """A connection that translates the errors of every statement and every row by `tell`."""

    file = Path()
    tell: Tell

    def cursor(self, factory: Any = None) -> Any:  # noqa: ANN401 - as in sqlite3
        """Return a cursor."""
        return super().cursor(factory or _GuardedCursor)

    # without this, these three would create plain cursors

    def execute(self, *arguments: Any) -> Any:  # noqa: ANN401
        """Run a statement and return its cursor."""
        return self.cursor().execute(*arguments)

    def executemany(self, *arguments: Any) -> Any:  # noqa: ANN401
        """Run a statement for each row of values and return its cursor."""
        return self.cursor().executemany(*arguments)

    def executescript(self, *arguments: Any) -> Any:  # noqa: ANN401
        """Run several statements and return their cursor."""
        return self.cursor().executescript(*arguments)


class _GuardedCursor(sqlite3.Cursor):
    connection: GuardedConnection

    def execute(self, *arguments: Any) -> Any:  # noqa: ANN401 - as in sqlite3
        try:
            return super().execute(*arguments)
        except sqlite3.DatabaseError as error:
            raise self._told(error) from error

    def executemany(self, *arguments: Any) -> Any:  # noqa: ANN401
        try:
            return super().executemany(*arguments)
        except sqlite3.DatabaseError as error:
            raise self._told(error) from error

    def executescript(self, *arguments: Any) -> Any:  # noqa: ANN401
        try:
            return super().executescript(*arguments)
        except sqlite3.DatabaseError as error:
            raise self._told(error) from error

    def fetchone(self) -> Any:  # noqa: ANN401
        try:
            return super().fetchone()
        except sqlite3.DatabaseError as error:
            raise self._told(error) from error

    def fetchmany(self, *arguments: Any) -> Any:  # noqa: ANN401
        try:
            return super().fetchmany(*arguments)
        except sqlite3.DatabaseError as error:
            raise self._told(error) from error

    def fetchall(self) -> Any:  # noqa: ANN401
        try:
            return super().fetchall()
        except sqlite3.DatabaseError as error:
            raise self._told(error) from error

    def __next__(self) -> Any:  # noqa: ANN401
        try:
            return super().__next__()
        except sqlite3.DatabaseError as error:
            raise self._told(error) from error

    def _told(self, error: sqlite3.DatabaseError) -> StoreError:
        return self.connection.tell(self.connection.file, error)


def open_guarded(file: Path, tell: Tell, *, timeout_s: float, is_shared: bool = False) -> GuardedConnection:
    """Open a database file; create it for its owner alone if it is missing. Transactions begin only explicitly.


    Args:
        timeout_s: how long another process's lock is waited for.
        is_shared: several threads use it, in turns.
    Raises:
        StoreError: as `tell` has it.
    """
    # if it cannot be created, SQLite fails too and reports that in its own way
    with suppress(OSError):
        keep_from_strangers(file, "-wal", "-shm")
    try:
        connection = sqlite3.connect(
            file, timeout=timeout_s, isolation_level=None, check_same_thread=not is_shared, factory=GuardedConnection
        )
    except sqlite3.DatabaseError as error:
        raise tell(file, error) from error
    connection.file, connection.tell = file, tell
    return connection


def code_of(error: sqlite3.DatabaseError) -> int:
    """Return SQLite's primary result code, 0 for an error of the Python module's own."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def told(file: Path, error: sqlite3.DatabaseError) -> StoreError:
    """Return the error of any database file, in words that tell a person what to do."""
    code = code_of(error)
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(file)):
        return FullError(f"no space left for {file}: free some, it goes on by itself")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return CorruptError(f"{file} is damaged ({error}); nothing was changed")
    if code in _CANNOT_WRITE and _is_read_only(file):
        return StoreError(
            f"{file} may not be written: its file system is read-only, as Linux makes one that has errors. Look at "
            "`dmesg`, restart; if it comes back so, copy the file and change the card"
        )
    if code == sqlite3.SQLITE_READONLY:
        return StoreError(f"{file} may not be written; run as the kiosk's user or check the folder's owner")
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreError(
            f"{file} cannot be opened: does the folder exist, and may you write it? `kiosk init` makes a home"
        )
    return StoreError(f"{file}: {error}")


_CANNOT_WRITE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR)


def _is_full(file: Path) -> bool:
    try:
        return os.statvfs(file.parent).f_bavail == 0
    except OSError:
        return False


def _is_read_only(file: Path) -> bool:
    try:
        return bool(os.statvfs(file.parent).f_flag & os.ST_RDONLY)
    except OSError:
        return False
