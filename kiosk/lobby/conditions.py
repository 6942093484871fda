"""What can be wrong in a hall, and why a visitor is told no."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """What can be wrong, worst first: a face shows the first that is true."""

    STORE_CORRUPT = "store_corrupt"
    DISK_FULL = "disk_full"
    OUT_OF_SERVICE = "out_of_service"
    CLOSED = "closed"
    PRINTER_OFFLINE = "printer_offline"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    PRINTER_ERROR = "printer_error"
    PRINTER_SILENT = "printer_silent"
    CLOCK_UNSURE = "clock_unsure"
    LINE_DOWN = "line_down"
    SCANNER_OFFLINE = "scanner_offline"
    SPEAKER_OFFLINE = "speaker_offline"
    PANEL_OFFLINE = "panel_offline"
    PAPER_LOW = "paper_low"
    CASE_OPEN = "case_open"

    @property
    def stops_numbers(self) -> bool:
        """Tell whether no number can be given while this is so."""
        return self in (Fault.STORE_CORRUPT, Fault.DISK_FULL, Fault.OUT_OF_SERVICE, Fault.CLOSED)

    @property
    def stops_paper(self) -> bool:
        """Tell whether numbers are given without a slip while this is so."""
        return self in (Fault.PRINTER_OFFLINE, Fault.PAPER_OUT, Fault.COVER_OPEN, Fault.PRINTER_ERROR)


class Refusal(StrEnum):
    """Why a booking is not checked in, or a person gets no further number; each has words of its own on the screen."""

    EARLY = "early"
    LATE = "late"
    OTHER_DAY = "other_day"
    OTHER_WARD = "other_ward"
    USED = "used"
    FORGED = "forged"
    UNKNOWN = "unknown"
    NO_LIST = "no_list"
    TOO_MANY = "too_many"
    SAME_FIELD = "same_field"
