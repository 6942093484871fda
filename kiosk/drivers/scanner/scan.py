"""From the bytes of a code to a scan."""

from __future__ import annotations

import unicodedata

from kiosk.ports.scanner import Scan, Symbology


def scan_of(symbology: Symbology, content: bytes) -> Scan | None:
    """Return the scan of a code's bytes; None when they are empty or not UTF-8."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return Scan(symbology, unicodedata.normalize("NFC", text)) if text else None
