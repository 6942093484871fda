"""The few facts that hold for the whole hall and stand in one row each."""

from __future__ import annotations

import sqlite3


def last_day(connection: sqlite3.Connection) -> str:
    """Return the business day that was opened last, or an empty string in a new home."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'day'").fetchone()
    return str(row[0]) if row else ""


def open_day(connection: sqlite3.Connection, day: str) -> None:
    """Note that a business day has begun. Called inside a transaction."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('day', ?)", [day])


def ended_before(connection: sqlite3.Connection) -> str:
    """Return the business day before which all is ended, or an empty string where that is the one opened last."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'ended_before'").fetchone()
    return str(row[0]) if row else ""


def end_before(connection: sqlite3.Connection, day: str) -> None:
    """Note that all is ended that belonged to days before a day. Called inside a transaction."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('ended_before', ?)", [day])


def leap(connection: sqlite3.Connection) -> str:
    """Return the business day to which the date leapt last from one long before, or an empty string."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'leap'").fetchone()
    return str(row[0]) if row else ""


def note_leap(connection: sqlite3.Connection, day: str | None) -> None:
    """Note that the date has leapt to a day; None when it has come back. Called inside a transaction."""
    if day is None:
        connection.execute("DELETE FROM meta WHERE key = 'leap'")
    else:
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('leap', ?)", [day])


def out_of_service(connection: sqlite3.Connection) -> str | None:
    """Return why this kiosk was taken out of service, perhaps without a word; None while it is in service."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'out_of_service'").fetchone()
    return str(row[0]) if row else None


def take_out_of_service(connection: sqlite3.Connection, reason: str) -> None:
    """Note that nothing is offered here until somebody says otherwise. Called inside a transaction."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('out_of_service', ?)", [reason])


def put_into_service(connection: sqlite3.Connection) -> None:
    """Note that all is offered again. Called inside a transaction."""
    connection.execute("DELETE FROM meta WHERE key = 'out_of_service'")


_TROUBLE = "trouble:"


def troubles(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the journal says last of each device that is not well: `{"printer": "paper_out"}`."""
    rows = connection.execute("SELECT key, value FROM meta WHERE key GLOB ?", [f"{_TROUBLE}*"])
    return {str(key).removeprefix(_TROUBLE): str(word) for key, word in rows}


def tell_trouble(connection: sqlite3.Connection, device: str, word: str | None) -> None:
    """Note what the journal says of a device, None when it is well. Called inside the transaction of the event."""
    if word is None:
        connection.execute("DELETE FROM meta WHERE key = ?", [_TROUBLE + device])
    else:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [_TROUBLE + device, word])
