"""Telex: the syllables of school books, in the orders in which people press the keys."""

from __future__ import annotations

import unicodedata
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.questions import in_telex, questions
from kiosk.model.telex import plain, typed


def type_keys(keys: str) -> str:
    """Return what stands there after all keys."""
    return reduce(typed, keys, "")


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("ddawng kys keets hoon", "đăng ký kết hôn"),
        ("soor ddor", "sổ đỏ"),
        ("giaays khuyeets taatj", "giấy khuyết tật"),
        ("ddaats", "đất"),
        ("muwowns", "mướn"),
        ("luwu trus", "lưu trú"),
        ("xoong", "xông"),
        ("huowu", "hươu"),
        ("quawng", "quăng"),
        ("hoawcj", "hoặc"),
    ],
)
def test_words_are_typed(keys: str, text: str) -> None:
    assert type_keys(keys) == text


@pytest.mark.parametrize("keys", ["vieetj", "vietej", "vieejt", "vieetj", "vijeet", "viejte"])
def test_tone_and_shape_may_come_in_any_order(keys: str) -> None:
    assert type_keys(keys) == "việt"


@pytest.mark.parametrize("keys", ["nguwowif", "nguoiwf", "nguowif", "nguowfi", "nguwowfi"])
def test_a_horn_once_is_enough_for_two_letters(keys: str) -> None:
    assert type_keys(keys) == "người"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("hoaf", "hoà"),
        ("hofan", "hoàn"),
        ("hoafn", "hoàn"),
        ("thuys", "thuý"),
        ("khoer", "khoẻ"),
        ("quys", "quý"),
        ("gif", "gì"),
        ("gias", "giá"),
        ("gieengs", "giếng"),
        ("muas", "múa"),
        ("cuar", "của"),
        ("cuwar", "cửa"),
        ("ngoaif", "ngoài"),
        ("khuyur", "khuỷu"),
        ("thuowr", "thuở"),
        ("ruowuj", "rượu"),
        ("casc", "các"),
    ],
)
def test_the_tone_stands_and_moves_as_the_school_wants_it(keys: str, text: str) -> None:
    assert type_keys(keys) == text


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("ass", "as"),
        ("aaa", "aa"),
        ("eee", "ee"),
        ("ooo", "oo"),
        ("ddd", "dd"),
        ("aww", "aw"),
        ("oww", "ow"),
        ("ww", "w"),
        ("asz", "a"),
        ("basz", "ba"),
        ("bas f", "bá f"),
        ("basf", "bà"),
    ],
)
def test_saying_it_twice_takes_it_back(keys: str, text: str) -> None:
    assert type_keys(keys) == text


def test_upper_case_is_kept() -> None:
    assert type_keys("DDAWNG KYS") == "ĐĂNG KÝ"
    assert type_keys("Hoaf") == "Hoà"
    assert type_keys("DDoor") == "Đổ"
    assert type_keys("Uw W") == "Ư Ư"


def test_one_key_at_a_time() -> None:
    assert typed("vie", "e") == "viê"
    assert typed("việ", "t") == "việt"
    assert typed("xin chào cô gia", "s") == "xin chào cô giá"
    assert typed("12", "s") == "12s"
    assert typed("", "d") == "d"


@pytest.mark.parametrize("word", ["str", "xyz", "kt3", "tr"])
def test_what_is_no_syllable_is_left_alone(word: str) -> None:
    assert type_keys(word) == word


def test_every_word_with_marks_of_the_benchmarks_can_be_typed() -> None:
    asked = [question.text.lower() for question in questions("held") if question.kind == "marks"]
    words = {word for text in asked for word in text.split() if not word.isascii()}
    assert len(words) > 200
    for word in words:
        assert plain(type_keys(in_telex(word))) == plain(word)


@given(st.text(max_size=20), st.text(max_size=2))
def test_no_text_is_too_strange_to_type_after(text: str, key: str) -> None:
    assert unicodedata.is_normalized("NFC", typed(text, key)) or not unicodedata.is_normalized("NFC", key)


@given(st.text(alphabet="abcdeghiklmnopqrstuvxyfwjz ", max_size=12))
def test_keys_never_lose_what_stands_before_the_last_word(keys: str) -> None:
    assert type_keys(f"khai sinh {keys}").startswith("khai sinh ")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_folding() -> None:
    assert plain("  Đăng ký\tKHAI SINH ") == "dang ky khai sinh"
    assert plain("출생신고") == "출생신고"
