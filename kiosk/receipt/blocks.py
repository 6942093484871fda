"""The blocks of a slip, from top to bottom."""

from __future__ import annotations

import hashlib
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from PIL import Image

from kiosk.receipt.own_font import line_image
from kiosk.records import Record


class Feed(Record):
    """A paper feed; the length is in dots."""

    rows: int


class Picture(Record, dict=True):
    """A picture that a printer can store, cropped to its ink: packed rows of `width_bytes`, 1 = burn."""

    hidden = ("dots",)

    width_bytes: int
    dots: bytes

    @property
    def rows(self) -> int:
        """Return the height in dots."""
        return len(self.dots) // self.width_bytes

    @cached_property
    def digest(self) -> bytes:
        """Return a digest that identifies the picture."""
        return hashlib.sha256(self.width_bytes.to_bytes(2, "big") + self.dots).digest()


class Stored(Record):
    """A picture in the printer's memory, printed by its key at a left margin."""

    key: bytes
    left_dots: int
    picture: Picture


class Typed(Record):
    """A line in the printer's own font: words with their positions in dots; `scale` enlarges the letters."""

    words: tuple[tuple[int, str], ...]
    scale: int


Block = Feed | Image.Image | Stored | Typed
"""A feed, a 1-bit strip as wide as the head (ink is 255), or content that the printer draws itself."""


class Crop(NamedTuple):
    """A picture and its white margins: rows above and below, and dots at the left, a multiple of 8."""

    above: int
    below: int
    left_dots: int
    picture: Picture


def packed_rows(blocks: list[Block], width_dots: int) -> list[bytes]:
    """Return the printed rows of blocks: packed dots, 1 = burn, most significant bit left."""
    width = (width_dots + 7) // 8
    rows: list[bytes] = []
    for block in blocks:
        if isinstance(block, Feed):
            rows += [bytes(width)] * block.rows
        elif isinstance(block, Stored):
            left, dots = bytes(block.left_dots // 8), block.picture
            for at in range(0, len(dots.dots), dots.width_bytes):
                rows.append((left + dots.dots[at : at + dots.width_bytes]).ljust(width, b"\0"))
        else:
            image = line_image(block.words, block.scale, width_dots) if isinstance(block, Typed) else block
            packed = image.tobytes()
            rows += [packed[start : start + width] for start in range(0, len(packed), width)]
    return rows


def cropped(blocks: list[Block], width_dots: int) -> Crop | None:
    """Return the picture of blocks without its white margins, or None when they have no ink."""
    rows = packed_rows(blocks, width_dots)
    above = sum(1 for _ in takewhile(lambda row: not any(row), rows))
    if above == len(rows):
        return None
    below = sum(1 for _ in takewhile(lambda row: not any(row), reversed(rows)))
    inked = rows[above : len(rows) - below]
    left, right = ink_bytes(inked)
    picture = Picture(right - left, b"".join(row[left:right] for row in inked))
    return Crop(above, below, left * 8, picture)


def ink_bytes(rows: list[bytes]) -> tuple[int, int]:
    """Return the range of bytes with ink in rows: first, and last plus one."""
    return min(len(row) - len(row.lstrip(b"\0")) for row in rows), max(len(row.rstrip(b"\0")) for row in rows)
