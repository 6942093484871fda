"""Fonts: the width, the line breaks and the picture of a text. Fonts are loaded when first used.

Korean is set in Noto Sans KR, all other text in Be Vietnam Pro; both have the same line height.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import pygame
import pygame.font

from kiosk.i18n import stretches
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font, Weight
from kiosk.ui.drawing.theme import Color

FONTS = Path(__file__).parents[2] / "assets" / "fonts"
_FILES = {
    Weight.REGULAR: "BeVietnamPro_400Regular.ttf",
    Weight.MEDIUM: "BeVietnamPro_500Medium.ttf",
    Weight.SEMIBOLD: "BeVietnamPro_600SemiBold.ttf",
    Weight.BOLD: "BeVietnamPro_700Bold.ttf",
    Weight.EXTRABOLD: "BeVietnamPro_800ExtraBold.ttf",
}
_KOREAN_FILES = {
    Weight.REGULAR: "NotoSansKR_500Medium.ttf",
    Weight.MEDIUM: "NotoSansKR_500Medium.ttf",
    Weight.SEMIBOLD: "NotoSansKR_700Bold.ttf",
    Weight.BOLD: "NotoSansKR_700Bold.ttf",
    Weight.EXTRABOLD: "NotoSansKR_700Bold.ttf",
}
_USUAL_PX = 120
"""Larger sizes are used only for numbers that fill their box."""
_AFTER_MARK = 0.10
"""Bonus of a line break after a punctuation mark, in the unit of `_cost`."""
_ORPHAN = 1.2
"""Cost of a single word on the last line, per unit of the line's share that is empty below one half."""


def loaded(font: Font, is_korean: bool = False) -> pygame.font.Font:
    """Return pygame's font. pygame.font shapes stacked diacritics; pygame.freetype does not."""
    file = (_KOREAN_FILES if is_korean else _FILES)[font.weight]
    return (_usual if font.size_px <= _USUAL_PX else _huge)(file, font.size_px)


@lru_cache(maxsize=96)
def _usual(file: str, size_px: int) -> pygame.font.Font:
    return _opened(file, size_px)


@lru_cache(maxsize=4)
def _huge(file: str, size_px: int) -> pygame.font.Font:
    """Cache only a few: nearly every number has its own size, its glyphs take a megabyte, and it is shown once."""
    return _opened(file, size_px)


def _opened(file: str, size_px: int) -> pygame.font.Font:
    if not pygame.font.get_init():
        pygame.font.init()
    return pygame.font.Font(str(FONTS / file), size_px)


@lru_cache(maxsize=2048)
def width(text: str, font: Font) -> int:
    """Return how wide one line is, in pixels."""
    return sum(loaded(font, part.is_korean).size(part.text)[0] for part in stretches(text))


def ink(text: str, font: Font, x: int, base_y: int) -> Box:
    """Return the box of a line's picture with its baseline at `base_y` and its left edge at `x`."""
    plain = loaded(font)
    h = max([plain.get_height(), *(loaded(font, part.is_korean).size(part.text)[1] for part in stretches(text))])
    # A capital with two diacritics is higher than the font's ascent; the picture then grows upwards.
    return Box(x, base_y - plain.get_ascent() - (h - plain.get_height()), width(text, font), h)


def drawn(text: str, font: Font, color: Color) -> pygame.Surface:
    """Return the picture of one line; its size is that of `ink`."""
    parts = stretches(text)
    pictures = [loaded(font, part.is_korean).render(part.text, True, color) for part in parts]
    if len(pictures) == 1:
        return pictures[0]
    whole = pygame.Surface(ink(text, font, 0, 0)[2:], pygame.SRCALPHA)
    x = 0
    for picture in pictures:
        whole.blit(picture, (x, whole.get_height() - picture.get_height()))
        x += picture.get_width()
    return whole


@lru_cache(maxsize=1024)
def wrap(text: str, font: Font, width_px: int) -> tuple[str, ...]:
    """Break a text into the fewest lines, of even length; prefer breaks after punctuation and avoid a single last word.

    A line feed always breaks a line, U+00A0 never does. A word wider than the line is cut.
    """
    text = unicodedata.normalize("NFC", text)
    lines: list[str] = []
    for part in text.split("\n"):
        words = [piece for word in part.split(" ") if word for piece in _cut(word, font, width_px)]
        lines += _even(words, font, width_px) if words else [""]
    return tuple(lines)


def height(text: str, font: Font, width_px: int) -> int:
    """Return how high a paragraph of this width is."""
    return len(wrap(text, font, width_px)) * font.line_px if text else 0


@lru_cache(maxsize=256)
def clipped(text: str, font: Font, width_px: int) -> str:
    """Return a text that fits on one line; a longer one is cut after a whole word and ends with an ellipsis."""
    if width(text, font) <= width_px:
        return text
    words = text.split(" ")
    while len(words) > 1 and width(" ".join(words) + "…", font) > width_px:
        words.pop()
    return " ".join(words).rstrip(" ,·") + "…"


def fits(text: str, font: Font, width_px: int, max_lines: int = 1) -> bool:
    """Tell whether a text fits into `max_lines` lines."""
    return len(wrap(text, font, width_px)) <= max_lines


def _cut(word: str, font: Font, width_px: int) -> list[str]:
    pieces = [word]
    while width(pieces[-1], font) > width_px and len(pieces[-1]) > 1:
        word = pieces.pop()
        keep = next((n for n in range(len(word) - 1, 0, -1) if width(word[:n], font) <= width_px), 1)
        pieces += [word[:keep], word[keep:]]
    return pieces


def _even(words: list[str], font: Font, width_px: int) -> list[str]:
    """Return the line breaks of lowest cost among those with the fewest lines; dynamic programming from the end."""
    count = len(words)
    best: list[tuple[int, float, int]] = [(0, 0.0, count)] * (count + 1)
    for start in range(count - 1, -1, -1):
        options = []
        for end in range(start + 1, count + 1):
            line = " ".join(words[start:end])
            line_px = width(line, font)
            if line_px > width_px and end > start + 1:
                break
            lines_after, cost_after, _ = best[end]
            options.append((lines_after + 1, cost_after + _cost(line, line_px / width_px, end == count), end))
        best[start] = min(options)
    lines, start = [], 0
    while start < count:
        end = best[start][2]
        lines.append(" ".join(words[start:end]))
        start = end
    return lines


def _cost(line: str, filled: float, is_last: bool) -> float:
    cost: float = (1 - filled) ** 2
    if is_last:
        return cost * 0.6 + (_ORPHAN * max(0.0, 0.5 - filled) if " " not in line else 0.0)
    return cost - (_AFTER_MARK if line[-1] in ",.;:?!·" else 0.0)
