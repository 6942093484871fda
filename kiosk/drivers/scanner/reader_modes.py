"""The ways in which readers send a text: their settings and their faults.

The simulated scanner uses one on request. The contract tests run all of them on every kind of reader.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from kiosk.ports.scanner import Scan, Symbology

_STX, _ETX = b"\x02", b"\x03"
_LETTERS = {Symbology.QR: b"Q", Symbology.DATA_MATRIX: b"d", Symbology.CODE_128: b"C", Symbology.UNKNOWN: b"X"}
_PAUSE_S = 0.08
"""Observed pause of USB readers in the middle of a text."""
_LATE_S = 0.9
_NEXT_S = 3.0
"""Pause between the scans of two codes."""


class ReaderMode(StrEnum):
    """How a reader sends a text."""

    WHOLE = "whole"
    """The text as it was read, without a serial line."""
    CR = "cr"
    CR_LF = "cr-lf"
    SILENCE = "silence"
    """Without an end mark."""
    TAB = "tab"
    FRAME = "frame"
    """STX before it, ETX behind it."""
    IDENTIFIER = "identifier"
    """`]Q1` before it."""
    ESCAPES = "escapes"
    """`]Q2` and the character set's escape before it, backslashes doubled."""
    NOISE = "noise"
    """A beep, NULs and a byte order mark around it."""
    TWICE = "twice"
    PAUSES = "pauses"
    """80 ms without a byte, again and again."""
    LATE = "late"
    """The end mark follows nearly a second later."""
    CUT = "cut"
    """The second half is lost."""
    GLUED = "glued"
    """The end mark is lost, and the next text follows at once."""


class Sent(NamedTuple):
    """Bytes on a line, and the pause before them in seconds."""

    pause_s: float
    raw: bytes


def sent(scan: Scan, manner: ReaderMode) -> list[Sent]:
    """Return the bytes and pauses that a reader in this mode sends for a code."""
    text = scan.payload.encode()
    whole = [Sent(_NEXT_S, text + b"\r")]
    half = len(text) // 2
    match manner:
        case ReaderMode.CR_LF:
            return [Sent(_NEXT_S, text + b"\r\n")]
        case ReaderMode.SILENCE:
            return [Sent(_NEXT_S, text)]
        case ReaderMode.TAB:
            return [Sent(_NEXT_S, text + b"\t")]
        case ReaderMode.FRAME:
            return [Sent(_NEXT_S, _STX + text + _ETX)]
        case ReaderMode.IDENTIFIER:
            return [Sent(_NEXT_S, b"]" + _LETTERS[scan.symbology] + b"1" + text + b"\r")]
        case ReaderMode.ESCAPES:
            return [Sent(_NEXT_S, b"]Q2\\000026" + text.replace(b"\\", b"\\\\") + b"\r")]
        case ReaderMode.NOISE:
            return [Sent(_NEXT_S, b"\x07\0"), Sent(0.0, b"\xef\xbb\xbf" + text + b"\0\x07\r")]
        case ReaderMode.TWICE:
            return [*whole, Sent(0.0, text + b"\r")]
        case ReaderMode.PAUSES:
            pieces = [text[at : at + 7] for at in range(0, len(text), 7)]
            return [Sent(_PAUSE_S if number else _NEXT_S, piece) for number, piece in enumerate([*pieces, b"\r"])]
        case ReaderMode.LATE:
            return [Sent(_NEXT_S, text[:half]), Sent(_LATE_S, text[half:]), Sent(_LATE_S, b"\r")]
        case ReaderMode.CUT:
            return [Sent(_NEXT_S, text[:half])]
        case ReaderMode.GLUED:
            return [Sent(_NEXT_S, text), Sent(0.0, text + b"\r")]
        case _:
            return whole
