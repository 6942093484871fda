"""Booking codes: what people mistype, what strangers forge, and when one may be checked in."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import crypto
from kiosk.errors import EncodingError
from kiosk.model.booking import (
    CODE_CHARS,
    CODES,
    PREFIX,
    TEXT_CHARS,
    SignedBooking,
    Timing,
    check_in_time,
    code_of,
    encode,
    has_shape,
    typed_code,
    verify,
    written_code,
)
from kiosk.records import Record, replace

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
QR_CAPITALS = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
"""Source: ISO/IEC 18004, table 5."""

CITY, STRANGER = b"c" * 32, b"s" * 32
KEYS = [crypto.public_signing_key(CITY)]
BOOKING = SignedBooking("00082", "2026-11-23", 570, "A", code_of(123456789))
TEXT = encode(BOOKING, CITY)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

codes = st.integers(0, CODES - 1).map(code_of)
bookings = st.builds(
    SignedBooking,
    site=st.integers(0, 99999).map(lambda site: f"{site:05}"),
    day=st.dates(date(2020, 1, 1), date(2199, 6, 6)).map(date.isoformat),
    minute=st.integers(0, 1439),
    service=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    code=codes,
)


class FakeRules(Record):
    checkin_early_minutes: int = 60
    checkin_late_minutes: int | None = None


@given(codes, st.integers(0, CODE_CHARS - 1), st.sampled_from(LETTERS))
def test_one_wrong_character_is_always_noticed(code: str, place: int, letter: str) -> None:
    wrong = code[:place] + letter + code[place + 1 :]
    assert typed_code(wrong) == (code if wrong == code else None)


@given(codes, st.integers(0, CODE_CHARS - 1), st.integers(0, CODE_CHARS - 1))
def test_two_characters_that_changed_places_are_always_noticed(code: str, one: int, other: int) -> None:
    letters = list(code)
    letters[one], letters[other] = letters[other], letters[one]
    swapped = "".join(letters)
    assert typed_code(swapped) == (code if swapped == code else None)


def test_of_codes_at_random_one_in_32_is_right() -> None:
    right = sum(typed_code(f"{number:08}") is not None for number in range(0, 10**8, 9973))
    assert 0.025 < right / (10**8 / 9973) < 0.040


def test_each_number_has_a_code_of_its_own() -> None:
    assert (code_of(0), code_of(1), code_of(CODES - 1)[:7]) == ("00000000", "00000012", "ZZZZZZZ")
    assert len({code_of(number)[:7] for number in range(0, CODES, CODES // 1000)}) == 1001
    for number in (-1, CODES):
        with pytest.raises(EncodingError):
            code_of(number)


@pytest.mark.parametrize("way", [str.lower, lambda code: f" {code[:4]} – {code[4:]}\n", written_code])
def test_a_code_is_read_however_it_is_written(way: type[str]) -> None:
    code = code_of(31_337_000_111)
    assert typed_code(way(code)) == code


def test_letters_that_look_like_digits_are_digits() -> None:
    assert typed_code("oooo-ooIL") is None
    assert typed_code("OOOO-oo12") == typed_code("0000-00L2") == typed_code("0000-00i2") == "00000012"


@pytest.mark.parametrize(
    "text", ["", "-", "0000000", "000000000", "0000000U", "٠٠٠٠٠٠١٢", "000000ı2", "0000_0012", "\ud800" * 8, "0" * 5000]
)
def test_what_is_no_code_is_none(text: str) -> None:
    assert typed_code(text) is None


@given(bookings)
def test_every_booking_comes_back_as_it_was_signed(booking: SignedBooking) -> None:
    text = encode(booking, CITY)
    assert verify(text, KEYS) == verify(text.lower(), KEYS) == booking
    assert len(text) == TEXT_CHARS <= 150
    assert set(text) <= QR_CAPITALS
    assert has_shape(text)


@given(bookings)
def test_another_s_signature_is_forged(booking: SignedBooking) -> None:
    assert verify(encode(booking, STRANGER), KEYS) is None


@given(bookings, bookings)
def test_a_signature_is_of_its_own_booking_only(one: SignedBooking, other: SignedBooking) -> None:
    parts = [base64.b32decode(encode(booking, CITY)[len(PREFIX) :] + "====") for booking in (one, other)]
    replayed = PREFIX + base64.b32encode(parts[0][:13] + parts[1][13:]).decode().rstrip("=")
    assert verify(replayed, KEYS) == (one if one == other else None)


def test_every_changed_character_is_noticed_and_no_text_has_a_twin() -> None:
    for place in range(len(TEXT)):
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567":
            if letter != TEXT[place]:
                assert verify(TEXT[:place] + letter + TEXT[place + 1 :], KEYS) is None, (place, letter)


@pytest.mark.parametrize(
    "text", ["", PREFIX, TEXT[:-1], TEXT + "A", TEXT + "\n", " " + TEXT, TEXT + "=", TEXT * 2, "HNK2." + TEXT[5:]]
)
def test_what_is_no_booking_is_none(text: str) -> None:
    assert not has_shape(text)
    assert verify(text, KEYS) is None


def test_without_keys_nothing_is_genuine() -> None:
    assert verify(TEXT, []) is None
    assert verify(TEXT, [b"", b"k" * 32]) is None


@pytest.mark.parametrize("context", [b"", b"kiosk day list\n"])
def test_what_the_city_signed_for_something_else_is_no_booking(context: bytes) -> None:
    packed = base64.b32decode(TEXT[len(PREFIX) :] + "====")[:13]
    signed = packed + crypto.sign(CITY, context + packed)
    assert verify(PREFIX + base64.b32encode(signed).decode().rstrip("="), KEYS) is None


@pytest.mark.parametrize(
    "place", [(0, 0xFF), (5, 0xFF), (7, ord("a")), (12, 0xFF)], ids=["site", "minute", "letter", "code"]
)
def test_nonsense_is_not_believed_though_the_city_signed_it(place: tuple[int, int]) -> None:
    packed = bytearray(base64.b32decode(TEXT[len(PREFIX) :] + "====")[:13])
    packed[place[0]] = place[1]
    signed = packed + crypto.sign(CITY, b"kiosk booking code\n" + packed)
    assert verify(PREFIX + base64.b32encode(signed).decode().rstrip("="), KEYS) is None


@pytest.mark.parametrize(
    "change",
    [
        {"site": "0082"},
        {"site": "٠٠٠٨٢"},
        {"day": "2019-12-31"},
        {"day": "2199-06-08"},
        {"day": "today"},
        {"minute": -1},
        {"minute": 1440},
        {"service": "a"},
        {"service": "AB"},
        {"service": ""},
        {"code": "00000000X"},
        {"code": "00000013"},
    ],
    ids=" ".join,
)
def test_what_is_no_booking_is_not_signed(change: dict[str, str]) -> None:
    with pytest.raises(EncodingError):
        encode(replace(BOOKING, **change), CITY)  # type: ignore[arg-type]  # wrong on purpose


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """Return a time of November 2026 in Hanoi."""
    return datetime(2026, 11, day, hour, minute, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("now", "timing"),
    [
        (at(8, 29), Timing.EARLY),
        (at(8, 30), Timing.ON_TIME),
        (at(9, 30), Timing.ON_TIME),
        (at(17, 0), Timing.ON_TIME),
        (at(17, 1), Timing.LATE),
        (at(9, 30, day=22), Timing.OTHER_DAY),
        (at(0, 0, day=24), Timing.OTHER_DAY),
    ],
)
def test_without_a_limit_a_booking_is_good_until_the_hall_closes(now: datetime, timing: Timing) -> None:
    for zone in (HANOI, UTC):
        assert check_in_time(at(9, 30), now.astimezone(zone), FakeRules(), at(17)) is timing


def test_with_a_limit_closing_does_not_matter() -> None:
    rules = FakeRules(checkin_early_minutes=0, checkin_late_minutes=15)
    for closing in (None, at(9), at(17)):
        found = [check_in_time(at(9, 30), at(9, minute), rules, closing) for minute in (29, 30, 45, 46)]
        assert found == [Timing.EARLY, Timing.ON_TIME, Timing.ON_TIME, Timing.LATE]


def test_a_hall_that_never_closes_is_late_for_nobody() -> None:
    assert check_in_time(at(0, 5), at(23, 59), FakeRules(), None) is Timing.ON_TIME


def test_a_booking_early_in_the_morning_is_not_checked_in_the_evening_before() -> None:
    evening = at(0, 10) - timedelta(minutes=30)
    assert check_in_time(at(0, 10), evening, FakeRules(), None) is Timing.OTHER_DAY
