"""What the faces may see: frozen pictures of the lobby, made fresh from the store after each change.

A face (screen, board, counter page) paints a view and never asks further. Times are aware and local to the site;
`Text` is a dict of language code → words.
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
    """One group that may go first, with the law that says so; `min_age_years` when an age alone is enough."""

    code: str
    name: Text
    legal_basis: str
    icon: str
    min_age_years: int | None = None


class HallView(Record):
    """The hall as the visitor's screens show it.

    `has_scanner` and `has_voice` are about this kiosk's hardware, `has_water` tells whether it can fill a cup now;
    `has_sealing` tells whether details of a card can be
    sent to the city, which needs its key. `help` is the latest call for somebody to come, for three minutes.
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
    """One call as the board shows it; `calls` counts the first call and every recall.

    `seq` is its place in the journal: calls are ordered and told apart by it, never by their times.
    """

    number: str
    counter: int
    called_at: datetime
    calls: int
    seq: int


class BoardView(Record):
    """The board: the newest call large, the calls before it, who waits for what.

    `unanswered` are all calls whose visitors have not come yet, newest first. A call that is served, was a no-show or
    was taken back is not among them: it stays among the last ones, and is not announced any more.
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
    """A visitor's call for somebody to come, and the counter whose officer said "I am coming", None before that."""

    requested_at: datetime
    counter: int | None


class CounterView(Record):
    """One counter as its officer sees it: the ticket in hand, the queue in calling order, what is parked.

    `help_requested_at` is when a visitor last asked at the screen for somebody to come, `help_counter` the counter
    whose officer has said "I am coming". `uncertain_slips` are today's
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
    help_counter: int | None = None


class CheckIn(Record):
    """What became of a booking: a ticket, or why not.

    `at` is the booked time where it is known, `opens_at` when an early one can be checked in, `site` the other ward's
    code, `number` the number it was checked in as before.
    """

    ticket: TicketView | None = None
    refusal: Refusal | None = None
    at: datetime | None = None
    opens_at: datetime | None = None
    site: str = ""
    number: str = ""


class DossierState(StrEnum):
    """Where a dossier is, as the city says it."""

    RECEIVED = "received"
    PROCESSING = "processing"
    WAITING = "waiting"
    """The applicant is asked to add something."""
    READY = "ready"
    RETURNED = "returned"
    UNKNOWN = "unknown"
    """The city knows no dossier with this code."""


class DossierView(Record):
    """What the city said of a dossier, and when. `is_late` when its due day is over and its result is not ready."""

    state: DossierState
    as_of: datetime
    received_on: date | None = None
    due_on: date | None = None
    is_late: bool = False
    counter: int | None = None


class PaymentView(Record):
    """A fee as a VietQR code: `payload` is what the code holds, `purpose` what the bank will show."""

    payload: str
    amount_dong: int
    purpose: str
    name: str
    account: str


FACES = range(1, 6)
"""How it was, from the unhappiest face to the happiest."""


class Reason(StrEnum):
    """Why it was so; a visitor chooses as many as fit."""

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
        """Tell whether it is offered to who was pleased."""
        return self in (Reason.FRIENDLY, Reason.CLEAR, Reason.QUICK, Reason.EASY)
