"""The few facts that hold for the whole hall and stand in one row each."""

from __future__ import annotations

import sqlite3


def last_day(connection: sqlite3.Connection) -> str:
    """Return the business day that was opened last, or an empty string in a new home."""
    return _value(connection, "day") or ""


def open_day(connection: sqlite3.Connection, day: str) -> None:
    """Note that a business day has begun. Called inside a transaction."""
    _keep(connection, "day", day)


def ended_before(connection: sqlite3.Connection) -> str:
    """Return the business day before which all is ended, or an empty string where that is the one opened last."""
    return _value(connection, "ended_before") or ""


def end_before(connection: sqlite3.Connection, day: str) -> None:
    """Note that all is ended that belonged to days before a day. Called inside a transaction."""
    _keep(connection, "ended_before", day)


def leap(connection: sqlite3.Connection) -> str:
    """Return the business day to which the date leapt last from one long before, or an empty string."""
    return _value(connection, "leap") or ""


def note_leap(connection: sqlite3.Connection, day: str | None) -> None:
    """Note that the date has leapt to a day; None when it has come back. Called inside a transaction."""
    _keep(connection, "leap", day)


def out_of_service(connection: sqlite3.Connection) -> str | None:
    """Return why this kiosk was taken out of service, perhaps without a word; None while it is in service."""
    return _value(connection, "out_of_service")


def take_out_of_service(connection: sqlite3.Connection, reason: str) -> None:
    """Note that nothing is offered here until somebody says otherwise. Called inside a transaction."""
    _keep(connection, "out_of_service", reason)


def put_into_service(connection: sqlite3.Connection) -> None:
    """Note that all is offered again. Called inside a transaction."""
    _keep(connection, "out_of_service", None)


_TROUBLE = "trouble:"


def troubles(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the journal says last of each device that is not well: `{"printer": "paper_out"}`."""
    rows = connection.execute("SELECT key, value FROM meta WHERE key GLOB ?", [f"{_TROUBLE}*"])
    return {str(key).removeprefix(_TROUBLE): str(word) for key, word in rows}


def tell_trouble(connection: sqlite3.Connection, device: str, word: str | None) -> None:
    """Note what the journal says of a device, None when it is well. Called inside the transaction of the event."""
    _keep(connection, _TROUBLE + device, word)


def _value(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else None


def _keep(connection: sqlite3.Connection, key: str, value: str | None) -> None:
    if value is None:
        connection.execute("DELETE FROM meta WHERE key = ?", [key])
    else:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])
