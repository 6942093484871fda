"""What zxing-cpp read, made a scan: only what was surely written, never a guess."""

from __future__ import annotations

from collections.abc import Iterable

import zxingcpp

from kiosk.drivers.scanner.character_sets import in_utf_8
from kiosk.drivers.scanner.scan import scan_of
from kiosk.ports.scanner import Scan, Symbology

TEXT_MODE = zxingcpp.TextMode.HexECI
"""What `scans` needs the codes to be read with: the one that tells which character sets a code itself declares."""

_SYMBOLOGIES = {
    zxingcpp.BarcodeFormat.QRCode: Symbology.QR,
    zxingcpp.BarcodeFormat.DataMatrix: Symbology.DATA_MATRIX,
    zxingcpp.BarcodeFormat.Code128: Symbology.CODE_128,
}

_SMALLEST_MICRO = "M1"
"""It can tell an error, not mend one, and holds five digits: chance draws it into many a picture."""

_IDENTIFIER_BYTES = 3
"""Of the symbology identifier, "]Q1" (ISO/IEC 15424), before the text."""


def scans(codes: Iterable[zxingcpp.Barcode]) -> tuple[Scan, ...]:
    """Return the codes that hold text, each once, in the order read."""
    return tuple(dict.fromkeys(scan for scan in map(_scan, codes) if scan is not None))


def _scan(code: zxingcpp.Barcode) -> Scan | None:
    # Not `.format`, which tells Micro QR and its like apart though only QR was asked for.
    symbology = _SYMBOLOGIES.get(code.symbology)
    details = code.extra
    if symbology is None or (isinstance(details, dict) and details.get("Version") == _SMALLEST_MICRO):
        return None
    # Not `.text` as it comes by default: it guesses the character set, and spells a NUL as "<NUL>".
    with_declarations = bytes.fromhex(code.text)[_IDENTIFIER_BYTES:]
    if with_declarations == code.bytes:
        return scan_of(symbology, code.bytes)
    content = in_utf_8(with_declarations)
    return scan_of(symbology, content) if content is not None else None
