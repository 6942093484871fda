"""The faults of a hall, and the reasons for a refusal."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """A fault, worst first: a screen or page shows the first one that applies."""

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
        """Tell whether this fault prevents issuing numbers."""
        return self in (Fault.STORE_CORRUPT, Fault.DISK_FULL, Fault.OUT_OF_SERVICE, Fault.CLOSED)

    @property
    def stops_paper(self) -> bool:
        """Tell whether numbers are issued without a slip under this fault."""
        return self in (Fault.PRINTER_OFFLINE, Fault.PAPER_OUT, Fault.COVER_OPEN, Fault.PRINTER_ERROR)


class Refusal(StrEnum):
    """The reason why a booking is not checked in, or a person gets no further number. Each has its own text on the
    screen.
    """

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
