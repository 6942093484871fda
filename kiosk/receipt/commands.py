"""The ESC/POS commands of a slip, as bytes. No other commands are ever sent.

Source: Epson ESC/POS command reference: ESC @, GS a, GS P, GS L, ESC J, GS v 0, GS V, GS r, DLE EOT; for content that
the printer draws itself ESC t, ESC E, GS !, ESC 3, ESC $, LF and GS ( L, functions 64, 65, 67 and 69.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ASK_IN_ORDER = b"\x1dr\x01"
"""GS r 1: the printer answers one byte when it processes this command, so everything sent before is done."""
LONGEST_BAND_BYTES = 128 * 150
"""Limit of one band: 128 rows of 1200 dots."""

_LONGEST_FEED = 255
_PUSH_CHANGES = 0b1110
"""GS a: report changes of offline, error and paper status, but not of the cash drawer."""
_NORMAL, _DOUBLE_WIDTH, _DOUBLE_HEIGHT = 0, 1, 2
"""Modes of GS v 0; the last two may be combined."""
_HALVES = {sum(0b11 << 2 * bit for bit in range(4) if half >> bit & 1): half for half in range(16)}
"""Bytes whose dots are equal in pairs → one dot of each pair."""
_DOUBLED = bytes(_HALVES)
_HEX_OF_HALF = bytes(ord(f"{_HALVES[byte]:x}") if byte in _HALVES else 0 for byte in range(256))
"""For `bytes.translate`, which is a hundred times as quick as a loop over a slip's bytes."""
_HIDDEN_COMMAND = re.compile(rb"\x10(?=[\x04\x05\x14])")
"""Real-time commands (DLE EOT, DLE ENQ, DLE DC4): printers execute them even inside a picture."""


def initialise(dots_per_inch: int) -> bytes:
    """Return ESC @, GS a and GS P: defaults, automatic status reports, feeds and margins in dots.

    A printer that stops during a slip with a full buffer answers no query: only an automatic report says that paper
    ended. Without GS P the unit of ESC J and GS L differs by maker; Epson's is half a dot.
    """
    return b"\x1b@\x1da" + bytes([_PUSH_CHANGES]) + b"\x1dP" + bytes([dots_per_inch, dots_per_inch])


def left_margin(dots: int) -> bytes:
    """Return GS L: the left margin of the next bands."""
    return b"\x1dL" + dots.to_bytes(2, "little")


def feed(rows: int) -> bytes:
    """Return the ESC J commands that feed `rows`; nothing for 0."""
    whole, rest = divmod(rows, _LONGEST_FEED)
    return b"\x1bJ\xff" * whole + (b"\x1bJ" + bytes([rest]) if rest else b"")


def cut(margin_rows: int) -> bytes:
    """Return GS V 66: feed to the cutter and `margin_rows` further, then partial cut."""
    return b"\x1dVB" + bytes([margin_rows])


def band(rows: list[bytes]) -> bytes:
    """Return a picture; rows and columns that are equal in pairs are sent once and doubled by the printer.

    Args:
        rows: packed dots, all of one width, 1 = burn, most significant bit left.
    """
    mode = _NORMAL
    if rows[::2] == rows[1::2]:
        rows, mode = rows[::2], mode | _DOUBLE_HEIGHT
    if not b"".join(rows).translate(None, _DOUBLED):
        rows, mode = [_halved(row) for row in rows], mode | _DOUBLE_WIDTH
    return _picture(rows, mode)


def raster(rows: list[bytes]) -> bytes:
    """Return a picture row by row, without doubling."""
    return _picture(rows, _NORMAL)


def typed(words: Sequence[tuple[int, str]], scale: int, letter_rows: int) -> bytes:
    """Return a line in font A: ESC E, GS !, ESC 3, then each word at its dot from the margin (ESC $), and LF.

    Args:
        scale: 1 to 8, the factor of width and height; enlarged letters are bold.
        letter_rows: a letter's height at scale 1; the line feed is the scaled height.
    """
    mode = b"\x1bE" + bytes([scale > 1]) + b"\x1d!" + bytes([(scale - 1) * 0x11])
    line = bytearray(mode + b"\x1b3" + bytes([letter_rows * scale]))
    for left, text in words:
        line += b"\x1b$" + left.to_bytes(2, "little") + text.encode("ascii")
    return bytes(line) + b"\n"


def plain_letters() -> bytes:
    """Return ESC t 0: code page 437, whose first half is ASCII on every printer."""
    return b"\x1bt\0"


# ---- pictures in the printer's memory


def print_kept(key: bytes) -> bytes:
    """Return function 69: the picture of a key of two characters, at the left margin. An unknown key prints nothing."""
    return _graphics(69, key + b"\x01\x01")


def keep(key: bytes, width_bytes: int, dots: bytes) -> bytes:
    """Return function 67: store a picture under a key of two characters, in non-volatile memory.

    Args:
        dots: packed rows of `width_bytes`, 1 = burn; at most 65,524 bytes.
    """
    size = (8 * width_bytes).to_bytes(2, "little") + (len(dots) // width_bytes).to_bytes(2, "little")
    return _graphics(67, b"0" + key + b"\x01" + size + b"1" + without_commands(dots))


def forget_kept() -> bytes:
    """Return function 65: delete all stored pictures."""
    return _graphics(65, b"CLR")


def ask_kept() -> bytes:
    """Return function 64: the printer lists the stored keys, up to 40 at a time, and waits for ACK after each block."""
    return _graphics(64, b"KC")


def _graphics(function: int, parameters: bytes) -> bytes:
    return b"\x1d(L" + (len(parameters) + 2).to_bytes(2, "little") + b"0" + bytes([function]) + parameters


def without_commands(dots: bytes) -> bytes:
    """Return a picture without bytes that printers would execute as real-time commands.

    One added dot makes a thin stroke one dot wider and breaks the command.
    """
    return _HIDDEN_COMMAND.sub(b"\x18", dots)


def _halved(row: bytes) -> bytes:
    """Return one dot of each pair of a row, padded with white."""
    return bytes.fromhex(row.translate(_HEX_OF_HALF).decode("ascii") + "0" * (len(row) % 2))


def _picture(rows: list[bytes], mode: int) -> bytes:
    size = len(rows[0]).to_bytes(2, "little") + len(rows).to_bytes(2, "little")
    return b"\x1dv0" + bytes([mode]) + size + without_commands(b"".join(rows))
