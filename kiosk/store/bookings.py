"""The day's bookings as the city sent them ahead, so that checking in needs no line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Booking:
    """One number reserved online. `at_ms` is the booked time, UTC milliseconds; `service` a letter. It names nobody."""

    code: str
    site: str
    day: str
    service: str
    at_ms: int


def replace_day(connection: sqlite3.Connection, site: str, day: str, bookings: Iterable[Booking]) -> None:
    """Keep these bookings of a site's day, and no others. Called inside a transaction."""
    connection.execute("DELETE FROM booking WHERE site = ? AND day = ?", [site, day])
    connection.executemany("INSERT INTO booking VALUES (?, ?, ?, ?, ?)", map(astuple, bookings))


def find(connection: sqlite3.Connection, code: str) -> Booking | None:
    """Return the booking with this code."""
    row = connection.execute("SELECT code, site, day, service, at_ms FROM booking WHERE code = ?", [code]).fetchone()
    return Booking(*row) if row else None


def of_day(connection: sqlite3.Connection, site: str, day: str) -> list[Booking]:
    """Return the bookings of a site's day in the order of their times."""
    query = "SELECT code, site, day, service, at_ms FROM booking WHERE site = ? AND day = ? ORDER BY at_ms, code"
    return [Booking(*row) for row in connection.execute(query, [site, day])]
