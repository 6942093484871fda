"""Laws of line breaking, and Vietnamese letters as they must be shaped."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pygame
import pygame.image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.ticket import number_text
from kiosk.ui.drawing.fonts import _usual, drawn, ink, loaded, width, wrap
from kiosk.ui.drawing.metrics import Font, Weight
from kiosk.ui.drawing.scene_builder import grown
from kiosk.ui.drawing.theme import Color

FONT = Font(Weight.REGULAR, 30)
SENTENCE = "Đăng ký lại khai sinh, kết hôn. Nghiêng giấy 20.000 Ẩm"
KOREAN = "번호표를 받으신 후 Cửa Nam 동 1번 창구(CT01)로 가 주십시오. 20,000동"
WORDS = st.lists(st.sampled_from(f"{SENTENCE} {KOREAN}".split(" ")), min_size=1, max_size=30)
INK = Color(0, 0, 0)


@given(WORDS, st.integers(60, 900))
def test_lines_fit_and_lose_no_word(words: list[str], width_px: int) -> None:
    lines = wrap(" ".join(words), FONT, width_px)
    assert all(width(line, FONT) <= width_px for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(words)


@given(WORDS, st.integers(300, 900))
def test_no_text_takes_more_lines_than_it_needs(words: list[str], width_px: int) -> None:
    greedy, line = 1, ""
    for word in words:
        line = f"{line} {word}".strip()
        if width(line, FONT) > width_px:
            greedy, line = greedy + 1, word
    assert len(wrap(" ".join(words), FONT, width_px)) == greedy


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Thường trú, tạm trú, căn cước", ("Thường trú, tạm trú,", "căn cước")),
        ("Trợ giúp xã hội, người có công", ("Trợ giúp xã hội,", "người có công")),
    ],
)
def test_a_compound_word_is_not_left_alone_or_torn(text: str, lines: tuple[str, ...]) -> None:
    assert wrap(text, FONT, int(width(text, FONT) * 0.8)) == lines


def test_a_line_feed_breaks_and_a_hard_space_does_not() -> None:
    assert wrap("Xin chào!\nMời vào", FONT, 900) == ("Xin chào!", "Mời vào")
    assert wrap("khoảng 15\u00a0phút", FONT, width("15\u00a0phút", FONT) + 2) == ("khoảng", "15\u00a0phút")


def test_letters_look_the_same_however_their_marks_are_stored() -> None:
    text = "Nguyễn Thị Ngọc Hương ỷ ữ ặ ế"
    composed = loaded(FONT).render(unicodedata.normalize("NFC", text), True, (0, 0, 0))
    taken_apart = loaded(FONT).render(unicodedata.normalize("NFD", text), True, (0, 0, 0))
    assert pygame.image.tobytes(composed, "RGBA") == pygame.image.tobytes(taken_apart, "RGBA")


@pytest.mark.parametrize("text", ["A", "Ấ", "Ệy", "gậy"])
def test_letters_stand_on_their_line_whatever_marks_they_carry(text: str) -> None:
    """SDL_ttf makes the picture higher for stacked marks; the base line must not move with it."""
    font = Font(Weight.BOLD, 100)
    box = ink(text, font, 0, 500)
    plain = ink("H", font, 0, 500)
    assert box.bottom == plain.bottom


@given(st.sampled_from("ABCDEMW"), st.integers(1, 9999), st.integers(150, 1800))
def test_a_queue_number_is_never_broken_into_two_lines(letter: str, number: int, width_px: int) -> None:
    text = number_text(letter, number)
    font = grown(text, Font(Weight.EXTRABOLD, 40), width_px, 2000)
    assert wrap(text, font, width_px) == (text,)


@pytest.mark.parametrize("text", ["한국어", "A042번 고객님", "Ấ 번호표", "Cửa Nam 동", "", "Sao y"])
@pytest.mark.parametrize("weight", Weight)
def test_a_line_of_two_scripts_is_as_large_as_was_measured(text: str, weight: Weight) -> None:
    font = Font(weight, 47)
    box = ink(text, font, 10, 500)
    assert drawn(text, font, INK).get_size() == box[2:]
    assert box.w == width(text, font)


def test_both_scripts_stand_on_one_base_line() -> None:
    """Also beside a letter with two marks, which makes the picture of the line higher."""
    font = Font(Weight.BOLD, 100)
    mixed, alone = drawn("Ấ번호", font, INK), drawn("번호", font, INK)
    left, lower = width("Ấ", font), mixed.get_height() - alone.get_height()
    assert lower > 0
    part = mixed.subsurface(pygame.Rect(left, lower, *alone.get_size()))
    assert pygame.image.tobytes(part, "RGBA") == pygame.image.tobytes(alone, "RGBA")
    assert mixed.get_bounding_rect().w > alone.get_bounding_rect().w


@pytest.mark.parametrize("weight", Weight)
def test_korean_and_latin_lines_are_equally_high_in_every_weight(weight: Weight) -> None:
    for size_px in (20, 33, 47, 62, 100, 240):
        latin, korean = (loaded(Font(weight, size_px), is_korean) for is_korean in (False, True))
        assert (latin.get_ascent(), latin.get_height()) == (korean.get_ascent(), korean.get_height())


def test_korean_is_broken_between_words_only() -> None:
    words = KOREAN.split(" ")
    for width_px in range(max(width(word, FONT) for word in words), 900, 20):
        assert " ".join(wrap(KOREAN, FONT, width_px)).split(" ") == words


def test_a_page_without_korean_loads_no_korean_letters() -> None:
    for cache in (_usual, width):
        cache.cache_clear()
    drawn("Khai sinh, kết hôn, khai tử 20.000đ", FONT, INK)
    assert _usual.cache_info().currsize == 1
    drawn("출생 1", FONT, INK)
    assert _usual.cache_info().currsize == 2


def test_a_day_of_numbers_each_of_its_own_size_keeps_few_typefaces_open() -> None:
    def open_typefaces() -> int:
        links = (str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
        return sum(link.endswith(".ttf") for link in links)

    drawn("A001", Font(Weight.EXTRABOLD, 400), INK)
    before = open_typefaces()
    for size_px in range(300, 360):
        drawn("A001", Font(Weight.EXTRABOLD, size_px), INK)
    assert open_typefaces() <= before + 3
