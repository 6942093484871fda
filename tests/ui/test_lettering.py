"""Laws of line breaking, and Vietnamese letters as they must be shaped."""

from __future__ import annotations

import unicodedata

import pygame.image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.ticket import number_text
from kiosk.ui.lettering import ink, loaded, width, wrap
from kiosk.ui.metrics import Font, Weight
from kiosk.ui.sheet import grown

FONT = Font(Weight.REGULAR, 30)
SENTENCE = "Đăng ký lại khai sinh, kết hôn. Nghiêng giấy 20.000 Ẩm"
WORDS = st.lists(st.sampled_from(SENTENCE.split(" ")), min_size=1, max_size=30)


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
