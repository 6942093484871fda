"""Fonts: how wide a text is and where its lines break. Loaded when first used."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import pygame
import pygame.font

from kiosk.ui.box import Box
from kiosk.ui.metrics import Font, Weight

FONTS = Path(__file__).parents[1] / "assets" / "fonts"
_FILES = {
    Weight.REGULAR: "BeVietnamPro_400Regular.ttf",
    Weight.MEDIUM: "BeVietnamPro_500Medium.ttf",
    Weight.SEMIBOLD: "BeVietnamPro_600SemiBold.ttf",
    Weight.BOLD: "BeVietnamPro_700Bold.ttf",
    Weight.EXTRABOLD: "BeVietnamPro_800ExtraBold.ttf",
}
_AFTER_MARK = 0.10
"""What a break after a comma or a full stop is worth, in shares of a squared line."""
_ORPHAN = 1.2
"""What a single word on the last line costs, for each share of half a line that it leaves empty."""


@lru_cache(maxsize=96)
def loaded(font: Font) -> pygame.font.Font:
    """Return pygame's font; pygame.freetype would not shape stacked marks, pygame.font does."""
    if not pygame.font.get_init():
        pygame.font.init()
    return pygame.font.Font(str(FONTS / _FILES[font.weight]), font.size_px)


@lru_cache(maxsize=2048)
def width(text: str, font: Font) -> int:
    """Return how wide one line is, in pixels."""
    return loaded(font).size(text)[0] if text else 0


def ink(text: str, font: Font, x: int, base_y: int) -> Box:
    """Return where the line's picture lies when its letters stand on `base_y` and begin at `x`."""
    face = loaded(font)
    w, h = face.size(text)
    # A capital with two marks stands higher than the font says; the picture then grows upwards.
    return Box(x, base_y - face.get_ascent() - (h - face.get_height()), w, h)


@lru_cache(maxsize=1024)
def wrap(text: str, font: Font, width_px: int) -> tuple[str, ...]:
    """Break a text into as few lines as it needs, evenly, best after a comma, with no single word left over.

    A line feed in the text always breaks; U+00A0 never does. A word wider than the line is cut.
    """
    text = unicodedata.normalize("NFC", text)
    lines: list[str] = []
    for part in text.split("\n"):
        words = [piece for word in part.split(" ") if word for piece in _cut(word, font, width_px)]
        lines += _even(words, font, width_px) if words else [""]
    return tuple(lines)


@lru_cache(maxsize=256)
def clipped(text: str, font: Font, width_px: int) -> str:
    """Return a line that fits, cut after a whole word and marked with an ellipsis if it must be."""
    if width(text, font) <= width_px:
        return text
    words = text.split(" ")
    while len(words) > 1 and width(" ".join(words) + "…", font) > width_px:
        words.pop()
    return " ".join(words).rstrip(" ,·") + "…"


def fits(text: str, font: Font, width_px: int, max_lines: int = 1) -> bool:
    """Tell whether a text needs no more lines than that."""
    return len(wrap(text, font, width_px)) <= max_lines


def _cut(word: str, font: Font, width_px: int) -> list[str]:
    pieces = [word]
    while width(pieces[-1], font) > width_px and len(pieces[-1]) > 1:
        word = pieces.pop()
        keep = next((n for n in range(len(word) - 1, 0, -1) if width(word[:n], font) <= width_px), 1)
        pieces += [word[:keep], word[keep:]]
    return pieces


def _even(words: list[str], font: Font, width_px: int) -> list[str]:
    """Choose the breaks with the least raggedness among those with the fewest lines, from the end backwards."""
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
