"""What a voice is given to say: words that it cannot misread, and nothing that a stranger smuggled in."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model import vietnamese
from kiosk.model.spoken import LONGEST, Utterance, aloud, call, cardinal, money, speakable, ticket_number, time

LANGUAGES = ("vi", "en", "ko")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "Mời số A không bốn hai, đến quầy số ba."),
        ("en", "Number A, zero four two, please go to counter three."),
        ("ko", "에이 공 사 이 번 손님, 3 번 창구로 오십시오."),
        ("fr", "Number A, zero four two, please go to counter 3."),
    ],
)
def test_a_call_names_letter_digits_and_counter(language: str, said: str) -> None:
    assert call("A042", 3, language) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_tickets_sound_alike(language: str) -> None:
    names = {ticket_number(f"{letter}{digit}00", language) for letter in LETTERS for digit in range(10)}
    assert len(names) == 260


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (10, "mười"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (1000, "một nghìn"),
        (20_005, "hai mươi nghìn không trăm linh năm"),
        (1_500_000, "một triệu năm trăm nghìn"),
        (50_000_000, "năm mươi triệu"),
    ],
)
def test_vietnamese_numbers_are_said_as_in_hanoi(number: int, words: str) -> None:
    assert cardinal(number, "vi") == words


@given(st.sets(st.integers(0, 999_999_999), min_size=2, max_size=50))
def test_no_two_vietnamese_numbers_are_the_same_words(numbers: set[int]) -> None:
    assert len({vietnamese.cardinal(number) for number in numbers}) == len(numbers)


def test_money_and_times_are_words() -> None:
    assert money(20_000, "vi") == "hai mươi nghìn đồng"
    assert money(20_000, "en") == "20000 dong"
    assert [time(8, 0, language) for language in LANGUAGES] == ["tám giờ", "8 AM", "오전 여덟 시"]
    assert [time(13, 5, language) for language in LANGUAGES] == ["mười ba giờ năm phút", "1 oh 5 PM", "오후 한 시 5 분"]
    assert [time(hour, 0, "en") for hour in (0, 12, 24)] == ["midnight", "noon", "midnight"]


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("vi", "Số A042 · Quầy 3", "Số A không bốn hai, Quầy ba"),
        ("en", "Number A042 → counter 3", "Number A, zero four two, counter 3"),
        (
            "vi",
            "8:00–12:00 và 13:30–17:00.",
            "tám giờ đến mười hai giờ và mười ba giờ ba mươi phút đến mười bảy giờ.",
        ),
        ("en", "Open 8:00–12:00.", "Open 8 AM to noon."),
        ("ko", "월–금 8:00–12:00", "월에서 금 오전 여덟 시에서 오후 열두 시"),
        ("vi", "15.000 đồng/lần (miễn cho trẻ em…)", "mười lăm nghìn đồng mỗi lần, miễn cho trẻ em"),
        ("en", "2,000 dong/page", "2,000 dong per page"),
        ("en", "Issued 23/11/2026", "Issued 23 November 2026"),
        ("vi", "Nộp tại UBND, gọi 19001022", "Nộp tại ủy ban nhân dân, gọi một chín không không một không hai hai"),
    ],
)
def test_what_stands_on_a_screen_is_said_in_words(language: str, written: str, said: str) -> None:
    assert aloud(written, language) == said


@pytest.mark.parametrize(
    "smuggled",
    [
        "[[h@l'oU]]",
        "<speak><break time='1h'/></speak>",
        "\x01+50S loud",
        "\x1b@\x1dV\x00",
        "a\u202ecba\u200b\ufeff",
        "🙂🙂 · → ⚠",
    ],
)
def test_commands_of_synthesisers_and_printers_are_not_said(smuggled: str) -> None:
    said = speakable(f"Mời {smuggled} quét mã")
    assert said.startswith("Mời")
    assert said.endswith("quét mã")
    assert not set(said) & set("[]<>{}|\\`$")
    assert all(unicodedata.category(letter)[0] not in "CS" or letter == "+" for letter in said)


def test_a_hundred_kilobytes_are_cut_at_a_word() -> None:
    said = speakable("một hai " * 12_500)
    assert LONGEST - 8 < len(said) <= LONGEST
    assert said.rsplit(" ", 1)[-1] in ("một", "hai")
    assert len(speakable("a" * 100_000)) == LONGEST


def test_a_text_stays_out_of_what_is_logged() -> None:
    assert "Nguyễn" not in repr(Utterance("Nguyễn", "vi"))


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_whatever_a_text_holds_the_voice_gets_plain_words_and_twice_said_is_the_same(text: str, language: str) -> None:
    said = aloud(text, language)
    assert len(said) <= LONGEST
    assert not set(said) & set("[]<>{}|\\`$\n\r\t")
    assert all(unicodedata.category(letter)[0] in "LMNPZS" for letter in said)
    assert aloud(said, language) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_minutes_of_a_day_sound_alike(language: str) -> None:
    assert len({time(hour, minute, language) for hour in range(24) for minute in range(60)}) == 24 * 60
    assert time(24, 0, language) in (time(0, 0, language), "hai mươi tư giờ")


def test_who_hears_an_english_time_sets_a_watch_by_it() -> None:
    for hour in range(24):
        for minute in range(60):
            said = time(hour, minute, "en").replace("midnight", "12 AM").replace("noon", "12 PM")
            heard = re.fullmatch(r"(1?\d)(?: oh (\d)| ([1-5]\d))? ([AP]M)", said)
            assert heard, said
            assert (int(heard[1]) % 12 + 12 * (heard[4] == "PM"), int(heard[2] or heard[3] or 0)) == (hour, minute)


@pytest.mark.parametrize(
    ("minute", "said"), [(1, "9 oh 1 AM"), (9, "9 oh 9 AM"), (10, "9 10 AM"), (11, "9 11 AM"), (59, "9 59 AM")]
)
def test_only_a_single_figure_of_minutes_has_a_zero_before_it(minute: int, said: str) -> None:
    assert time(9, minute, "en") == said


def test_english_counts_in_words_to_nine_and_every_language_has_its_dong() -> None:
    assert [cardinal(number, "en").isalpha() for number in (0, 1, 9, 10, 11)] == [True, True, True, False, False]
    assert [money(10, language) for language in LANGUAGES] == ["mười đồng", "10 dong", "10 동"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "Ngày hai tháng mười một năm hai nghìn không trăm hai mươi sáu"),
        ("en", "Ngày 2 November 2026"),
        ("ko", "Ngày 2026년 11월 2일"),
    ],
)
def test_a_date_is_said_in_the_order_of_its_language(language: str, said: str) -> None:
    assert aloud("Ngày 02/11/2026", language) == said


def test_every_month_has_its_english_name() -> None:
    for month in range(1, 13):
        assert aloud(f"01/{month:02}/2026", "en") == f"{datetime(2026, month, 1):1 %B %Y}"


def test_a_language_without_words_of_its_own_gets_a_pause() -> None:
    assert aloud("8:00–12:00, 5 dong/page", "fr") == "8 AM noon, 5 dong page"


def test_what_is_no_ticket_number_is_said_as_it_is() -> None:
    assert ticket_number("Lô [5]", "vi") == "Lô, 5"


@pytest.mark.parametrize("word", ["X", "XX", "Xã", "Lối X"])
@pytest.mark.parametrize(("before", "after"), [("", ""), (" , ", " ;"), ("– ", " –"), ("/:", ":/"), ("!?. ", ",-")])
def test_marks_around_a_text_are_no_part_of_it(word: str, before: str, after: str) -> None:
    assert speakable(before + word + after) == word


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("a , ; b", "a, b"),
        ("a ;, b", "a; b"),
        ("a ,! b", "a! b"),
        ("a .,? b", "a. b"),
        ("a ? . b", "a? b"),
        ("a  b", "a b"),
    ],
)
def test_of_several_marks_the_one_that_ends_a_sentence_is_said(written: str, said: str) -> None:
    assert speakable(written) == said


@given(st.integers(LONGEST - 12, LONGEST + 3), st.integers(1, 12), st.sampled_from(["X", "ờ"]))
def test_a_text_is_cut_after_the_last_word_that_fits(first: int, second: int, letter: str) -> None:
    said = speakable(f"{letter * first} {letter * second} y")
    texts = [f"{letter * first} {letter * second} y", f"{letter * first} {letter * second}", letter * first]
    assert said == next((text for text in texts if len(text) <= LONGEST), letter * LONGEST)


def test_a_text_does_not_end_in_a_pause_where_it_is_cut() -> None:
    assert speakable("X" * (LONGEST - 3) + " – y") == "X" * (LONGEST - 3)
    assert speakable("–" + "X" * (LONGEST - 2) + ", yyy") == "X" * (LONGEST - 2)


def test_no_more_than_the_beginning_of_a_stranger_s_text_is_looked_at() -> None:
    assert speakable("<" * 4 * LONGEST + "a") == ""
    assert speakable("<" * (4 * LONGEST - 1) + "a") == "a"
