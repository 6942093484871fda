"""Conversion of millimetres to pixels, and all sizes for a given panel.

Sizes depend on the hand and the eye, so they are given in millimetres for three panels and interpolated linearly
between them: the Pi's 7-inch panel (85 mm on its short side, close to the eye), a 13-inch panel (160 mm) and a standing
kiosk of 21.5 inches (268 mm). Above that they grow with the panel, which is then read from a greater distance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum, IntEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

from kiosk.config import Display
from kiosk.records import Record, replace

_PANELS_MM = (85.0, 160.0, 268.0)
_CRAMPED_MM = 140.0
_LARGEST = 1.5
"""Sizes stop growing at 1.5 times the largest panel."""
CAP_HEIGHT = 0.74
"""Height of a capital of Be Vietnam Pro, in ems. Source: its glyph H, 740 of 1000 units."""
LARGE_TEXT = 1.28
"""Factor of the large-text step for body text; a title needs less."""
LARGE_TITLE = 1.12
"""Factor of the large-text step for titles, and for all text on a cramped panel."""


class Weight(IntEnum):
    """The weights of Be Vietnam Pro that the kiosk includes."""

    REGULAR = 400
    MEDIUM = 500
    SEMIBOLD = 600
    BOLD = 700
    EXTRABOLD = 800


class Font(NamedTuple):
    """One weight at one size; `size_px` is the em, the cap height is `CAP_HEIGHT` of it."""

    weight: Weight
    size_px: int

    @property
    def cap_px(self) -> int:
        """Height of a capital letter."""
        return round(self.size_px * CAP_HEIGHT)

    @property
    def line_px(self) -> int:
        """Distance between two baselines. It is large because Vietnamese diacritics are high."""
        return round(self.size_px * (1.26 if self.size_px > 80 else 1.38))


class Style(Enum):
    """The role of a text: its weight, and its cap height in mm on the three panels."""

    HERO = (Weight.BOLD, (5.6, 9.0, 17.0))
    TITLE = (Weight.BOLD, (4.6, 9.0, 11.6))
    HEADING = (Weight.SEMIBOLD, (3.4, 5.0, 7.3))
    BODY = (Weight.REGULAR, (3.1, 4.5, 6.8))
    STRONG = (Weight.BOLD, (3.1, 4.5, 6.8))
    SMALL = (Weight.REGULAR, (2.7, 4.5, 5.3))
    LABEL = (Weight.MEDIUM, (2.7, 4.5, 5.1))
    CLOCK = (Weight.SEMIBOLD, (3.4, 5.2, 8.2))


class Space(Enum):
    """Distances and sizes in mm on the three panels."""

    MARGIN = (3.5, 8.0, 16.0)
    GAP = (2.0, 3.5, 6.0)
    WIDE = (3.0, 6.5, 14.0)
    PAD = (2.6, 4.5, 9.0)
    RADIUS = (2.4, 4.0, 6.5)
    TILE = (9.0, 12.0, 24.0)
    ICON = (5.4, 7.6, 13.0)
    GLYPH = (6.0, 8.0, 12.0)
    BAR = (16.5, 24.0, 45.0)
    RAIL = (20.0, 31.0, 47.0)
    TOP = (0.8, 2.0, 7.0)
    HEADER = (11.0, 17.0, 28.0)
    FOLLOW = (21.0, 30.0, 54.0)
    TARGET = (15.0, 15.0, 15.0)
    MAIN = (16.0, 20.0, 27.0)
    LINE = (0.25, 0.3, 0.45)
    SLOP = (4.0, 5.0, 6.0)


class Metrics(Record, dict=True):
    """A panel and the sizes for it; `is_large` is the large-text step."""

    width_px: int
    height_px: int
    diagonal_mm: float
    is_large: bool = False

    @classmethod
    def of(cls, display: Display) -> Metrics:
        """Return the metrics of a configured display."""
        return cls(display.width_px, display.height_px, display.diagonal_mm)

    @cached_property
    def px_per_mm(self) -> float:
        """Pixels per millimetre."""
        return math.hypot(self.width_px, self.height_px) / self.diagonal_mm

    @property
    def is_portrait(self) -> bool:
        """Tell whether the panel is higher than wide."""
        return self.height_px > self.width_px

    @property
    def is_cramped(self) -> bool:
        """Tell whether the panel has room only for the question and its answers."""
        return min(self.width_px, self.height_px) / self.px_per_mm < _CRAMPED_MM

    def mm(self, length_mm: float) -> int:
        """Return a length in whole pixels, at least one."""
        return max(1, round(length_mm * self.px_per_mm))

    def px(self, space: Space) -> int:
        """Return a named distance in pixels."""
        return self._distances[space]

    def font(self, style: Style, *, is_frame: bool = False) -> Font:
        """Return the font of a style. The frame (`is_frame`) of a cramped panel ignores the large-text step."""
        return self._fonts[style, is_frame]

    def at_step(self, *, is_large: bool) -> Metrics:
        """Return the metrics of the same panel with large text or without; the same object each time."""
        return _at_step(self, is_large)

    @cached_property
    def _distances(self) -> Mapping[Space, int]:
        """All distances: a screen asks for hundreds each time it is laid out."""
        return {space: self.mm(self._between(space.value)) for space in Space}

    @cached_property
    def _fonts(self) -> Mapping[tuple[Style, bool], Font]:
        return {(style, is_frame): self._font(style, is_frame) for style in Style for is_frame in (False, True)}

    def _font(self, style: Style, is_frame: bool) -> Font:
        weight, caps_mm = style.value
        cap_px = self._between(caps_mm) * self._step(style, is_frame) * self.px_per_mm
        return Font(weight, max(8, math.ceil(cap_px / CAP_HEIGHT)))

    def _step(self, style: Style, is_frame: bool) -> float:
        if not self.is_large or (is_frame and self.is_cramped):
            return 1.0
        return LARGE_TITLE if self.is_cramped or style in (Style.HERO, Style.TITLE) else LARGE_TEXT

    def _between(self, at_mm: tuple[float, float, float]) -> float:
        _small, middle, large = _PANELS_MM
        short = min(self.width_px, self.height_px) / self.px_per_mm
        if short >= large:
            return at_mm[2] * min(_LARGEST, short / large)
        low = 0 if short < middle else 1
        share = max(0.0, (short - _PANELS_MM[low]) / (_PANELS_MM[low + 1] - _PANELS_MM[low]))
        return at_mm[low] + share * (at_mm[low + 1] - at_mm[low])


@lru_cache(maxsize=8)
def _at_step(metrics: Metrics, is_large: bool) -> Metrics:
    return replace(metrics, is_large=is_large)
