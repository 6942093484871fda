"""Measuring, wrapping and drawing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.receipt.testpage import LETTERS
from kiosk.receipt.typeset import Face, Line, Run, fitted, line_height, stack, wrap

WORDS = st.text(alphabet="aăâáậbcdđeêếgwWMiíl.,() ", max_size=120)


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


def test_an_ordinary_line_takes_no_room_for_marks_it_does_not_have() -> None:
    line = (Run("Sao y", Face.BOLD, 36),)
    assert stack([line, line], 300).height == 2 * line_height(line)


def test_text_is_black_or_white_and_never_grey() -> None:
    assert stack([(Run("Chứng thực", Face.MEDIUM, 25),)], 300).mode == "1"
