"""What a test sees of a database, and changes in it, without a transaction around it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import msgspec

from kiosk.model.event import Value
from kiosk.sqlite.transactions import Database, Snapshot, WriteTransaction
from kiosk.store import journal
from kiosk.store.database import Transaction


def raw(database: Database) -> sqlite3.Connection:
    """Return the connection itself, for SQL of the test's own."""
    return database._connection


def look(database: Database) -> Snapshot:
    """Return what is in the database; each query sees it anew."""
    return Snapshot(raw(database))


def append_raw(tx: Transaction, kind: str, payload: Mapping[str, Value]) -> int:
    """Append an event as another release, or nobody, would write it."""
    text = msgspec.json.encode(payload).decode()
    return journal.append(tx, kind, text, tx.now_ms, tx._reading, tx.now.trust)


def change(database: Database) -> WriteTransaction:
    """Return a transaction of which each statement is committed by itself."""
    return WriteTransaction(raw(database))
