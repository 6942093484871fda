"""Writes a slip in ESC/POS: pictures only, in bands, with white paper fed and margins skipped.

Raster is the only honest way to print Vietnamese, and the only safe one: no text of anybody reaches the printer as
text. What is sent is what has ink: white rows are fed, and a band is as narrow as its ink.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.receipt.checklist import layout_checklist
from kiosk.receipt.commands import ASK_IN_ORDER, band, cut, feed, initialise, left_margin, raster
from kiosk.receipt.layout import layout
from kiosk.receipt.sheet import Block, Feed
from kiosk.receipt.slip import Checklist, PrinterProfile, Slip
from kiosk.receipt.testpage import layout_test

_SMALLEST_GAP_ROWS = 4
"""White rows that are worth a new band; with fewer the paper would stop and start for a handful of bytes."""
_CUT_MARGIN_MM, _TEAR_MARGIN_MM = 2.0, 22.0
"""White paper below the slip: before the cut, or up to the tear bar of a printer without a cutter."""


def encode_slip(slip: Slip, profile: PrinterProfile) -> bytes:
    """Return the ESC/POS bytes of one slip, ending in feed, partial cut and a question that is answered in order.

    Raises:
        EncodingError: the slip cannot be put on this paper.
        ConfigError: the kiosk has no words in the slip's second language.
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
    """Return the same picture as `encode_slip` as one raster of full width: what it costs to do nothing clever.

    Raises:
        EncodingError, ConfigError: as `encode_slip`.
    """
    rows = _rows(layout(slip, profile), profile)
    return initialise(profile.dots_per_inch) + raster(rows) + _closing(profile)


def _encode(blocks: list[Block], profile: PrinterProfile) -> bytes:
    written = bytearray(initialise(profile.dots_per_inch))
    margin = 0
    for piece in _pieces(_rows(blocks, profile), profile.band_rows):
        if isinstance(piece, Feed):
            written += feed(piece.rows)
            continue
        left = min(len(row) - len(row.lstrip(b"\0")) for row in piece)
        right = max(len(row.rstrip(b"\0")) for row in piece)
        if left != margin:
            written += left_margin(left * 8)
            margin = left
        written += band([row[left:right] for row in piece])
    return bytes(written) + _closing(profile)


def _rows(blocks: list[Block], profile: PrinterProfile) -> list[bytes]:
    """Return blocks as rows of packed dots, 1 = burn, most significant bit left."""
    width = (profile.width_dots + 7) // 8
    rows: list[bytes] = []
    for block in blocks:
        if isinstance(block, Feed):
            rows += [bytes(width)] * block.rows
        else:
            dots = block.tobytes()
            rows += [dots[start : start + width] for start in range(0, len(dots), width)]
    return rows


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
