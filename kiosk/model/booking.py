"""The code of an online booking: typed from a phone, or a QR code that the city signed.

docs/booking-code.md specifies both; a test checks it. Source: RFC 4648, section 6 (base32); Crockford's base32 for
typed codes; ISO/IEC 18004 for QR's capitals.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from kiosk import crypto
from kiosk.errors import EncodingError
from kiosk.records import Record

CODE_CHARS = 8
CODES = 32 ** (CODE_CHARS - 1)
"""How many different typed codes there are: the eighth character checks the seven before it."""

PREFIX = "HNK1."
TEXT_CHARS = 129
"""QR version 6 (41×41 modules) holds 154 capitals and digits at error correction level M."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)} | {"O": 0, "I": 1, "L": 1}
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
"""Separators that people and phones write between groups: spaces and every kind of dash."""

_CONTEXT = b"kiosk booking code\n"
"""Prefix of the signed message: the same key signs the lists of a day, and neither is valid as the other."""
_PACKED_BYTES = 13
_FIRST_DAY = date(2020, 1, 1)
_SHAPE = re.compile(rf"{re.escape(PREFIX)}([A-Z2-7]{{{TEXT_CHARS - len(PREFIX)}}})")
_SITE = re.compile("[0-9]{5}")
_SERVICE = re.compile("[A-Z]")
_MINUTES = range(24 * 60)


class SignedBooking(Record):
    """A signed booking: `day` is local, `minute` of that day. It contains no name."""

    site: str
    day: str
    minute: int
    service: str
    code: str


class Timing(StrEnum):
    """A moment in relation to a booking's time."""

    ON_TIME = "on_time"
    EARLY = "early"
    LATE = "late"
    OTHER_DAY = "other_day"


class CheckInRules(Protocol):
    """When a booking may be checked in, in minutes around its time; `late` None is until the hall closes."""

    @property
    def checkin_early_minutes(self) -> int: ...
    @property
    def checkin_late_minutes(self) -> int | None: ...


def code_of(number: int) -> str:
    """Return the typed code with this number: seven characters of Crockford's base32 and one that checks them.

    Args:
        number: 0 to `CODES` - 1; at random, so that nobody can go through the codes of a day.
    Raises:
        EncodingError: it is out of range.
    """
    if not 0 <= number < CODES:
        raise EncodingError(f"a booking code has a number from 0 to {CODES - 1}")
    values = [number >> 5 * place & 31 for place in reversed(range(CODE_CHARS - 1))]
    return "".join(_LETTERS[value] for value in [*values, _doubled(_remainder(values))])


def typed_code(text: str) -> str | None:
    """Return the code that somebody typed, in capitals without dashes, or None when a character must be wrong.

    Small letters, O for 0, I and L for 1, spaces and dashes are forgiven. One wrong character, or two that changed
    places, is always noticed; anything worse 31 times of 32.
    """
    letters = _BETWEEN.sub("", text)
    if len(letters) != CODE_CHARS or not letters.isascii():
        return None
    values = [_VALUES.get(letter, -1) for letter in letters.upper()]
    return "".join(_LETTERS[value] for value in values) if min(values) >= 0 and not _remainder(values) else None


def written_code(code: str) -> str:
    """Return a code as people read it: `XXXX-XXXX`."""
    return f"{code[:4]}-{code[4:]}"


def encode(booking: SignedBooking, private: bytes) -> str:
    """Return the text of a booking's QR code: 129 capitals, digits and a full stop.

    Args:
        private: the city's signing key.
    Raises:
        EncodingError: a field is not what it should be.
    """
    packed = _pack(booking)
    signed = packed + crypto.sign(private, _CONTEXT + packed)
    return PREFIX + base64.b32encode(signed).decode("ascii").rstrip("=")


def has_shape(text: str) -> bool:
    """Tell whether this has the form of a signed booking; its signature is checked elsewhere."""
    return bool(_SHAPE.fullmatch(text.upper())) if text.isascii() else False


def verify(text: str, public_keys: Sequence[bytes]) -> SignedBooking | None:
    """Return the booking, or None if it is none or not signed by one of these keys. Never raises."""
    match = _SHAPE.fullmatch(text.upper()) if text.isascii() else None
    if match is None:
        return None
    signed = base64.b32decode(match[1] + "=" * (-len(match[1]) % 8))
    packed, signature = signed[:_PACKED_BYTES], signed[_PACKED_BYTES:]
    is_plain = base64.b32encode(signed).decode("ascii").rstrip("=") == match[1]  # its four spare bits are zero
    return _unpack(packed) if is_plain and crypto.is_signed(public_keys, _CONTEXT + packed, signature) else None


def check_in_time(at: datetime, now: datetime, rules: CheckInRules, closing: datetime | None) -> Timing:
    """Tell whether a booking may be checked in now; both ends of the time for it are still on time.

    Args:
        at: the booked time, aware, in the site's own time zone: its day is the day of the booking.
        now: aware.
        closing: when the hall closes on that day, aware; None when it does not.
    """
    if now.astimezone(at.tzinfo).date() != at.date():
        return Timing.OTHER_DAY
    if now < at - timedelta(minutes=rules.checkin_early_minutes):
        return Timing.EARLY
    late = rules.checkin_late_minutes
    until = closing if late is None else at + timedelta(minutes=late)
    return Timing.ON_TIME if until is None or now <= until else Timing.LATE


def _pack(booking: SignedBooking) -> bytes:
    """Return site (3 bytes), days since 2020 (2), minute (2), service (1, ASCII) and code (5), big-endian."""
    code = typed_code(booking.code)
    try:
        days = (date.fromisoformat(booking.day) - _FIRST_DAY).days
        if code is None or not _SITE.fullmatch(booking.site) or not _SERVICE.fullmatch(booking.service):
            raise ValueError
        if booking.minute not in _MINUTES:
            raise ValueError
        number = sum(_VALUES[letter] << 5 * place for place, letter in enumerate(reversed(code)))
        times = days.to_bytes(2) + booking.minute.to_bytes(2)
        return int(booking.site).to_bytes(3) + times + booking.service.encode() + number.to_bytes(5)
    except (OverflowError, ValueError) as error:
        raise EncodingError("a booking has a site of 5 digits, a day, a minute of it, a letter and a code") from error


def _unpack(packed: bytes) -> SignedBooking | None:
    """Return what the city signed, or None where even the city is wrong."""
    number = int.from_bytes(packed[8:])
    booking = SignedBooking(
        site=f"{int.from_bytes(packed[:3]):05}",
        day=(_FIRST_DAY + timedelta(int.from_bytes(packed[3:5]))).isoformat(),
        minute=int.from_bytes(packed[5:7]),
        service=packed[7:8].decode("latin-1"),
        code="".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(CODE_CHARS))),
    )
    try:
        return booking if _pack(booking) == packed else None
    except EncodingError:
        return None


def _remainder(values: Sequence[int]) -> int:
    """Return the polynomial with these coefficients, the first one highest, at the point 2 of the field of 32.

    It is 0 for a code with the right check character. Each place weighs another power of 2, and the field has 31 of
    them, so that one wrong character or two that changed places never cancel out.
    """
    remainder = 0
    for value in values:
        remainder = _doubled(remainder) ^ value
    return remainder


def _doubled(value: int) -> int:
    """Return twice a value in the field of 32 elements made by x⁵ + x² + 1."""
    return value << 1 ^ (0x25 if value & 16 else 0)
