"""What the status bytes of an ESC/POS printer mean.

Three kinds come over the same line, told apart by their fixed bits: answers to DLE EOT (0xx1xx10), answers to GS r
(0xx0xxxx), and what a printer pushes by itself after GS a ("automatic status back": 0xx1xx00 and three more bytes).
A fourth, asked for rarely, is text between two marks: what the printer is called (GS I), or keeps (GS ( L).
Source: Epson ESC/POS command reference, DLE EOT, GS r, GS I, GS ( L function 64, "Transmission status
identification"; the same in the command manuals of Bixolon SRP-330II and HPRT TP80K.
"""

from __future__ import annotations

from kiosk.ports.printer import PrinterStatus

QUESTIONS = (1, 2, 3, 4)
"""n of DLE EOT: printer, reason for offline, kind of error, paper sensors."""


def ask_now(n: int) -> bytes:
    """Return DLE EOT n, which a printer answers at once, whatever it is doing."""
    return bytes((0x10, 0x04, n))


def is_answer_now(byte: int) -> bool:
    """Tell whether a byte is an answer to DLE EOT."""
    return byte & 0b1001_0011 == 0b0001_0010


def is_answer_in_order(byte: int) -> bool:
    """Tell whether a byte can be an answer to GS r 1: both bits of near end are alike, and both bits of end.

    The commonest of them is 00, as which a break, too, is read: the shape alone proves nothing.
    """
    return byte & 0b1001_0000 == 0 and byte & 0b0011 in (0b0000, 0b0011) and byte & 0b1100 in (0b0000, 0b1100)


def is_pushed(byte: int) -> bool:
    """Tell whether a byte is the first of the four that a printer sends by itself when something changes."""
    return byte & 0b1001_0011 == 0b0001_0000


def can_be_pushed(byte: int) -> bool:
    """Tell whether a byte can be one of the three that follow the first."""
    return byte & 0b1001_0000 == 0


PUSHED_BYTES = 4
"""How many are pushed at once; alone, the last three look like answers in order."""

TEXT_HEAD, TEXT_END = 0x5F, 0x00
"""Around an answer to GS I 65 and above, which is text; its letters look like anything."""

KEYS_HEAD, KEYS_IDENTIFIER = 0x37, 0x72
"""Before a list of keys of kept pictures (GS ( L, function 64): header and identifier; a status and the keys follow."""
LAST_KEYS, MORE_KEYS = 0x40, 0x41
"""The status of the last list, and of one that goes on once it is acknowledged."""
ACKNOWLEDGED = b"\x06"

MAKER, MODEL, FIRMWARE = 66, 67, 65
"""n of GS I."""


def ask_name(*parts: int) -> bytes:
    """Return GS I n for each part; answered in order, so not before what was sent earlier is worked off."""
    return b"".join(bytes((0x1D, 0x49, n)) for n in parts)


_CUTTER, _UNRECOVERABLE, _RECOVERS_ITSELF = 0x08, 0x20, 0x40
"""Bits of the kind of error: the third answer, and the second byte that is pushed."""


def status_now(answers: dict[int, int]) -> PrinterStatus:
    """Return the state that the answers to DLE EOT tell, by n; what was not answered is taken to be well.

    An open cover comes first, for it lifts the paper off its sensor too. No answer at all is UNKNOWN.
    """
    if not answers:
        return PrinterStatus.UNKNOWN
    printer, offline, error, paper = (answers.get(n, 0) for n in QUESTIONS)
    return _worst(
        is_cover_open=bool(offline & 0x04),
        is_paper_out=bool(offline & 0x20 or paper & 0x60),
        error=error,
        is_in_error=bool(offline & 0x40),
        is_offline=bool(printer & 0x08),
        is_paper_low=bool(paper & 0x0C),
    )


def status_pushed(pushed: bytes) -> PrinterStatus:
    """Return the state that the four bytes tell which a printer pushes by itself."""
    printer, error, paper = pushed[0], pushed[1], pushed[2]
    return _worst(
        is_cover_open=bool(printer & 0x20),
        is_paper_out=bool(paper & 0x0C),
        error=error,
        is_in_error=False,
        is_offline=bool(printer & 0x08),
        is_paper_low=bool(paper & 0x03),
    )


def _worst(
    *, is_cover_open: bool, is_paper_out: bool, error: int, is_in_error: bool, is_offline: bool, is_paper_low: bool
) -> PrinterStatus:
    # Bit 6 is undefined, or upside down, on some: it counts where the printer also says that it stands still.
    is_overheated = bool(error & _RECOVERS_ITSELF) and (is_in_error or is_offline)
    found = {
        PrinterStatus.COVER_OPEN: is_cover_open,
        PrinterStatus.PAPER_OUT: is_paper_out,
        PrinterStatus.CUTTER_JAMMED: bool(error & _CUTTER),
        PrinterStatus.ERROR: bool(error & _UNRECOVERABLE) or (is_in_error and not is_overheated),
        PrinterStatus.OVERHEATED: is_overheated,
        PrinterStatus.OFFLINE: is_offline,
        PrinterStatus.PAPER_LOW: is_paper_low,
    }
    return next((status for status, is_so in found.items() if is_so), PrinterStatus.READY)
