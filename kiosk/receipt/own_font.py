"""The printer's own font: which texts it can print, and how they look.

Every ESC/POS printer has a font A, nearly always with 12 × 24 dots per letter; the shapes differ by maker. The emulated
printer uses those of Terminus Font. Only printable ASCII is the same on all printers.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image

CELL_DOTS = (12, 24)
"""A letter of font A. Source: Epson ESC/POS command reference, ESC M."""
_FILE = Path(__file__).parent.parent / "assets" / "fonts" / "PrinterA_12x24.png"
_IN_A_ROW = 16
_FIRST, _LAST = " ", "~"
_ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "·": ",", "…": "...", "\xa0": " "})
_PLAIN = re.compile(f"[{_FIRST}-{_LAST}]+")


def plain(text: str) -> str | None:
    """Return a text in printable ASCII, with simple quotes and dashes; None when that is impossible or it is empty.

    The result has no control characters, so the printer executes none of it.
    """
    typed = text.translate(_ALIKE)
    return typed if _PLAIN.fullmatch(typed) else None


def wrapped(text: str, columns: int) -> list[str]:
    """Break a text into the fewest lines of at most `columns` letters, of about equal length."""
    fewest = len(textwrap.wrap(text, columns))
    narrowest = next(n for n in range(1, columns + 1) if len(textwrap.wrap(text, n)) == fewest)
    return textwrap.wrap(text, narrowest)


def line_image(words: Sequence[tuple[int, str]], scale: int, width_dots: int) -> Image.Image:
    """Return the picture of a line as the printer prints it; enlarged letters are bold.

    Args:
        words: each with its position in dots from the left.
    Returns:
        A 1-bit strip; ink is 255.
    """
    strip = Image.new("1", (width_dots, CELL_DOTS[1] * scale))
    for left, text in words:
        for index, letter in enumerate(text):
            image = letter_image(letter, (scale, scale), is_bold=scale > 1)
            strip.paste(image, (left + index * CELL_DOTS[0] * scale, 0))
    return strip


@cache
def letter_image(letter: str, scale: tuple[int, int], is_bold: bool) -> Image.Image:
    """Return one printable ASCII letter, 12 × 24 dots times `scale`, 1-bit, ink is 255.

    Bold is one dot wider. Source: Epson ESC/POS command reference, ESC E and GS !.
    """
    width, height = CELL_DOTS
    place = ord(letter) - ord(_FIRST)
    left, top = place % _IN_A_ROW * width, place // _IN_A_ROW * height
    image = _sheet().crop((left, top, left + width, top + height))
    if is_bold:
        once = image.copy()
        image.paste(255, (1, 0), once.crop((0, 0, width - 1, height)))
    return image.resize((width * scale[0], height * scale[1]), Image.Resampling.NEAREST)


@cache
def _sheet() -> Image.Image:
    with Image.open(_FILE) as image:
        return image.convert("L").point([255] + [0] * 255, "1")
