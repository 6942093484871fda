"""The port of a printer: few methods, closed sets of states and outcomes, and no false claim about paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a process that only reads a status needs no drawing code
    from kiosk.receipt.blocks import Picture
    from kiosk.receipt.slip import PrinterProfile


class PrinterStatus(StrEnum):
    """The status of a printer."""

    READY = "ready"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    CUTTER_JAMMED = "cutter_jammed"
    """The cutter is stuck: a person must free it."""
    OVERHEATED = "overheated"
    """The head's temperature or the voltage is out of range; the printer resumes by itself after recovery."""
    ERROR = "error"
    """An unspecified error, or one that only a power cycle clears."""
    OFFLINE = "offline"
    """It is unreachable, takes no bytes, or reports that it is offline without a reason."""
    UNKNOWN = "unknown"
    """It takes bytes and answers nothing, as many cheap printers do: it probably prints."""

    @property
    def stops_paper(self) -> bool:
        """Return whether it is certain that the printer prints nothing now."""
        return self not in (PrinterStatus.READY, PrinterStatus.PAPER_LOW, PrinterStatus.UNKNOWN)


class Outcome(StrEnum):
    """The outcome of one job, by what the kiosk may do next."""

    NOTHING_SENT = "nothing_sent"
    """No byte reached the printer: it is safe to try again."""
    CONFIRMED = "confirmed"
    """The printer answered that it has processed the whole job."""
    ACCEPTED = "accepted"
    """The printer took every byte and has never confirmed jobs: most likely printed."""
    UNCERTAIN = "uncertain"
    """The job broke off, or a printer that used to confirm is silent. A person must check before another print."""


class Printer(Protocol):
    """One printer, owned by one thread."""

    def status(self) -> PrinterStatus:
        """Return the printer's status within 2 seconds; never raises."""
        ...

    @property
    def why(self) -> str:
        """The reason for the last OFFLINE status, in English, for technicians; empty if unknown."""
        ...

    def print_job(self, payload: bytes, deadline_s: float) -> Outcome:
        """Send one job, which ends in `ASK_IN_ORDER`, and return how it ended, at the latest after `deadline_s`.

        Never raises: a printer fault is an outcome, and `status` returns the reason.
        """
        ...

    @property
    def paper(self) -> PrinterProfile:
        """The profile to encode the next job for: paper, printer's font, stored pictures.

        A job that uses stored pictures ends with `NOTHING_SENT` if another printer may be connected by then.
        """
        ...

    def keep(self, pictures: Callable[[], Iterator[Picture]], deadline_s: float) -> bool:
        """Do one step of storing pictures in the printer, if it can; return whether there is more to do.

        Args:
            pictures: draws the pictures, the most useful first; called once, and only if the printer can store any.
        """
        ...

    def close(self) -> None:
        """Close the printer; closing twice is fine. A later call opens it again."""
        ...
