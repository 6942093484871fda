"""What a test sees of a database, and changes in it, without a transaction around it."""

from __future__ import annotations

import sqlite3

from kiosk.sqlite.transactions import Database, Snapshot, WriteTransaction


def raw(database: Database) -> sqlite3.Connection:
    """Return the connection itself, for SQL of the test's own."""
    return database._connection


def look(database: Database) -> Snapshot:
    """Return what is in the database; each query sees it anew."""
    return Snapshot(raw(database))


def change(database: Database) -> WriteTransaction:
    """Return a transaction of which each statement is committed by itself."""
    return WriteTransaction(raw(database))
