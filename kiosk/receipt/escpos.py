"""Encodes a slip in ESC/POS: raster bands, with feeds for white rows.

Vietnamese is printed as raster, because printers have no reliable Vietnamese font. Only ink is sent: white rows are
fed, and a band is as narrow as its ink. Pictures in the printer's memory are printed by their key. Over a slow line
plain words are printed in the printer's own font: only printable ASCII, so that no text can contain a command.
"""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from kiosk.receipt.blocks import Block, Feed, Stored, Typed, ink_bytes, packed_rows
from kiosk.receipt.checklist import layout_checklist
from kiosk.receipt.commands import (
    ASK_IN_ORDER,
    band,
    cut,
    feed,
    initialise,
    left_margin,
    plain_letters,
    print_kept,
    raster,
    typed,
)
from kiosk.receipt.layout import layout
from kiosk.receipt.own_font import CELL_DOTS
from kiosk.receipt.slip import Checklist, PrinterProfile, Slip
from kiosk.receipt.testpage import layout_test

_SMALLEST_GAP_ROWS = 4
"""Fewest white rows that start a new band; for fewer, stopping the paper costs more than the saved bytes."""
_CUT_MARGIN_MM, _TEAR_MARGIN_MM = 2.0, 22.0
"""White paper below the slip: before the cut, or up to the tear bar of a printer without a cutter."""


def encode_slip(slip: Slip, profile: PrinterProfile) -> bytes:
    """Return the ESC/POS bytes of one slip, ending in feed, partial cut and the in-order query (GS r 1).

    Raises:
        EncodingError: the slip does not fit on this paper.
        ConfigError: the kiosk has no translations for the slip's second language.
    """
    return _encode(layout(slip, profile), profile)


def encode_checklist(checklist: Checklist, profile: PrinterProfile) -> bytes:
    """Return the bytes of one checklist, ending as a slip does.

    Raises:
        EncodingError, ConfigError: as `encode_slip`.
    """
    return _encode(layout_checklist(checklist, profile), profile)


def encode_test(profile: PrinterProfile) -> bytes:
    """Return the bytes of a test slip: the width of the paper, every Vietnamese letter, fine and coarse dots."""
    return _encode(layout_test(profile), profile)


def encode_full_raster(slip: Slip, profile: PrinterProfile) -> bytes:
    """Return the picture of `encode_slip` as one raster of full width, as a reference for benchmarks.

    Raises:
        EncodingError, ConfigError: as `encode_slip`.
    """
    rows = packed_rows(layout(slip, profile), profile.width_dots)
    return initialise(profile.dots_per_inch) + raster(rows) + _closing(profile)


def _encode(blocks: list[Block], profile: PrinterProfile) -> bytes:
    writer = _Writer(profile)
    drawn: list[Block] = []
    for block in blocks:
        if isinstance(block, Feed | Image.Image):
            drawn.append(block)
            continue
        writer.draw(drawn)
        drawn = []
        if isinstance(block, Stored):
            writer.print_kept(block)
        else:
            writer.type(block)
    writer.draw(drawn)
    return bytes(writer.written) + _closing(profile)


class _Writer:
    """The output so far, and the printer's present margin."""

    def __init__(self, profile: PrinterProfile) -> None:
        self._profile = profile
        self._margin_dots = 0
        self.written = bytearray(initialise(profile.dots_per_inch))
        if profile.types_plain_words:
            self.written += plain_letters()

    def draw(self, blocks: list[Block]) -> None:
        """Write strips as bands, each as narrow as its ink, and white paper as feeds."""
        for piece in _pieces(packed_rows(blocks, self._profile.width_dots), self._profile.band_rows):
            if isinstance(piece, Feed):
                self.written += feed(piece.rows)
            else:
                left, right = ink_bytes(piece)
                self._begin_at(left * 8)
                self.written += band([row[left:right] for row in piece])

    def print_kept(self, block: Stored) -> None:
        """Print a picture of the printer's memory."""
        self._begin_at(block.left_dots)
        self.written += print_kept(block.key)

    def type(self, block: Typed) -> None:
        """Print a line in the printer's own font."""
        self._begin_at(0)
        self.written += typed(block.words, block.scale, CELL_DOTS[1])

    def _begin_at(self, left_dots: int) -> None:
        if left_dots != self._margin_dots:
            self.written += left_margin(left_dots)
            self._margin_dots = left_dots


def _pieces(rows: list[bytes], band_rows: int) -> Iterator[Feed | list[bytes]]:
    """Cut rows into white gaps and bands that begin and end with ink, none higher than `band_rows`."""
    inked = [index for index, row in enumerate(rows) if any(row)]
    start = end = 0
    for index in inked:
        if index - end >= _SMALLEST_GAP_ROWS:
            yield from _split(rows[start:end], band_rows)
            yield Feed(index - end)
            start = index
        end = index + 1
    yield from _split(rows[start:end], band_rows)
    yield Feed(len(rows) - end)


def _split(rows: list[bytes], band_rows: int) -> Iterator[list[bytes]]:
    """Cut a high band into the fewest of about the same, even height."""
    if rows:
        bands = -(-len(rows) // (band_rows & ~1))
        height = -(-len(rows) // bands) + 1 & ~1
        for start in range(0, len(rows), height):
            yield rows[start : start + height]


def _closing(profile: PrinterProfile) -> bytes:
    if profile.has_cutter:
        return cut(_mm(_CUT_MARGIN_MM, profile)) + ASK_IN_ORDER
    return feed(_mm(_TEAR_MARGIN_MM, profile)) + ASK_IN_ORDER


def _mm(millimetres: float, profile: PrinterProfile) -> int:
    return round(millimetres * profile.dots_per_inch / 25.4)
