"""Online bookings, and the list of them that each site receives for a day.

The portal that makes bookings (iHanoi, say) writes its own here; `kiosk city booking add` stands in for it.
"""

from __future__ import annotations

import secrets

from kiosk.crypto import KEY_BYTES
from kiosk.records import Record
from kiosk.sqlite.transactions import Snapshot, WriteTransaction
from kiosk.wire.day_list import DayList, ListedBooking

_COLUMNS = "code, site, day, minute, service, procedure, person, cancelled_ms, checked_in_ms"


class CityBooking(Record):
    """One number reserved online; `minute` is that of the local day, `person` a digest under the day's key."""

    hidden = ("person",)

    code: str
    site: str
    day: str
    minute: int
    service: str
    procedure: str | None = None
    person: bytes | None = None
    cancelled_ms: int | None = None
    checked_in_ms: int | None = None

    @property
    def state(self) -> str:
        """`booked`, `checked_in` or `cancelled`."""
        if self.cancelled_ms is not None:
            return "cancelled"
        return "booked" if self.checked_in_ms is None else "checked_in"


def day_key(tx: WriteTransaction, site: str, day: str, now_ms: int) -> bytes:
    """Return the key for digests of persons at a site on a day; the first call creates it."""
    tx.execute(
        "INSERT INTO booking_day VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [site, day, secrets.token_bytes(KEY_BYTES), now_ms],
    )
    query = "SELECT key FROM booking_day WHERE site = ? AND day = ?"
    (key,) = tx.execute(query, [site, day]).fetchone()
    return bytes(key)


def add(tx: WriteTransaction, booking: CityBooking, now_ms: int) -> bool:
    """Add a booking, and tell whether its code was free."""
    day_key(tx, booking.site, booking.day, now_ms)
    cursor = tx.execute(
        "INSERT INTO booking (code, site, day, minute, service, procedure, person) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [booking.code, booking.site, booking.day, booking.minute, booking.service, booking.procedure, booking.person],
    )
    _touch(tx, booking.site, booking.day, now_ms)
    return cursor.rowcount == 1


def cancel(tx: WriteTransaction, code: str, now_ms: int) -> CityBooking | None:
    """Cancel a booking and return it, or None when there is none that could be cancelled."""
    is_booked = "cancelled_ms IS NULL AND checked_in_ms IS NULL"
    cursor = tx.execute(f"UPDATE booking SET cancelled_ms = ? WHERE code = ? AND {is_booked}", [now_ms, code])
    if cursor.rowcount == 0:
        return None
    cancelled = find(tx, code)
    if cancelled is not None:
        _touch(tx, cancelled.site, cancelled.day, now_ms)
    return cancelled


def checked_in(tx: WriteTransaction, code: str, site: str, at_ms: int) -> None:
    """Record that a kiosk of a site issued a number for a booking there; other portals' bookings are unknown here."""
    tx.execute(
        "UPDATE booking SET checked_in_ms = ? WHERE code = ? AND site = ? AND checked_in_ms IS NULL",
        [at_ms, code, site],
    )


def find(snapshot: Snapshot, code: str) -> CityBooking | None:
    """Return the booking with this code."""
    row = snapshot.query(f"SELECT {_COLUMNS} FROM booking WHERE code = ?", [code]).fetchone()
    return CityBooking(*row) if row else None


def from_day(snapshot: Snapshot, day: str) -> list[CityBooking]:
    """Return the bookings of all sites from a day on, in the order of their times; cancelled ones too."""
    rows = snapshot.query(f"SELECT {_COLUMNS} FROM booking WHERE day >= ? ORDER BY day, site, minute, code", [day])
    return [CityBooking(*row) for row in rows]


def sites(snapshot: Snapshot, day: str) -> list[str]:
    """Return the sites with a kiosk, or with a booking on this day or later."""
    rows = snapshot.query(
        "SELECT site FROM device WHERE site <> '' UNION SELECT site FROM booking_day WHERE day >= ? ORDER BY site",
        [day],
    )
    return [site for (site,) in rows]


def standings(snapshot: Snapshot, day: str) -> dict[tuple[str, str], int]:
    """Return when the list of each site and day, from a day on, was changed last."""
    rows = snapshot.query("SELECT site, day, made_ms FROM booking_day WHERE day >= ?", [day])
    return {(row["site"], row["day"]): row["made_ms"] for row in rows}


def forget_keys(tx: WriteTransaction, before_day: str) -> None:
    """Delete the keys of past days, and the digests made with them."""
    tx.execute("DELETE FROM booking_day WHERE day < ?", [before_day])
    tx.execute("UPDATE booking SET person = NULL WHERE day < ? AND person IS NOT NULL", [before_day])


def day_list(snapshot: Snapshot, site: str, day: str) -> DayList | None:
    """Return the list of a site's day as its kiosks receive it, or None if the day has no key yet."""
    query = "SELECT key, made_ms FROM booking_day WHERE site = ? AND day = ?"
    row = snapshot.query(query, [site, day]).fetchone()
    if row is None:
        return None
    rows = snapshot.query(
        "SELECT code, service, minute, procedure, person FROM booking"
        " WHERE site = ? AND day = ? AND cancelled_ms IS NULL ORDER BY minute, code",
        [site, day],
    )
    return DayList(site, day, row["made_ms"], tuple(ListedBooking(*booking) for booking in rows), row["key"])


def _touch(tx: WriteTransaction, site: str, day: str, now_ms: int) -> None:
    """Advance the time of a day's list, also twice within a millisecond and after the clock was set back."""
    tx.execute("UPDATE booking_day SET made_ms = max(?, made_ms + 1) WHERE site = ? AND day = ?", [now_ms, site, day])
