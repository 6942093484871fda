"""The ESC/POS commands a slip is made of, as bytes. No more of the language is ever sent.

Source: Epson ESC/POS command reference: ESC @, GS a, GS P, GS L, ESC J, GS v 0, GS V, GS r, DLE EOT.
"""

from __future__ import annotations

import re

ASK_IN_ORDER = b"\x1dr\x01"
"""GS r 1: the printer answers one byte when it comes to it, so all that was sent before has been worked off."""
LONGEST_BAND_BYTES = 128 * 150
"""No band carries more: 128 rows of 1200 dots."""

_LONGEST_FEED = 255
_PUSH_CHANGES = 0b1110
"""GS a: of being offline, of errors, of the paper; not of the cash drawer."""
_NORMAL, _DOUBLE_HEIGHT = 0, 2
"""Modes of GS v 0."""
_HIDDEN_COMMAND = re.compile(rb"\x10(?=[\x04\x05\x14])")
"""Real-time commands (DLE EOT, DLE ENQ, DLE DC4): printers obey them even in the middle of a picture."""


def initialise(dots_per_inch: int) -> bytes:
    """Return ESC @, GS a and GS P: defaults, a status pushed at every change, feeds and margins counted in dots.

    A printer that stops in mid-slip with a full buffer hears no question: only what it pushes tells that paper ended.
    Without GS P the unit of ESC J and GS L differs by maker; Epson's is half a dot.
    """
    return b"\x1b@\x1da" + bytes([_PUSH_CHANGES]) + b"\x1dP" + bytes([dots_per_inch, dots_per_inch])


def left_margin(dots: int) -> bytes:
    """Return GS L: the next bands begin so far from the left."""
    return b"\x1dL" + dots.to_bytes(2, "little")


def feed(rows: int) -> bytes:
    """Return as many ESC J as white paper of so many rows takes; nothing for none."""
    whole, rest = divmod(rows, _LONGEST_FEED)
    return b"\x1bJ\xff" * whole + (b"\x1bJ" + bytes([rest]) if rest else b"")


def cut(margin_rows: int) -> bytes:
    """Return GS V 66: feed to the cutter and `margin_rows` further, and cut, leaving one point whole."""
    return b"\x1dVB" + bytes([margin_rows])


def band(rows: list[bytes]) -> bytes:
    """Return a picture; rows that come in pairs are sent once and doubled by the printer.

    Args:
        rows: packed dots, all of one width, 1 = burn, most significant bit left.
    """
    if rows[::2] == rows[1::2]:
        return _picture(rows[::2], _DOUBLE_HEIGHT)
    return _picture(rows, _NORMAL)


def raster(rows: list[bytes]) -> bytes:
    """Return a picture as it is, row by row."""
    return _picture(rows, _NORMAL)


def _picture(rows: list[bytes], mode: int) -> bytes:
    size = len(rows[0]).to_bytes(2, "little") + len(rows).to_bytes(2, "little")
    # One dot more makes a thin stroke a dot wider, and no command out of a picture.
    return b"\x1dv0" + bytes([mode]) + size + _HIDDEN_COMMAND.sub(b"\x18", b"".join(rows))
