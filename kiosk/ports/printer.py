"""What the kiosk expects of a printer: few methods, closed sets of states and outcomes, and no lie about paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # whoever only asks for a status draws nothing
    from kiosk.receipt.blocks import Picture
    from kiosk.receipt.slip import PrinterProfile


class PrinterStatus(StrEnum):
    """What a printer says of itself."""

    READY = "ready"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    CUTTER_JAMMED = "cutter_jammed"
    """The knife is stuck: a person must free it."""
    OVERHEATED = "overheated"
    """Head or voltage is out of its bounds; it goes on by itself when it has recovered."""
    ERROR = "error"
    """An error that it names no further, or one that only switching it off and on mends."""
    OFFLINE = "offline"
    """It is not there, takes no bytes, or says that it is offline without naming a reason."""
    UNKNOWN = "unknown"
    """It takes bytes and answers nothing, as many cheap printers do: it may well print."""

    @property
    def stops_paper(self) -> bool:
        """Tell whether it is certain that nothing would be printed now."""
        return self not in (PrinterStatus.READY, PrinterStatus.PAPER_LOW, PrinterStatus.UNKNOWN)


class Outcome(StrEnum):
    """How one job ended, by what may be done about it."""

    NOTHING_SENT = "nothing_sent"
    """Nothing of it reached the printer: it is safe to try again."""
    CONFIRMED = "confirmed"
    """The printer answered that it has worked off all of it."""
    ACCEPTED = "accepted"
    """The printer took all of it and was never one that confirms: most likely printed."""
    UNCERTAIN = "uncertain"
    """It broke in the middle, or one that used to tell is silent: a person must look before it is printed again."""


class Printer(Protocol):
    """One printer, owned by one thread."""

    def status(self) -> PrinterStatus:
        """Return what the printer says of itself, within 2 seconds; never raises."""
        ...

    @property
    def why(self) -> str:
        """Why it was OFFLINE when it was last asked, in English, for technicians; empty where nobody knows."""
        ...

    def print_job(self, payload: bytes, deadline_s: float) -> Outcome:
        """Send one job, which ends in `ASK_IN_ORDER`, and return how it ended, at the latest after `deadline_s`.

        Never raises: a printer that breaks is an outcome, and `status` tells the reason.
        """
        ...

    @property
    def paper(self) -> PrinterProfile:
        """What the printer is now known to print on, to type and to keep: what the next job is to be written for.

        A job that counts on what is kept, and finds that the printer may be another one, ends with `NOTHING_SENT`.
        """
        ...

    def keep(self, pictures: Callable[[], Iterator[Picture]], deadline_s: float) -> bool:
        """Do one piece of having the printer keep pictures, if it can; tell whether there is more to do.

        Args:
            pictures: draws what is worth keeping, the most useful first; called once, and only if any can be kept.
        """
        ...

    def close(self) -> None:
        """Let go of the printer; closing twice is fine. A later call opens it again."""
        ...
