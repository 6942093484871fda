"""Texts with character set declarations (ECI), as decoders and readers write them: an escape before each part.

Source: AIM ITS/04-023.
"""

from __future__ import annotations

import re

_SEGMENT = re.compile(rb"(?:\\(\d{6}))?((?:[^\\]|\\\\)*)", re.DOTALL)
"""The number of a declared character set, and the text in it, with doubled backslashes."""

_CHARACTER_SETS = {
    **{f"{number:06}".encode(): f"iso8859-{number - 2}" for number in range(3, 19) if number != 14},
    b"000020": "shift_jis",
    b"000022": "cp1251",
    b"000023": "cp1252",
    b"000025": "utf-16-be",
    b"000027": "ascii",
}
"""By their ECI number (AIM ITS/04-023). UTF-8 (26) is not listed; it is also the default without a declaration."""
_UTF_8 = (None, b"000026")


def in_utf_8(written: bytes) -> bytes | None:
    """Return a text with declarations as UTF-8; None when a declaration is wrong or unknown."""
    pieces = []
    segments = _SEGMENT.findall(written)
    if sum(len(piece) + (len(number) + 1 if number else 0) for number, piece in segments) != len(written):
        return None  # a backslash that is neither doubled nor an escape
    for number, piece in segments:
        plain = piece.replace(rb"\\", b"\\")
        if (number or None) in _UTF_8:
            pieces.append(plain)
            continue
        try:
            pieces.append(plain.decode(_CHARACTER_SETS[number]).encode())
        except (KeyError, UnicodeError):
            return None
    return b"".join(pieces)
