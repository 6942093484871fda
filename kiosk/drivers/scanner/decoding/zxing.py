"""Converts results of zxing-cpp to scans, without guessing character sets."""

from __future__ import annotations

from collections.abc import Iterable

import zxingcpp

from kiosk.drivers.scanner.character_sets import in_utf_8
from kiosk.drivers.scanner.scan import scan_of
from kiosk.ports.scanner import Scan, Symbology

TEXT_MODE = zxingcpp.TextMode.HexECI
"""The text mode that `scans` requires: it keeps the character sets that a code declares."""

_SYMBOLOGIES = {
    zxingcpp.BarcodeFormat.QRCode: Symbology.QR,
    zxingcpp.BarcodeFormat.DataMatrix: Symbology.DATA_MATRIX,
    zxingcpp.BarcodeFormat.Code128: Symbology.CODE_128,
}

_SMALLEST_MICRO = "M1"
"""It detects errors but corrects none, and holds five digits: it is often read by chance."""

_IDENTIFIER_BYTES = 3
"""Length of the symbology identifier before the text, such as "]Q1" (ISO/IEC 15424)."""


def scans(codes: Iterable[zxingcpp.Barcode]) -> tuple[Scan, ...]:
    """Return the scans of codes with text, each once, in reading order."""
    return tuple(dict.fromkeys(scan for scan in map(_scan, codes) if scan is not None))


def _scan(code: zxingcpp.Barcode) -> Scan | None:
    # Not `.format`, which distinguishes Micro QR and rMQR although only QR was requested.
    symbology = _SYMBOLOGIES.get(code.symbology)
    details = code.extra
    if symbology is None or (isinstance(details, dict) and details.get("Version") == _SMALLEST_MICRO):
        return None
    # Not the default `.text`: it guesses the character set, and writes NUL as "<NUL>".
    with_declarations = bytes.fromhex(code.text)[_IDENTIFIER_BYTES:]
    if with_declarations == code.bytes:
        return scan_of(symbology, code.bytes)
    content = in_utf_8(with_declarations)
    return scan_of(symbology, content) if content is not None else None
