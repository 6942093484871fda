"""What the kiosk expects of a scanner: it is listened to, never asked, and comes back by itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from kiosk.model.hint import Hint
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


class ScannerStatus(StrEnum):
    """How a scanner is."""

    READY = "ready"
    OFFLINE = "offline"
    """It is not there, or in another program's hands. It is looked for again without being asked."""


class Scanner(Protocol):
    """One scanner, opened by one process. One thread listens to it; any other may ask for its status.

    A scanner that is gone makes `fileno()` readable, as one that came back does, and another hint: they can be seen in
    `status` and `hint` after `read()`. Wherever its codes come from, the descriptor stays the same until it is closed.
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
        """How it is now."""
        ...

    @property
    def hint(self) -> Hint | None:
        """What would help it to read what is held up now; always None of one that sees no pictures."""
        ...

    def close(self) -> None:
        """Let go of the scanner; closing twice is fine. Afterwards it reads nothing and is OFFLINE."""
        ...
