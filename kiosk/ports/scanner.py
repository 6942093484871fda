"""The port of a scanner: it delivers codes without being asked, and the driver reconnects by itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from kiosk.model.hint import Hint
from kiosk.records import Record


class Symbology(StrEnum):
    """The symbologies in use in a hall. No others are decoded, because each further one adds false detections.

    QR: all cards, bookings, our slips; small (Micro) and narrow (rMQR) ones count as QR. Data Matrix: labels on
    dossiers. Code 128: dossier receipts.
    """

    QR = "qr"
    DATA_MATRIX = "data_matrix"
    CODE_128 = "code_128"
    UNKNOWN = "unknown"
    """The reader delivers the text without its symbology."""


class Scan(Record):
    """A code that was read. `payload` is its text in NFC; it may be personal, so repr does not show it."""

    hidden = ("payload",)

    symbology: Symbology
    payload: str


class ScannerStatus(StrEnum):
    """The state of a scanner."""

    READY = "ready"
    OFFLINE = "offline"
    """It is unplugged or in use by another program. The driver keeps searching for it."""


class Scanner(Protocol):
    """One scanner, opened by one process. One thread reads it; other threads may read its status.

    `fileno()` becomes readable when the scanner goes offline, when it returns, and when the hint changes. `status` and
    `hint` are current after `read()`. The descriptor stays the same until `close`.
    """

    def fileno(self) -> int:
        """Return a descriptor that is readable when something may have happened; then call `read`."""
        ...

    def read(self) -> list[Scan]:
        """Return the codes that were read since the last call, oldest first. It never waits and never raises.

        A code that is held to the scanner is one scan, however often it was read meanwhile.
        """
        ...

    @property
    def status(self) -> ScannerStatus:
        """The current state."""
        ...

    @property
    def hint(self) -> Hint | None:
        """A hint that would help to read the code held up now; always None for a scanner that delivers no pictures."""
        ...

    def close(self) -> None:
        """Close the scanner; closing twice is fine. Afterwards it reads nothing and is OFFLINE."""
        ...
