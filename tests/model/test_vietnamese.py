"""Numbers in Vietnamese words: read back word by word, they are the number that was said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model import vietnamese

_ONES = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5}
_ONES |= {"sáu": 6, "bảy": 7, "tám": 8, "chín": 9}
_SCALES = {"mươi": 10, "trăm": 100, "nghìn": 1000, "triệu": 1_000_000}


def _heard(words: str) -> int:
    """Return the number that somebody writes down who hears these words."""
    total, below_thousand, ones = 0, 0, 0
    for word in words.split():
        if word in _ONES:
            ones = _ONES[word]
        elif word == "mười":
            below_thousand, ones = below_thousand + 10, 0
        elif word in ("mươi", "trăm"):
            below_thousand, ones = below_thousand + ones * _SCALES[word], 0
        elif word != "linh":
            total, below_thousand, ones = total + (below_thousand + ones) * _SCALES[word], 0, 0
    return total + below_thousand + ones


@given(st.integers(0, 999_999_999) | st.integers(0, 999) | st.integers(1, 999_999).map(lambda count: count * 1000))
def test_a_number_in_words_is_written_down_as_it_was(number: int) -> None:
    assert _heard(vietnamese.cardinal(number)) == number


def test_the_north_s_words_for_one_four_and_five_stand_where_they_belong() -> None:
    for number in (*range(1000), *range(1_000_000, 1_002_000)):
        words = vietnamese.cardinal(number)
        assert not re.search("mươi (một|bốn|năm|không)|mười (năm|mốt|tư)|(?<!mươi) (mốt|tư)|(?<!mươi|mười) lăm", words)
        assert not re.search("không (mươi|nghìn)|một mươi|linh không", words)
        # Inside a number its hundreds are named, so that nobody hears the ones as thousands or hundreds.
        assert number < 1_000_001 or re.match(r"một triệu (một nghìn )?(\w+ trăm|nghìn|$)|một triệu không trăm", words)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1_005_000, "một triệu không trăm linh năm nghìn"),
        (1_000_001, "một triệu không trăm linh một"),
        (25, "hai mươi lăm"),
        (999_999_999, "chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn chín trăm chín mươi chín"),
    ],
)
def test_an_empty_hundred_inside_a_number_is_named(number: int, words: str) -> None:
    assert vietnamese.cardinal(number) == words


@pytest.mark.parametrize("code", ["0", "042", "00", "1234567", "19001022", "1.000.000.000"])
def test_a_code_is_said_figure_by_figure(code: str) -> None:
    assert vietnamese.figures(code) == vietnamese.digits(code.replace(".", ""))


@pytest.mark.parametrize("text", ["5", "42", "100000", "123456", "20.000", "1.500.000", "999.999.999"])
def test_an_amount_is_said_as_a_number(text: str) -> None:
    assert _heard(vietnamese.figures(text)) == int(text.replace(".", ""))
    assert vietnamese.figures(text) == vietnamese.cardinal(int(text.replace(".", "")))


def test_letters_have_names_of_words_alone() -> None:
    names = [vietnamese.letter(letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    assert len(set(names)) == 26
    assert all(re.fullmatch(r"\w+( \w+)?", name) for name in names)
    assert vietnamese.letter("W") == "vê kép"
