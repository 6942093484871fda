"""The day's bookings as the city sent them ahead, so that checking in needs no line; and which of them were used."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from msgspec.structs import astuple

from kiosk.records import Record


class Booking(Record):
    """One number reserved online. `at_ms` is the booked time, UTC milliseconds; `service` a letter. It names nobody.

    `person` is 16 bytes that are the same for the same person on the same day, or None where the city keeps none.
    """

    hidden = ("person",)

    code: str
    site: str
    day: str
    service: str
    at_ms: int
    procedure: str | None = None
    person: bytes | None = None


def replace_day(
    connection: sqlite3.Connection, site: str, day: str, bookings: Iterable[Booking], made_ms: int = 0
) -> None:
    """Keep these bookings of a site's day, and no others; which were used stays known. Called inside a transaction.

    Args:
        made_ms: when the city made this list; what `made_ms_of` says afterwards.
    """
    rows = list(bookings)
    connection.execute("DELETE FROM booking WHERE site = ? AND day = ?", [site, day])
    # A booking that was moved to this day may still stand in the list of the day it was moved from.
    connection.executemany("DELETE FROM booking WHERE code = ?", [[row.code] for row in rows])
    connection.executemany(f"INSERT INTO booking ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", map(astuple, rows))
    connection.execute("INSERT OR REPLACE INTO booking_list VALUES (?, ?, ?)", [site, day, made_ms])


def has_list(connection: sqlite3.Connection, site: str, day: str) -> bool:
    """Tell whether the city has sent the list of a site's day, be it an empty one."""
    return made_ms_of(connection, site, day) is not None


def made_ms_of(connection: sqlite3.Connection, site: str, day: str) -> int | None:
    """Return when the city made the list of a site's day that is here, or None when there is none."""
    query = "SELECT made_ms FROM booking_list WHERE site = ? AND day = ?"
    row = connection.execute(query, [site, day]).fetchone()
    return int(row[0]) if row else None


def find(connection: sqlite3.Connection, code: str) -> Booking | None:
    """Return the booking with this code."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM booking WHERE code = ?", [code]).fetchone()
    return Booking(*row) if row else None


def of_day(connection: sqlite3.Connection, site: str, day: str) -> list[Booking]:
    """Return the bookings of a site's day in the order of their times."""
    query = f"SELECT {_COLUMNS} FROM booking WHERE site = ? AND day = ? ORDER BY at_ms, code"
    return [Booking(*row) for row in connection.execute(query, [site, day])]


def use(connection: sqlite3.Connection, code: str, day: str, ticket: int) -> None:
    """Note that a code has become a ticket. Called inside a transaction."""
    connection.execute("INSERT INTO booking_use VALUES (?, ?, ?)", [code, day, ticket])


def used_as(connection: sqlite3.Connection, code: str) -> int | None:
    """Return the row id of the ticket that a code has become, or None when it was not used."""
    row = connection.execute("SELECT ticket FROM booking_use WHERE code = ?", [code]).fetchone()
    return int(row[0]) if row else None


def forget_before(connection: sqlite3.Connection, day: str) -> None:
    """Drop all that is known of bookings of days before this one. Called inside a transaction."""
    for table in ("booking", "booking_list", "booking_use"):
        connection.execute(f"DELETE FROM {table} WHERE day < ?", [day])


_COLUMNS = "code, site, day, service, at_ms, procedure, person"
