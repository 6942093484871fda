"""Measuring, wrapping and drawing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.receipt.testpage import LETTERS
from kiosk.receipt.typeset import Face, Line, Run, fitted, line_height, stack, wrap

WORDS = st.text(alphabet="aăâáậbcdđeêếgwWMiíl.,() 번호표창구", max_size=120)


@given(first=WORDS, second=WORDS, limit=st.integers(40, 560))
def test_no_line_is_wider_than_the_paper_and_no_letter_is_lost(first: str, second: str, limit: int) -> None:
    line = (Run(first, Face.BOLD, 25), Run(second, Face.ITALIC, 22))
    lines = wrap(line, limit)
    for part in lines:
        assert sum(run.width_dots for run in part) <= limit + 1  # each word is rounded to a dot
    kept = "".join(run.text for part in lines for run in part)
    assert kept.replace(" ", "") == (first + second).replace(" ", "")


def test_the_last_word_does_not_stand_alone_on_its_line() -> None:
    line = (Run("Quá lượt? Đưa phiếu này cho quầy 1.", Face.MEDIUM, 24),)
    lines = wrap(line, line[0].width_dots - 1)
    assert [run.text for part in lines for run in part] == ["Quá lượt? Đưa phiếu", "này cho quầy 1."]


@given(text=st.text(alphabet="A0123456789·–~", min_size=1, max_size=12), limit=st.integers(60, 560))
def test_a_figure_shrinks_until_it_fits(text: str, limit: int) -> None:
    assert fitted(text, Face.EXTRABOLD, (240, 4), limit).width_dots <= limit


@pytest.mark.parametrize("face", list(Face))
@pytest.mark.parametrize("size", [17, 25, 36, 60])
def test_no_vietnamese_letter_loses_its_marks(face: Face, size: int) -> None:
    """A letter has as many dots alone at the top of a paragraph as below a line with room to spare."""
    spacer: Line = (Run(" ", face, size * 2),)
    for letter in LETTERS.replace(" ", ""):
        line: Line = (Run(letter, face, size),)
        alone, below = (stack(lines, size * 3, "centre") for lines in ([line], [spacer, line, spacer]))
        dots = alone.convert("L").histogram()[255]
        assert dots > 0, f"{letter} is not in the font"
        assert dots == below.convert("L").histogram()[255], letter


def test_korean_beside_vietnamese_is_drawn_as_wide_as_measured() -> None:
    run = Run("1번 창구 · Quầy 1", Face.MEDIUM, 25)
    assert run.width_dots == sum(Run(part, Face.MEDIUM, 25).width_dots for part in ("1", "번 창구", " · Quầy 1"))
    ink = stack([(run,)], 400).getbbox()
    assert ink is not None
    assert run.width_dots - 6 <= ink[2] <= run.width_dots


@pytest.mark.parametrize("face", list(Face))
def test_no_korean_letter_is_an_empty_box(face: Face) -> None:
    box = stack([(Run("\u321c", face, 36),)], 60).tobytes()  # a sign that no weight has
    pictures = [stack([(Run(letter, face, 36),)], 60).tobytes() for letter in "번호표창구대기"]
    assert box not in pictures
    assert len(set(pictures)) == len(pictures)


def test_an_ordinary_line_takes_no_room_for_marks_it_does_not_have() -> None:
    line = (Run("Sao y", Face.BOLD, 36),)
    assert stack([line, line], 300).height == 2 * line_height(line)


def test_text_is_black_or_white_and_never_grey() -> None:
    assert stack([(Run("Chứng thực", Face.MEDIUM, 25),)], 300).mode == "1"
