"""A rectangle in whole pixels, and the operations of a layout."""

from __future__ import annotations

import itertools
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle: left, top, width, height in pixels. Immutable and hashable, unlike pygame's."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        """The first column to the right of the box."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """The first row below the box."""
        return self.y + self.h

    @property
    def center(self) -> tuple[int, int]:
        """The centre pixel."""
        return self.x + self.w // 2, self.y + self.h // 2

    def inset(self, dx: int, dy: int | None = None) -> Box:
        """Return the box shrunk by `dx` left and right and `dy` (default `dx`) above and below; negative: grown."""
        dy = dx if dy is None else dy
        return Box(self.x + dx, self.y + dy, max(0, self.w - 2 * dx), max(0, self.h - 2 * dy))

    def top(self, h: int) -> tuple[Box, Box]:
        """Cut `h` pixels off the top; return the strip and the rest."""
        h = min(h, self.h)
        return Box(self.x, self.y, self.w, h), Box(self.x, self.y + h, self.w, self.h - h)

    def foot(self, h: int) -> tuple[Box, Box]:
        """Cut `h` pixels off the bottom; return the strip and the rest."""
        h = min(h, self.h)
        return Box(self.x, self.bottom - h, self.w, h), Box(self.x, self.y, self.w, self.h - h)

    def left(self, w: int) -> tuple[Box, Box]:
        """Cut `w` pixels off the left; return the strip and the rest."""
        w = min(w, self.w)
        return Box(self.x, self.y, w, self.h), Box(self.x + w, self.y, self.w - w, self.h)

    def end(self, w: int) -> tuple[Box, Box]:
        """Cut `w` pixels off the right; return the strip and the rest."""
        w = min(w, self.w)
        return Box(self.right - w, self.y, w, self.h), Box(self.x, self.y, self.w - w, self.h)

    def columns(self, count: int, gap: int) -> list[Box]:
        """Return `count` columns of equal width with `gap` between them, together exactly as wide as the box."""
        edges = [self.x + round(i * (self.w + gap) / count) for i in range(count + 1)]
        return [Box(a, self.y, b - gap - a, self.h) for a, b in itertools.pairwise(edges)]

    def rows(self, count: int, gap: int) -> list[Box]:
        """Return `count` rows of equal height with `gap` between them, together exactly as high as the box."""
        edges = [self.y + round(i * (self.h + gap) / count) for i in range(count + 1)]
        return [Box(self.x, a, self.w, b - gap - a) for a, b in itertools.pairwise(edges)]

    def middle(self, w: int, h: int) -> Box:
        """Return a box of this size with the same centre."""
        return Box(self.x + (self.w - w) // 2, self.y + (self.h - h) // 2, w, h)

    def meets(self, other: Box) -> bool:
        """Tell whether the two boxes overlap."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point is inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def around(self, other: Box) -> Box:
        """Return the smallest box that contains both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)
