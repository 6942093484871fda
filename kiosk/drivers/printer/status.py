"""The meaning of an ESC/POS printer's status bytes.

Three kinds share the line and differ in their fixed bits: answers to DLE EOT (0xx1xx10), answers to GS r (0xx0xxxx),
and the status that a printer pushes after GS a ("automatic status back": 0xx1xx00 and three more bytes). The fourth
kind is text between two marks: the printer's name (GS I) or its list of stored pictures (GS ( L).
Source: Epson ESC/POS command reference, DLE EOT, GS r, GS I, GS ( L function 64, "Transmission status
identification"; the same in the command manuals of Bixolon SRP-330II and HPRT TP80K.
"""

from __future__ import annotations

from kiosk.ports.printer import PrinterStatus

QUESTIONS = (1, 2, 3, 4)
"""n of DLE EOT: printer, reason for offline, kind of error, paper sensors."""


def ask_now(n: int) -> bytes:
    """Return DLE EOT n, which a printer answers at once, even while it prints."""
    return bytes((0x10, 0x04, n))


def is_answer_now(byte: int) -> bool:
    """Return whether a byte is an answer to DLE EOT."""
    return byte & 0b1001_0011 == 0b0001_0010


def is_answer_in_order(byte: int) -> bool:
    """Return whether a byte can be an answer to GS r 1: its two near-end bits are equal, and so are its two end bits.

    The most common answer is 00. A break is also read as 00, so the bits alone prove nothing.
    """
    return byte & 0b1001_0000 == 0 and byte & 0b0011 in (0b0000, 0b0011) and byte & 0b1100 in (0b0000, 0b1100)


def is_pushed(byte: int) -> bool:
    """Return whether a byte is the first of the four that a printer pushes when its status changes."""
    return byte & 0b1001_0011 == 0b0001_0000


def can_be_pushed(byte: int) -> bool:
    """Return whether a byte can be one of the three that follow the first."""
    return byte & 0b1001_0000 == 0


PUSHED_BYTES = 4
"""The length of a pushed status. Its last three bytes alone look like answers to GS r."""

TEXT_HEAD, TEXT_END = 0x5F, 0x00
"""The marks around the answer to GS I 65 and above. The text between them may contain bytes of every other kind."""

KEYS_HEAD, KEYS_IDENTIFIER = 0x37, 0x72
"""Header and identifier before the keys of stored pictures (GS ( L, function 64); a status and the keys follow."""
LAST_KEYS, MORE_KEYS = 0x40, 0x41
"""The status of the last list, and of a list that continues after an acknowledgement."""
ACKNOWLEDGED = b"\x06"

MAKER, MODEL, FIRMWARE = 66, 67, 65
"""n of GS I."""


def ask_name(*parts: int) -> bytes:
    """Return GS I n for each part. The printer answers in order, after it has processed everything sent earlier."""
    return b"".join(bytes((0x1D, 0x49, n)) for n in parts)


_CUTTER, _UNRECOVERABLE, _RECOVERS_ITSELF = 0x08, 0x20, 0x40
"""Error bits in the answer to DLE EOT 3 and in the second pushed byte."""


def status_now(answers: dict[int, int]) -> PrinterStatus:
    """Return the status by the answers to DLE EOT, keyed by n. A missing answer counts as no fault.

    An open cover has priority, because it also lifts the paper off its sensor. Without any answer it is UNKNOWN.
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
    """Return the status by the four bytes that a printer pushes."""
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
    # Bit 6 is undefined or inverted on some models: it counts only if the printer also reports that it has stopped.
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
