"""One scan: what every scanner hands over."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from kiosk.records import Record


class Symbology(StrEnum):
    """The codes that a hall meets; all others are left unread, because each one more can be found where none is.

    QR: all cards, bookings, our slips; small (Micro) and narrow (rMQR) ones count as QR. Data Matrix: labels on
    dossiers. Code 128: dossier receipts.
    """

    QR = "qr"
    DATA_MATRIX = "data_matrix"
    CODE_128 = "code_128"
    UNKNOWN = "unknown"
    """Of a reader that hands over the text and does not say what it stood in."""


class Scan(Record):
    """A code that was read: `payload` is its text, composed (NFC), and may be personal, so that no repr shows it."""

    hidden = ("payload",)

    symbology: Symbology
    payload: str


def scan_of(symbology: Symbology, content: bytes) -> Scan | None:
    """Return the scan of a code's bytes; None when they are not UTF-8, or nothing."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return Scan(symbology, unicodedata.normalize("NFC", text)) if text else None
