"""The immutable input of a screen: the hall and one visit at one instant."""

from __future__ import annotations

from kiosk.lobby.views import (
    CheckIn,
    DossierView,
    Fault,
    HallView,
    PaymentView,
    PriorityView,
    ProcedureView,
    ServiceView,
    TicketView,
)
from kiosk.model.hint import Hint
from kiosk.records import Record
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.navigation import procedures, shown
from kiosk.ui.flow.session import Session


class Results(Record):
    """The lobby's answers in this visit. They are dropped when the visit ends.

    `answers` are codes of procedures, best first. `is_dossier_fresh` is true when the city has just answered; otherwise
    `dossier` is an older answer.
    """

    ticket: TicketView | None = None
    answers: tuple[str, ...] = ()
    check_in: CheckIn | None = None
    dossier: DossierView | None = None
    is_dossier_fresh: bool = False
    payment: PaymentView | None = None


class Snapshot(Record):
    """The hall, the visit, the lobby's answers in it, and the seconds of a visible countdown.

    `hint` is the advice for holding a code to the scanner; `is_read` is true shortly after a code was read.
    """

    hall: HallView
    session: Session
    results: Results = Results()
    left_s: int | None = None
    hint: Hint | None = None
    is_read: bool = False

    @property
    def screen(self) -> Screen:
        """The screen to show."""
        return shown(self.session, self.hall.faults)

    @property
    def ticket(self) -> TicketView | None:
        """The visitor's ticket, or None before one was issued."""
        return self.results.ticket

    @property
    def service(self) -> ServiceView | None:
        """The chosen service group."""
        return next((service for service in self.hall.services if service.letter == self.session.letter), None)

    @property
    def procedures(self) -> tuple[ProcedureView, ...]:
        """The procedures of the chosen group."""
        return procedures(self.hall, self.session.letter)

    @property
    def procedure(self) -> ProcedureView | None:
        """The chosen procedure."""
        return next((one for one in self.hall.procedures if one.code == self.session.procedure), None)

    @property
    def answers(self) -> tuple[ProcedureView, ...]:
        """The procedures found for the visitor's question, best first."""
        known = {one.code: one for one in self.hall.procedures}
        return tuple(known[code] for code in self.results.answers if code in known)

    @property
    def proposal(self) -> PriorityView | None:
        """The priority group that the age on the visitor's card qualifies for."""
        card = self.session.card
        return next((one for one in self.hall.priority_groups if card and one.code == card.group), None)

    @property
    def offers_water(self) -> bool:
        """Tell whether water is available: there is a tap, and this visit has used no cup."""
        return self.hall.has_water and not self.session.cup.is_had

    @property
    def paper_fault(self) -> Fault | None:
        """The worst fault that prevents printing."""
        return next((fault for fault in Fault if fault in self.hall.faults and fault.stops_paper), None)
