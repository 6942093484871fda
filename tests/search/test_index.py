"""The index: any text is answered, any catalogue is searched, and a word may still be in the making."""

from __future__ import annotations

import gc
import sqlite3
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import Settings
from kiosk.search.index import Index
from tests.search.homes import procedure, with_procedures

BIRTH, MARRIAGE, COPY, RED_BOOK = "1.001193", "1.000894", "2.000815", "1.012787"


@given(st.text(max_size=300), st.sampled_from(["vi", "en", "ko", "", "??"]))
def test_no_text_is_too_strange(index: Index, question: str, language: str) -> None:
    assert len(index.search(question, language)) <= 5


@given(
    st.lists(
        st.sampled_from(["khai", "sinh", '"', "NEAR(", "*", "OR", "^", "-", "text:", "đất", "\x00", "k"]), max_size=12
    )
)
def test_the_words_of_the_query_language_are_only_words(index: Index, parts: list[str]) -> None:
    index.search(" ".join(parts), "vi")


@pytest.mark.parametrize(
    "question",
    [
        "",
        " ",
        "?",
        "😀" * 50,
        "\ud800",
        "a" * 100_000,
        "khai sinh " * 10_000,
        "\x1b[31m\x00\x07",
        "' OR 1=1 --",
        "(" * 999,
    ],
)
def test_rubbish_and_a_hundred_kilobytes_are_answered(index: Index, question: str) -> None:
    assert bool(index.search(question, "vi")) == question.startswith("khai sinh")


def test_not_more_answers_than_asked_for(index: Index) -> None:
    assert len(index.search("giấy khai sinh", "vi", 2)) == 2
    assert index.search("giấy khai sinh", "vi", 0) == ()
    assert index.search("giấy khai sinh", "vi", -1) == ()


@pytest.mark.parametrize(
    ("typed", "found"),
    [("kha", BIRTH), ("khai s", BIRTH), ("ket h", MARRIAGE), ("kết", MARRIAGE), ("công ch", COPY), ("so d", RED_BOOK)],
)
def test_a_word_that_is_still_being_typed_finds_something(index: Index, typed: str, found: str) -> None:
    assert found in index.search(typed, "vi", 5)


def test_a_question_about_two_things_finds_both(index: Index) -> None:
    found = index.search("công chứng giấy khai sinh cho con đi học", "vi", 3)
    assert COPY in found
    assert found != (COPY,)


def test_marks_decide_between_words_that_look_alike(index: Index) -> None:
    assert index.search("đỏ", "vi") == index.search("ĐỎ", "vi")
    assert RED_BOOK in index.search("sổ đỏ", "vi", 1)


def test_a_question_in_english_on_the_vietnamese_screen(index: Index) -> None:
    assert index.search("I want to get married", "vi", 1) == (MARRIAGE,)


def test_a_name_in_another_script_is_found_with_its_endings(index: Index) -> None:
    assert BIRTH in index.search("출생신고를 하고 싶어요", "ko", 3)


def test_closing_twice_is_fine_and_asking_afterwards_too(settings: Settings) -> None:
    index = Index(settings)
    index.close()
    assert index.search("khai sinh", "vi", 1) == (BIRTH,)
    index.close()
    index.close()
    assert index.search("khai sinh", "vi", 1) == (BIRTH,)


def test_an_index_that_is_only_let_go_leaves_no_database_open(settings: Settings) -> None:
    before = _connections()
    index = Index(settings)
    index.search("khai sinh", "vi")
    [connection] = _connections() - before
    del index
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def _connections() -> set[sqlite3.Connection]:
    return {one for one in gc.get_objects() if isinstance(one, sqlite3.Connection)}


def test_an_empty_catalogue_knows_nothing(settings: Settings) -> None:
    assert Index(with_procedures(settings)).search("khai sinh", "vi") == ()


def test_what_is_done_elsewhere_is_done_here_when_the_ward_says_so(settings: Settings, index: Index) -> None:
    licence = procedure("9.000001", "Cấp giấy phép lái xe", "Driving licence")
    own = Index(with_procedures(settings, *settings.procedures, licence))
    for question in ("giấy phép lái xe", "giay phep lai xe", "driving licence"):
        assert index.search(question, "vi") == ()
        assert own.search(question, "vi", 1) == ("9.000001",)


def test_everyday_words_lead_to_a_catalogue_that_has_none(settings: Settings) -> None:
    wedding = procedure("9.000001", "Đăng ký kết hôn", "Marriage registration")
    other = procedure("9.000002", "Cấp phép tổ chức lễ hội", "Festival permit")
    own = Index(with_procedures(settings, wedding, other))
    assert own.search("hai đứa sắp cưới nhau", "vi", 1) == ("9.000001",)
    assert own.search("xin phép làm lễ hội", "vi", 1) == ("9.000002",)


def test_nothing_heavy_is_imported_before_the_first_question() -> None:
    program = "import sys, kiosk.search.index; print('rapidfuzz' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
