"""What a slip says, in both languages."""

from __future__ import annotations

import pytest

from kiosk.errors import ConfigError
from kiosk.receipt.bilingual import Bilingual, Pair
from kiosk.records import replace
from tests.receipt.samples import NORMAL


def test_a_wait_that_nobody_knows_is_called_unknown_in_both_languages() -> None:
    wait = Bilingual("en").figures(replace(NORMAL, wait_minutes=None))[1]
    assert wait.value == "chưa rõ"
    assert wait.label == Pair("thời gian chờ", "waiting time: unknown")


def test_an_estimate_is_marked_as_one() -> None:
    ahead, wait, counter = Bilingual("en").figures(NORMAL)
    assert (ahead.value, wait.value, counter.value) == ("4", "~8", "1·2")
    assert wait.label == Pair("phút chờ", "minutes’ wait")


@pytest.mark.parametrize(
    ("counters", "printed"),
    [((3,), "3"), ((2, 1), "1·2"), ((1, 2, 3, 4), "1–4"), ((9, 1, 2, 3, 7, 8), "1–3·7–9"), ((5, 5, 7), "5·7")],
)
def test_counters_are_written_as_people_say_them(counters: tuple[int, ...], printed: str) -> None:
    assert Bilingual(None).figures(replace(NORMAL, counters=counters))[2].value == printed


@pytest.mark.parametrize("counters", [(), (1, 3, 5, 7, 9, 11, 13, 15)])
def test_no_counter_and_too_many_send_the_visitor_to_the_board(counters: tuple[int, ...]) -> None:
    where = Bilingual("en").figures(replace(NORMAL, counters=counters))[2]
    assert where.value == "xem bảng"
    assert where.label == Pair("quầy", "counter: see the board")


def test_a_ward_that_wrote_only_vietnamese_is_not_printed_twice() -> None:
    words = Bilingual("en")
    assert words.ward({"vi": "Bộ phận Một cửa"}) == Pair("Bộ phận Một cửa", "")
    assert words.ward({"vi": "iHanoi", "en": "iHanoi"}) == Pair("iHanoi", "")


@pytest.mark.parametrize("second", [None, "", "vi"])
def test_a_vietnamese_visitor_gets_vietnamese_alone(second: str | None) -> None:
    assert Bilingual(second).own("Queue number") == Pair("Số thứ tự", "")


def test_a_language_without_words_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="'xx'"):
        Bilingual("xx")


def test_the_day_of_the_week_is_vietnamese() -> None:
    assert Bilingual("en").taken(NORMAL) == ("Lấy lúc 09:24", "thứ Hai 23/11/2026")
