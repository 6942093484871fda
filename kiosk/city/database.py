"""The city's database: SQLite in one file, opened once by the line and once by the pages.

`records` writes into it what the kiosks say and `views` reads from it; `bookings` and `dossiers` hold what the city
itself knows. All SQL of the city stands in these five modules and in `schema`. Times in it are UTC milliseconds since
1970. The events are the truth; tickets, devices, feedback and calls for help are made from them in the order of the
seqs.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.errors import CorruptError, FullError, StoreError
from kiosk.sqlite.guarded import GuardedConnection, code_of, open_guarded, told
from kiosk.sqlite.transactions import Database, Snapshot, WriteTransaction, bring_up_to_date

_BUSY_TIMEOUT_S = 30.0

SCHEMA_VERSION = 4
"""Rises with every migration; kept in the file as `PRAGMA user_version`."""


class CityDatabase(Database):
    """An open connection to the city's database. Threads may share it: they take turns."""

    def __init__(self, connection: GuardedConnection, file: Path) -> None:
        super().__init__(connection, file)
        self._turn = threading.RLock()

    @classmethod
    def open(cls, file: Path) -> CityDatabase:
        """Open the file, making it when there is none.

        Raises:
            CorruptError: the file is damaged.
            StoreError: the folder is missing or may not be written, or the file is from a newer release.
        """
        connection = open_guarded(file, _told, timeout_s=_BUSY_TIMEOUT_S, is_shared=True)
        try:
            # FULL: an acknowledgement must outlive a power cut, or a kiosk forgets what the city does not have.
            connection.execute("PRAGMA synchronous = FULL")
            bring_up_to_date(connection, SCHEMA_VERSION, _migrate)
        except BaseException:
            connection.close()
            raise
        return cls(connection, file)

    def close(self) -> None:
        """Close the file; closing twice is fine."""
        with self._turn:
            super().close()

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """Read the database in one state."""
        with self._turn, super().read() as snapshot:
            yield snapshot

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        """Run one change: all of it is on disk when the block ends, or none of it.

        Raises:
            FullError: no space; nothing was changed.
            StoreError: the file cannot be written.
        """
        with self._turn, super().write() as tx:
            yield tx


def _told(file: Path, error: sqlite3.DatabaseError) -> StoreError:
    code = code_of(error)
    if code == sqlite3.SQLITE_FULL:
        return FullError(f"no space left for {file}: nothing was changed, the kiosks will send again")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return CorruptError(f"{file} is damaged ({error}): restore a backup, the kiosks fill the rest")
    return told(file, error)


def _migrate(connection: GuardedConnection) -> None:
    from kiosk.city.schema import migrations
    from kiosk.sqlite.migration import migrate

    migrate(connection, migrations, _BUSY_TIMEOUT_S)
