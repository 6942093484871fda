"""The views that screens and pages show: frozen records, read from the database after each change.

A screen or page paints a view and reads nothing else. Times are aware and local to the site; `Text` maps a language
code to a text.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from kiosk.config import Text
from kiosk.lobby.conditions import Fault as Fault
from kiosk.lobby.conditions import Refusal as Refusal
from kiosk.lobby.ticket_views import QueueRow as QueueRow
from kiosk.lobby.ticket_views import TicketView as TicketView
from kiosk.records import Record


class ServiceView(Record):
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


class ProcedureView(Record):
    """One procedure in the list under its service group; `ready` is the short list for slip and screen.

    `portal_url` is where to apply online, empty when that is not possible; `can_pay` when its fee can be
    paid by VietQR.
    """

    code: str
    service: str
    name: Text
    papers: tuple[Text, ...]
    ready: tuple[Text, ...]
    time: Text
    fee: Text
    is_online: bool
    portal_url: str = ""
    can_pay: bool = False


class PriorityView(Record):
    """A group with priority, and the law that gives it; `min_age_years` if an age alone is enough."""

    code: str
    name: Text
    legal_basis: str
    icon: str
    min_age_years: int | None = None


class HallView(Record):
    """The hall as the visitor's screens show it.

    `has_scanner` and `has_voice` describe this kiosk's hardware. `has_water` tells whether it can fill a cup now.
    `has_sealing` tells whether card data can be sent to the city, which needs the city's key. `help` is the latest help
    call, for three minutes.
    """

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
    has_scanner: bool = False
    has_voice: bool = False
    has_sealing: bool = False
    has_water: bool = False
    help: HelpView | None = None

    @property
    def waiting(self) -> int:
        """Return how many people wait, over all services."""
        return sum(service.waiting for service in self.services)

    @property
    def wait_minutes(self) -> int | None:
        """Return the shortest known wait of the services with people waiting, or None."""
        waits = [service.wait_minutes for service in self.services if service.waiting]
        return min((wait for wait in waits if wait is not None), default=None)


class CallView(Record):
    """One call on the board; `calls` counts the first call and every recall. `seq` is its place in the journal: it
    orders and identifies calls, because times may be wrong.
    """

    number: str
    counter: int
    called_at: datetime
    calls: int
    seq: int


class BoardView(Record):
    """The board: the newest call large, the calls before it, and who waits for what.

    `unanswered` are all calls whose visitors have not come yet, newest first. A call that was served, was a no-show or
    was cancelled is not among them: it stays among the last calls and is not announced again.
    """

    now: datetime
    ward: Text
    hall: Text
    current: CallView | None
    last: tuple[CallView, ...]
    waiting: tuple[ServiceView, ...]
    notices: tuple[Text, ...]
    faults: tuple[Fault, ...]
    unanswered: tuple[CallView, ...] = ()


class HelpView(Record):
    """A help call; `counter` is the counter whose officer is coming, None until then."""

    requested_at: datetime
    counter: int | None


class CounterView(Record):
    """One counter as its officer sees it: the ticket in hand, the queue in calling order, the parked tickets.

    `help_requested_at` is the time of the last help call, `help_counter` the counter whose officer is coming.
    `uncertain_slips` are today's numbers whose slips the printer did not confirm: somebody must look.
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
    help_counter: int | None = None


class CheckIn(Record):
    """The result of a check-in: a ticket, or the reason for a refusal.

    `at` is the booked time if known, `opens_at` when an early booking can be checked in, `site` the other ward's code,
    `number` the number of an earlier check-in.
    """

    ticket: TicketView | None = None
    refusal: Refusal | None = None
    at: datetime | None = None
    opens_at: datetime | None = None
    site: str = ""
    number: str = ""


class DossierState(StrEnum):
    """The state of a dossier, as the city reports it."""

    RECEIVED = "received"
    PROCESSING = "processing"
    WAITING = "waiting"
    """The applicant has to add something."""
    READY = "ready"
    RETURNED = "returned"
    UNKNOWN = "unknown"
    """The city has no dossier with this code."""


class DossierView(Record):
    """The city's answer about a dossier, and its time. `is_late`: its due day is over, and its result is not ready."""

    state: DossierState
    as_of: datetime
    received_on: date | None = None
    due_on: date | None = None
    is_late: bool = False
    counter: int | None = None


class PaymentView(Record):
    """A fee as a VietQR code: `payload` is the content of the code, `purpose` the text that the bank shows."""

    payload: str
    amount_dong: int
    purpose: str
    name: str
    account: str


FACES = range(1, 6)
"""A rating, from the unhappiest face to the happiest."""


class Reason(StrEnum):
    """A reason for a rating; a visitor may choose several."""

    FRIENDLY = "friendly"
    CLEAR = "clear"
    QUICK = "quick"
    EASY = "easy"
    UNKIND = "unkind"
    UNCLEAR = "unclear"
    LONG_WAIT = "long_wait"
    HARD_KIOSK = "hard_kiosk"

    @property
    def is_praise(self) -> bool:
        """Tell whether this reason is offered with a good rating."""
        return self in (Reason.FRIENDLY, Reason.CLEAR, Reason.QUICK, Reason.EASY)
