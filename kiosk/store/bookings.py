"""The day's bookings, sent by the city in advance, so that a check-in needs no connection; and which were used."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import astuple

from kiosk.records import Record
from kiosk.sqlite.transactions import Snapshot, WriteTransaction


class Booking(Record):
    """One online booking. `at_ms` is the booked time in UTC milliseconds, `service` a letter. It contains no name.
    `person` is 16 bytes that are the same for the same person on the same day, or None if the city stores none.
    """

    hidden = ("person",)

    code: str
    site: str
    day: str
    service: str
    at_ms: int
    procedure: str | None = None
    person: bytes | None = None


def replace_day(tx: WriteTransaction, site: str, day: str, bookings: Iterable[Booking], made_ms: int = 0) -> None:
    """Replace the bookings of a site's day by these; which codes were used stays known.


    Args:
        made_ms: when the city made this list; what `made_ms_of` says afterwards.
    """
    rows = list(bookings)
    tx.execute("DELETE FROM booking WHERE site = ? AND day = ?", [site, day])
    # A booking that was moved to this day may still be in the list of its old day.
    tx.executemany("DELETE FROM booking WHERE code = ?", [[row.code] for row in rows])
    tx.executemany(f"INSERT INTO booking ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", map(astuple, rows))
    tx.execute("INSERT OR REPLACE INTO booking_list VALUES (?, ?, ?)", [site, day, made_ms])


def has_list(snapshot: Snapshot, site: str, day: str) -> bool:
    """Tell whether the city has sent the list of a site's day; an empty list counts."""
    return made_ms_of(snapshot, site, day) is not None


def made_ms_of(snapshot: Snapshot, site: str, day: str) -> int | None:
    """Return when the city made the stored list of a site's day, or None if there is no list."""
    query = "SELECT made_ms FROM booking_list WHERE site = ? AND day = ?"
    row = snapshot.query(query, [site, day]).fetchone()
    return int(row[0]) if row else None


def find(snapshot: Snapshot, code: str) -> Booking | None:
    """Return the booking with this code."""
    row = snapshot.query(f"SELECT {_COLUMNS} FROM booking WHERE code = ?", [code]).fetchone()
    return Booking(*row) if row else None


def of_day(snapshot: Snapshot, site: str, day: str) -> list[Booking]:
    """Return the bookings of a site's day in the order of their times."""
    query = f"SELECT {_COLUMNS} FROM booking WHERE site = ? AND day = ? ORDER BY at_ms, code"
    return [Booking(*row) for row in snapshot.query(query, [site, day])]


def use(tx: WriteTransaction, code: str, day: str, ticket: int) -> None:
    """Record the ticket that a code has become."""
    tx.execute("INSERT INTO booking_use VALUES (?, ?, ?)", [code, day, ticket])


def used_as(snapshot: Snapshot, code: str) -> int | None:
    """Return the row id of the ticket for a used code, or None."""
    row = snapshot.query("SELECT ticket FROM booking_use WHERE code = ?", [code]).fetchone()
    return int(row[0]) if row else None


def forget_before(tx: WriteTransaction, day: str) -> None:
    """Delete all bookings of days before this one."""
    for table in ("booking", "booking_list", "booking_use"):
        tx.execute(f"DELETE FROM {table} WHERE day < ?", [day])


_COLUMNS = "code, site, day, service, at_ms, procedure, person"
