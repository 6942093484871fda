"""Removes what readers add to a text according to their settings.

Source: ISO/IEC 15424 (symbology identifiers); AIM ITS/04-023 (escapes of character sets); ISO/IEC 646 (control
characters).
"""

from __future__ import annotations

import re

from kiosk.drivers.scanner.character_sets import in_utf_8
from kiosk.ports.scanner import Symbology

_CONTROLS = bytes(range(0x20)) + b"\x7f"
"""Control characters that readers add at either end: NUL, tab, beep, the separator before a GS1 code."""
_UTF_8_MARK = b"\xef\xbb\xbf"

_IDENTIFIER = re.compile(rb"\]([A-Za-z])([0-9A-Za-z])")
_BEFORE = re.compile(rb"(?:\][A-Za-z][0-9A-Za-z])?(?:\\[0-9]{6})?")
_SYMBOLOGIES = {b"Q": Symbology.QR, b"d": Symbology.DATA_MATRIX, b"C": Symbology.CODE_128}
_WITH_ESCAPES = (b"Q2", b"Q4", b"Q6", b"d4", b"d5", b"d6")
"""Identifiers whose texts have doubled backslashes, and an escape before each character set."""
_ESCAPE = re.compile(rb"\\[0-9]{6}")


def stripped(text: bytes) -> bytes:
    """Return a text without the byte order mark before it and the control characters around it."""
    return text.strip(_CONTROLS).removeprefix(_UTF_8_MARK).strip(_CONTROLS)


def bare(text: bytes) -> bytes:
    """Return an ASCII text without the prefix and suffix that its reader adds."""
    return stripped(_BEFORE.sub(b"", stripped(text), count=1))


def unwrapped(text: bytes) -> tuple[Symbology, bytes | None]:
    """Return the symbology that the reader reports, and the text in UTF-8; None when its declaration is wrong."""
    text = stripped(text)
    identifier = _IDENTIFIER.match(text)
    if identifier is None:
        return Symbology.UNKNOWN, in_utf_8(text) if _ESCAPE.match(text) else text
    content = stripped(text[identifier.end() :])
    has_escapes = identifier[0][1:] in _WITH_ESCAPES
    symbology = _SYMBOLOGIES.get(identifier[1], Symbology.UNKNOWN)
    return symbology, in_utf_8(content) if has_escapes or _ESCAPE.match(content) else content
