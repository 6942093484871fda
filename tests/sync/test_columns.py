"""Columns give back what went in, whatever it was, and refuse what they never wrote."""

from __future__ import annotations

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import WireError
from kiosk.wire.columns import (
    DICTIONARY,
    INTEGERS,
    NUMBERED,
    RAW,
    STEPS,
    Scalar,
    pack_column,
    pack_ints,
    unpack_column,
    unpack_ints,
)
from tests.sync.events import int64s, numbers, scalars, texts

_PLAIN = st.recursive(scalars | st.floats(), lambda inner: st.lists(inner, max_size=4), max_leaves=8)


@given(st.lists(int64s, max_size=40))
def test_any_integers_survive(values: list[int]) -> None:
    assert unpack_ints(pack_ints(values), len(values), "here") == values


@given(st.one_of(*(st.lists(kind, min_size=1, max_size=40) for kind in (scalars, int64s, texts, numbers))))
def test_any_column_survives_with_its_types(values: list[Scalar]) -> None:
    found = unpack_column(cbor2.loads(cbor2.dumps(pack_column(values))), len(values), "here")
    assert [(type(value), value) for value in found] == [(type(value), value) for value in values]


@given(_PLAIN, st.integers(0, 40))
def test_what_is_no_column_is_refused_and_nothing_worse(column: object, count: int) -> None:
    try:
        assert len(unpack_column(column, count, "here")) == count
    except WireError as error:
        assert str(error).startswith("here: ")


@pytest.mark.parametrize(
    ("values", "form"),
    [
        ([5, 900, 3, 511, 77, 1000], INTEGERS),
        ([100_000, 100_900, 101_801, 102_700, 103_601], STEPS),
        (["vi", "vi", "en", "vi", "en", "vi", "vi"], DICTIONARY),
        (["A041", "B007", "A042", "A043", "B008"], NUMBERED),
        (["x", "yy"], RAW),
    ],
)
def test_each_form_is_chosen_where_it_is_the_shortest(values: list[Scalar], form: int) -> None:
    column = pack_column(values)
    assert isinstance(column, list)
    assert column[0] == form


def test_a_column_of_one_value_costs_that_value() -> None:
    assert pack_column(["vi"] * 200) == "vi"
    assert pack_column([True, True]) is True


def test_true_is_not_taken_for_one() -> None:
    column = pack_column([True, 1, True, 1])
    assert [type(value) for value in unpack_column(column, 4, "here")] == [bool, int, bool, int]


def test_a_number_that_grows_past_its_digits_stays_in_its_series() -> None:
    values: list[Scalar] = ["A998", "A999", "A1000", "A1001"]
    assert unpack_column(pack_column(values), 4, "here") == values


@pytest.mark.parametrize(
    ("column", "complaint"),
    [
        ([], "neither a plain value"),
        ([True, 1], "neither a plain value"),
        ([9, 1], "no form 9"),
        ([RAW, ["a", "b"]], "expected 3 plain values"),
        ([RAW, ["a", "b", []]], "expected 3 plain values"),
        ([INTEGERS, b""], "expected an integer, or bytes"),
        ([INTEGERS, bytes([65, 0, 0])], "width of 1 to 64"),
        ([INTEGERS, bytes([8, 0, 1, 2])], "do not hold 3 integers of 8 bits"),
        ([INTEGERS, bytes([1, 0, 0b0001_0000])], "do not hold 3 integers of 1 bits"),
        ([INTEGERS, bytes([1]) + b"\xff" * 12], "does not end"),
        ([INTEGERS, bytes([1]) + b"\xfe" + b"\xff" * 8 + b"\x01" + b"\x20"], "more than 64 bits"),
        ([STEPS, "a", 1], "steps begin with an integer"),
        ([STEPS, 2**63 - 1, 1], "beyond 64 bits"),
        ([DICTIONARY, ["a"], 1], "outside the dictionary"),
        ([DICTIONARY, [["a"]], 0], "plain values"),
        ([NUMBERED, ["A"], 0, 1], "ends in 1 to 15 digits"),
        ([NUMBERED, ["A1", "B1"], 0, 1], "a series that no value uses"),
        ([NUMBERED, ["A1"], 1, 1], "no series 1 of 1"),
        ([NUMBERED, ["A1"], 0, -1], "leads to -1"),
    ],
)
def test_a_broken_column_of_three_is_refused_with_the_reason(column: object, complaint: str) -> None:
    with pytest.raises(WireError, match=f"^here: .*{complaint}"):
        unpack_column(column, 3, "here")


@pytest.mark.parametrize(
    "column",
    [
        [STEPS, 1, b""],
        [DICTIONARY, ["a"], b""],
        [NUMBERED, ["A1"], b"", 1],
        [NUMBERED, ["A1"], 0, b""],
        [NUMBERED, 1, 0, 0],
        [NUMBERED, ["A1", "B1", "C1", "D1"], 0, 0],
    ],
)
def test_what_is_broken_inside_a_form_is_named_by_the_columns_place(column: object) -> None:
    with pytest.raises(WireError, match=r"^here: "):
        unpack_column(column, 3, "here")


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ([STEPS, 5, 0], [5]),
        ([DICTIONARY, ["a", "b"], 1], ["b", "b"]),
        ([NUMBERED, ["A1", "B1", "C1"], pack_ints([0, 1, 2]), 0], ["A1", "B1", "C1"]),
    ],
)
def test_a_form_that_another_hand_chose_where_it_is_not_the_shortest_is_read(
    column: object, values: list[Scalar]
) -> None:
    assert unpack_column(column, len(values), "here") == values


def test_steps_of_no_value_are_refused() -> None:
    with pytest.raises(WireError, match=r"^here: steps begin"):
        unpack_column([STEPS, 5, 0], 0, "here")
