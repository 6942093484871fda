"""The printer's own font: which words can be left to it, and what they look like.

Every ESC/POS printer has a font A, nearly always 12 × 24 dots a letter; its shapes differ by maker. Ours, which the
emulated printer types with, are Terminus Font's. Of all its letters only printable ASCII is the same everywhere.
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
    """Return a text in printable ASCII, its finer marks as typewriters have them; None when that cannot be, or empty.

    No control character gets through: what a printer types, it must not obey.
    """
    typed = text.translate(_ALIKE)
    return typed if _PLAIN.fullmatch(typed) else None


def wrapped(text: str, columns: int) -> list[str]:
    """Break a text into as few lines as fit into so many letters, and these about equally long."""
    fewest = len(textwrap.wrap(text, columns))
    narrowest = next(n for n in range(1, columns + 1) if len(textwrap.wrap(text, n)) == fewest)
    return textwrap.wrap(text, narrowest)


def line_image(words: Sequence[tuple[int, str]], scale: int, width_dots: int) -> Image.Image:
    """Return a line of letters `scale` times as large, the large ones bold, as the printer is told to type it.

    Args:
        words: each at its dot from the left.
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
    """Return one printable letter of ASCII, so many times 12 dots wide and 24 high, 1-bit, ink is 255.

    Bold is a dot wider. Source: Epson ESC/POS command reference, ESC E and GS !.
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
