"""What the faces may see: frozen pictures of the lobby, made fresh from the store after each change.

A face (screen, board, counter page) paints a view and never asks further. Times are aware and local to the site;
`Text` is a dict of language code → words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.config import Text
from kiosk.model.paper import PrintState


class Fault(StrEnum):
    """What can be wrong, worst first: a face shows the first that is true."""

    STORE_CORRUPT = "store_corrupt"
    DISK_FULL = "disk_full"
    CLOSED = "closed"
    PRINTER_OFFLINE = "printer_offline"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    PRINTER_ERROR = "printer_error"
    PRINTER_SILENT = "printer_silent"
    CLOCK_UNSURE = "clock_unsure"
    LINE_DOWN = "line_down"
    PAPER_LOW = "paper_low"

    @property
    def stops_numbers(self) -> bool:
        """Tell whether no number can be given while this is so."""
        return self in (Fault.STORE_CORRUPT, Fault.DISK_FULL, Fault.CLOSED)

    @property
    def stops_paper(self) -> bool:
        """Tell whether numbers are given without a slip while this is so."""
        return self in (Fault.PRINTER_OFFLINE, Fault.PAPER_OUT, Fault.COVER_OPEN, Fault.PRINTER_ERROR)


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service group as the visitor sees it; `refusal` is `closed`, `cap_reached` or empty."""

    letter: str
    name: Text
    hint: Text
    short: Text
    icon: str
    waiting: int
    wait_minutes: int | None
    refusal: str
    counters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """One procedure in the list under its service group; `ready` is the short list for slip and screen."""

    code: str
    service: str
    name: Text
    papers: tuple[Text, ...]
    ready: tuple[Text, ...]
    time: Text
    fee: Text
    is_online: bool


@dataclass(frozen=True, slots=True)
class PriorityView:
    """One group that may go first, with the law that says so."""

    code: str
    name: Text
    legal_basis: str
    icon: str


@dataclass(frozen=True, slots=True)
class HallView:
    """The hall as the welcome and service screens show it."""

    now: datetime
    ward: Text
    hall: Text
    languages: tuple[str, ...]
    services: tuple[ServiceView, ...]
    procedures: tuple[ProcedureView, ...]
    priority_groups: tuple[PriorityView, ...]
    faults: tuple[Fault, ...]
    closed_text: Text
    opens_at: datetime | None

    @property
    def waiting(self) -> int:
        """Return how many people wait, over all services."""
        return sum(service.waiting for service in self.services)

    @property
    def wait_minutes(self) -> int | None:
        """Return the shortest known wait of the services with people waiting, or None."""
        waits = [service.wait_minutes for service in self.services if service.waiting]
        return min((wait for wait in waits if wait is not None), default=None)


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket as its owner sees it, on the screen and on the slip."""

    number: str
    service: str
    service_name: Text
    procedure_name: Text | None
    ready: tuple[Text, ...]
    priority: str | None
    state: str
    day: str
    issued_at: datetime
    ahead: int
    wait_minutes: int | None
    counters: tuple[int, ...]
    language: str
    token: str
    follow_url: str
    print_state: PrintState


@dataclass(frozen=True, slots=True)
class CallView:
    """One call as the board shows it; `calls` counts the first call and every recall."""

    number: str
    counter: int
    called_at: datetime
    calls: int


@dataclass(frozen=True, slots=True)
class BoardView:
    """The board: the newest call large, the calls before it, who waits for what."""

    now: datetime
    ward: Text
    hall: Text
    current: CallView | None
    last: tuple[CallView, ...]
    waiting: tuple[ServiceView, ...]
    notices: tuple[Text, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One waiting, parked or active ticket in an officer's list; `since` is when it last began to wait."""

    number: str
    service: str
    service_name: Text
    procedure_name: Text | None
    priority: str | None
    state: str
    counter: int | None
    language: str
    issued_at: datetime
    since: datetime
    called_at: datetime | None
    serving_at: datetime | None
    calls: int


@dataclass(frozen=True, slots=True)
class CounterView:
    """One counter as its officer sees it: the ticket in hand, the queue in calling order, what is parked.

    `help_requested_at` is when a visitor last asked at the screen for somebody to come. `uncertain_slips` are today's
    numbers of which nobody knows whether their slip came out: somebody must look.
    """

    now: datetime
    counter: int
    services: tuple[ServiceView, ...]
    active: QueueRow | None
    queue: tuple[QueueRow, ...]
    parked: tuple[QueueRow, ...]
    done_today: int
    pending_events: int
    help_requested_at: datetime | None
    uncertain_slips: tuple[str, ...]
    faults: tuple[Fault, ...]
