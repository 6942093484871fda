"""Switching a database file to SQLite's write-ahead log, while other processes may do the same."""

from __future__ import annotations

import sqlite3
import time

from kiosk.errors import StoreError
from kiosk.sqlite.guarded import GuardedConnection, code_of

_LOOK_AGAIN_S = 0.02


def use_write_ahead_log(connection: GuardedConnection, patience_s: float) -> None:
    """Switch the file to the write-ahead log, or find that another process has.

    Two that read a new file and both want to write its header would wait for each other for ever, so SQLite calls no
    busy handler here: one of them is told SQLITE_BUSY at once, whatever its timeout (https://sqlite.org/c3ref/busy_handler.html).
    It tries again.

    Raises:
        StoreError: the file cannot be written, or stayed locked for `patience_s` seconds.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except StoreError as error:
            cause = error.__cause__
            is_busy = isinstance(cause, sqlite3.DatabaseError) and code_of(cause) == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > deadline:
                raise
            time.sleep(_LOOK_AGAIN_S)
