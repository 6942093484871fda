"""An open database file: read in snapshots, changed in transactions.

The connection is private. A reader gets a `Snapshot`, a writer a `WriteTransaction`; all SQL goes through these two.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar

from kiosk.closable import Closable
from kiosk.errors import StoreError
from kiosk.sqlite.guarded import GuardedConnection

Sql = str | int | float | bytes | None
"""A value that SQLite stores as it is."""


class Snapshot:
    """One state of the database: all its queries see the same state, whatever others commit meanwhile."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def query(self, sql: str, values: Sequence[Sql] = ()) -> sqlite3.Cursor:
        """Run a SELECT and return its rows."""
        return self._connection.execute(sql, values)


class WriteTransaction(Snapshot):
    """A change in progress: its queries see what it has written so far."""

    def execute(self, sql: str, values: Sequence[Sql] = ()) -> sqlite3.Cursor:
        """Run a statement; the cursor tells `rowcount` and `lastrowid`."""
        return self._connection.execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Sequence[Sql]]) -> None:
        """Run a statement for each row of values."""
        self._connection.executemany(sql, rows)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Run a part of the transaction that is rolled back alone if it fails."""
        self.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:  # a full disk has already ended the whole transaction
                self.execute("ROLLBACK TO part")
                self.execute("RELEASE part")
            raise
        self.execute("RELEASE part")


_S = TypeVar("_S", bound=Snapshot)


class Database(Closable):
    """An open database file. One thread uses it at a time; every process opens its own."""

    def __init__(self, connection: GuardedConnection, file: Path) -> None:
        self.file = file
        self._connection = connection
        self._current: Snapshot | None = None

    def close(self) -> None:
        """Close the file; closing twice is fine."""
        self._connection.close()

    def read(self) -> AbstractContextManager[Snapshot]:
        """Read the database in one state; inside another `read` or `write`, in that state."""
        if self._current is not None:
            return nullcontext(self._current)
        return self._transaction("BEGIN", Snapshot)

    def write(self) -> AbstractContextManager[WriteTransaction]:
        """Run one change: all of it is on disk when the block ends, or none of it.

        Raises:
            FullError: no space; nothing was changed.
            StoreError: the file cannot be written, or a `read` or `write` is open already.
        """
        return self._transaction("BEGIN IMMEDIATE", WriteTransaction)

    @contextmanager
    def _transaction(self, begin: str, made: Callable[[sqlite3.Connection], _S]) -> Iterator[_S]:
        self._connection.execute(begin)
        try:
            self._current = transaction = made(self._connection)
            yield transaction
            if isinstance(transaction, WriteTransaction):
                self._connection.execute("COMMIT")
        finally:
            self._current = None
            # After COMMIT there is none, and a full disk ends it by itself; then a rollback would hide the true error.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def bring_up_to_date(connection: GuardedConnection, newest: int, migrate: Callable[[GuardedConnection], None]) -> None:
    """Set up a connection that was just opened, and migrate its file if it is new or old.


    Args:
        newest: the schema's newest version, as `PRAGMA user_version` will say it.
        migrate: applies what is missing; it may import what is heavy, for it is called once in a schema's life.
    Raises:
        StoreError: the file is from a newer release, or cannot be written.
    """
    connection.row_factory = sqlite3.Row
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > newest:
        raise StoreError(
            f"{connection.file} was written by a newer release (schema {version}, ours {newest}); update first"
        )
    if version < newest:
        migrate(connection)
