"""A day's bookings, sent by the city in advance: one signed document for a site and a day. Pure: bytes in, values out.

The format is a contract, specified in docs/wire.md; kiosk and city use this module. The signature is verified before
anything else is parsed, so foreign data is never parsed beyond two byte strings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import cbor2

from kiosk import crypto
from kiosk.errors import EncodingError, WireError
from kiosk.records import Record
from kiosk.wire.messages import MAX_AT_MS, array_of, bytes_of, day_of, integer_of, load_strictly, text_of, version_of

VERSION = 1
MAX_LIST_BYTES = 64_000
"""About 1,500 bookings; with topic and headers it stays under the 64 KiB that a kiosk lets a broker send it."""
_LAST_MINUTE = 24 * 60 - 1
_CONTEXT = b"kiosk day list\n"
"""Prefix of the signed message: the same key signs booking codes, and neither is valid as the other."""

_SITE = re.compile(r"[0-9]{5}")
_CODE = re.compile(r"[0-9A-Z]{8}")
_SERVICE = re.compile(r"[A-Z]")
_PROCEDURE = re.compile(r"[0-9]\.[0-9]{6}")


class ListedBooking(Record):
    """One online booking: `minute` of the local day, `person` a digest under the day's key."""

    hidden = ("person",)

    code: str
    service: str
    minute: int
    procedure: str | None = None
    person: bytes | None = None


class DayList(Record):
    """All bookings of a site on a day, as of `made_ms` (UTC, larger after each change). `key` is the key for digests of
    persons on this day, at every kiosk of the site; None if the city stores none.
    """

    hidden = ("key",)

    site: str
    day: str
    made_ms: int
    bookings: tuple[ListedBooking, ...]
    key: bytes | None = None


def encode_list(listed: DayList, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the bytes of a list, signed.

    Args:
        sign: returns the Ed25519 signature of a message.
    Raises:
        EncodingError: it is larger than a kiosk takes.
    """
    rows = [[row.code, row.service, row.minute, row.procedure, row.person] for row in listed.bookings]
    content = cbor2.dumps([VERSION, listed.site, listed.day, listed.made_ms, listed.key, rows])
    body = cbor2.dumps([content, sign(_CONTEXT + content)])
    if len(body) > MAX_LIST_BYTES:
        count = len(listed.bookings)
        raise EncodingError(f"{count} bookings of {listed.site} make {len(body)} bytes where {MAX_LIST_BYTES} may go")
    return body


def decode_list(body: bytes, public_keys: Sequence[bytes]) -> DayList:
    """Return the list in bytes from the line, after its signature was verified.


    Args:
        public_keys: of the city; any one of them may have signed.
    Raises:
        WireError: they are too many, not signed by the city, or not a list; the message says where.
    """
    content, signature = array_of(load_strictly(body, "list", MAX_LIST_BYTES), 2, "list")
    signature = bytes_of(signature, crypto.SIGNATURE_BYTES, "list: signature")
    if not isinstance(content, bytes):
        raise WireError("list: expected its content as bytes")
    if not crypto.is_signed(public_keys, _CONTEXT + content, signature):
        raise WireError("list: not signed by any of the keys in city_keys.booking")
    version, *items = array_of(load_strictly(content, "list", MAX_LIST_BYTES), 6, "list")
    version_of(version, VERSION, "list")
    site, day, made_ms, key, rows = items
    return DayList(
        site=text_of(site, _SITE, "list: site"),
        day=day_of(day, "list: day").isoformat(),
        made_ms=integer_of(made_ms, 0, MAX_AT_MS, "list: made"),
        bookings=_bookings_of(rows),
        key=None if key is None else bytes_of(key, crypto.KEY_BYTES, "list: key"),
    )


def _bookings_of(rows: object) -> tuple[ListedBooking, ...]:
    if not isinstance(rows, list):
        raise WireError("list: bookings: expected an array")
    bookings = tuple(_booking_of(row, f"list: bookings[{place}]") for place, row in enumerate(rows))
    if len({booking.code for booking in bookings}) != len(bookings):
        raise WireError("list: bookings: one code stands there twice")
    return bookings


def _booking_of(row: object, where: str) -> ListedBooking:
    code, service, minute, procedure, person = array_of(row, 5, where)
    return ListedBooking(
        code=text_of(code, _CODE, f"{where}: code"),
        service=text_of(service, _SERVICE, f"{where}: service"),
        minute=integer_of(minute, 0, _LAST_MINUTE, f"{where}: minute"),
        procedure=None if procedure is None else text_of(procedure, _PROCEDURE, f"{where}: procedure"),
        person=None if person is None else bytes_of(person, crypto.DIGEST_BYTES, f"{where}: person"),
    )
