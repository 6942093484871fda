"""A city that signs, and lists of bookings as it would send them."""

from __future__ import annotations

from functools import partial

from hypothesis import strategies as st

from kiosk import crypto
from kiosk.crypto import DIGEST_BYTES, KEY_BYTES
from kiosk.wire.day_list import DayList, ListedBooking, encode_list

SITE, DAY = "00082", "2026-11-23"
MADE_MS = 1_795_413_600_000
PRIVATE = bytes(range(32))
PUBLIC = bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
STRANGER = bytes(range(32, 64))
"""The private key of somebody who is not the city."""

sign = partial(crypto.sign, PRIVATE)

letters = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
codes = st.text(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), min_size=8, max_size=8)
rows = st.builds(
    ListedBooking,
    code=codes,
    service=letters,
    minute=st.integers(0, 1439),
    procedure=st.none() | st.from_regex(r"[0-9]\.[0-9]{6}", fullmatch=True).filter(str.isascii),
    person=st.none() | st.binary(min_size=DIGEST_BYTES, max_size=DIGEST_BYTES),
)
lists = st.builds(
    DayList,
    site=st.from_regex(r"[0-9]{5}", fullmatch=True).filter(str.isascii),
    day=st.dates().map(lambda day: day.isoformat()),
    made_ms=st.integers(0, 2**42 - 1),
    bookings=st.lists(rows, max_size=5, unique_by=lambda row: row.code).map(tuple),
    key=st.none() | st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES),
)


def booked(*codes: str, site: str = SITE, day: str = DAY, made_ms: int = MADE_MS, key: bytes | None = None) -> DayList:
    """Return a list of some codes, all for service A at half past nine."""
    return DayList(site, day, made_ms, tuple(ListedBooking(code, "A", 570) for code in codes), key)


def signed(listed: DayList) -> bytes:
    """Return a list as the city sends it."""
    return encode_list(listed, sign)
