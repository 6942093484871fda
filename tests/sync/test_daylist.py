"""The list of a day's bookings: it survives the line, and nobody but the city makes one."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import crypto
from kiosk.errors import EncodingError, WireError
from kiosk.records import replace
from kiosk.wire.day_list import MAX_LIST_BYTES, DayList, ListedBooking, decode_list, encode_list
from tests.sync.lists import DAY, MADE_MS, PUBLIC, SITE, STRANGER, booked, lists, sign, signed

CONTEXT = b"kiosk day list\n"


def _signed_content(content: object) -> bytes:
    """Return a document with any content, rightly signed."""
    inner = cbor2.dumps(content)
    return cbor2.dumps([inner, sign(CONTEXT + inner)])


@given(lists)
def test_a_list_survives(listed: DayList) -> None:
    assert decode_list(signed(listed), [PUBLIC]) == listed


@given(st.binary(max_size=2000))
def test_random_bytes_are_refused_and_nothing_worse(body: bytes) -> None:
    with pytest.raises(WireError, match=r"^list: "):
        decode_list(body, [PUBLIC])


@given(st.binary(max_size=500))
def test_random_bytes_that_the_city_signed_are_refused_and_nothing_worse(content: bytes) -> None:
    with pytest.raises(WireError, match=r"^list: "):
        decode_list(cbor2.dumps([content, sign(CONTEXT + content)]), [PUBLIC])


nonsense = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.binary(max_size=33) | st.floats(),
    lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)


@given(st.lists(nonsense, max_size=7))
def test_any_other_content_that_the_city_signed_is_refused_and_nothing_worse(content: list[object]) -> None:
    with suppress(WireError):
        decode_list(_signed_content(content), [PUBLIC])


@given(lists, st.data())
def test_a_single_bit_changed_is_a_forgery(listed: DayList, data: st.DataObject) -> None:
    body = bytearray(signed(listed))
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(WireError, match=r"^list: "):
        decode_list(bytes(body), [PUBLIC])


def test_a_list_signed_by_a_stranger_is_refused() -> None:
    body = encode_list(booked("7KM2XQ4D"), partial(crypto.sign, STRANGER))
    with pytest.raises(WireError, match=r"^list: not signed by any"):
        decode_list(body, [PUBLIC])


def test_a_kiosk_that_knows_no_key_believes_nobody() -> None:
    with pytest.raises(WireError, match=r"^list: not signed by any"):
        decode_list(signed(booked()), [])


def test_a_list_signed_by_the_next_key_is_good_while_one_is_replaced() -> None:
    assert decode_list(signed(booked()), [bytes(32), PUBLIC]) == booked()


def test_a_signature_over_the_same_bytes_for_another_purpose_is_refused() -> None:
    (content, _) = cbor2.loads(signed(booked()))
    with pytest.raises(WireError, match=r"^list: not signed by any"):
        decode_list(cbor2.dumps([content, sign(content)]), [PUBLIC])


ROW = ["7KM2XQ4D", "A", 570, "2.000815", bytes(16)]
CONTENT = [1, SITE, DAY, MADE_MS, bytes(32), [ROW]]


def _but(place: int, value: object) -> list[object]:
    return [*CONTENT[:place], value, *CONTENT[place + 1 :]]


def _row_but(place: int, value: object) -> list[object]:
    return _but(5, [[*ROW[:place], value, *ROW[place + 1 :]]])


@pytest.mark.parametrize(
    "content",
    [
        CONTENT[:5],
        _but(0, 2),
        _but(0, True),
        _but(1, "82"),
        _but(1, "00082\n"),
        _but(2, "2026-02-30"),
        _but(2, "23/11/2026"),
        _but(2, "2026-11-23T00:00"),
        _but(3, -1),
        _but(3, 2**60),
        _but(4, bytes(31)),
        _but(4, "0" * 32),
        _but(5, {}),
        _but(5, [ROW[:4]]),
        _but(5, [ROW, ROW]),
        _row_but(0, "7KM2XQ4"),
        _row_but(0, "7km2xq4d"),
        _row_but(0, "7KM2\x1b@4D"),
        _row_but(1, "a"),
        _row_but(2, 1440),
        _row_but(2, "09:30"),
        _row_but(3, "<b>"),
        _row_but(4, bytes(15)),
    ],
)
def test_a_signed_list_that_breaks_the_contract_is_refused(content: list[object]) -> None:
    with pytest.raises(WireError, match=r"^list: "):
        decode_list(_signed_content(content), [PUBLIC])


def test_what_a_later_version_adds_is_skipped() -> None:
    listed = DayList(SITE, DAY, MADE_MS, (ListedBooking("7KM2XQ4D", "A", 570, "2.000815", bytes(16)),), bytes(32))
    assert decode_list(_signed_content([*CONTENT[:5], [[*ROW, "news"]], "more"]), [PUBLIC]) == listed


def test_a_list_too_long_for_the_line_is_neither_made_nor_read() -> None:
    row = ListedBooking("", "A", 570, "2.000815", bytes(16))
    many = tuple(replace(row, code=f"{place:08d}") for place in range(1600))
    with pytest.raises(EncodingError, match="1600 bookings of 00082"):
        encode_list(replace(booked(), bookings=many), sign)
    with pytest.raises(WireError, match="is the limit"):
        decode_list(bytes(MAX_LIST_BYTES + 1), [PUBLIC])


def test_no_picture_of_a_list_shows_the_key_or_a_person() -> None:
    listed = replace(booked(key=b"k" * 32), bookings=(ListedBooking("7KM2XQ4D", "A", 570, person=b"p" * 16),))
    assert "kkkk" not in repr(listed) and "pppp" not in repr(listed)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (_but(1, 1), "site"),
        (_but(2, 1), "day"),
        (_but(3, "x"), "made"),
        (_but(4, b"x"), "key"),
        (_but(5, [ROW, ROW[:4]]), r"bookings\[1\]"),
        (_row_but(0, 1), r"bookings\[0\]: code"),
        (_row_but(1, 1), r"bookings\[0\]: service"),
        (_row_but(2, -1), r"bookings\[0\]: minute"),
        (_row_but(3, 1), r"bookings\[0\]: procedure"),
        (_row_but(4, b"x"), r"bookings\[0\]: person"),
    ],
)
def test_what_is_wrong_in_a_list_is_named_by_its_place(content: list[object], place: str) -> None:
    with pytest.raises(WireError, match=f"^list: {place}: "):
        decode_list(_signed_content(content), [PUBLIC])


def test_the_first_and_the_last_minute_of_a_day_can_be_booked() -> None:
    for minute in (0, 1439):
        (row,) = decode_list(_signed_content(_row_but(2, minute)), [PUBLIC]).bookings
        assert row.minute == minute


def test_a_list_made_when_the_epoch_began_is_one() -> None:
    assert decode_list(_signed_content(_but(3, 0)), [PUBLIC]).made_ms == 0
