"""What a screen paints: one visit at one moment, frozen."""

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
    """What the lobby has answered in this visit: nothing of it outlives the visit.

    `answers` are codes of procedures, best first. `is_dossier_fresh` tells whether the city answered just now, or
    `dossier` is what it said some time ago.
    """

    ticket: TicketView | None = None
    answers: tuple[str, ...] = ()
    check_in: CheckIn | None = None
    dossier: DossierView | None = None
    is_dossier_fresh: bool = False
    payment: PaymentView | None = None


class Snapshot(Record):
    """The hall, the visit, what the lobby answered in it, and the seconds of a countdown that is to be seen.

    `hint` is what would help the scanner; `is_read` tells that it has read something just now.
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
        """The visitor's ticket once there is one."""
        return self.results.ticket

    @property
    def service(self) -> ServiceView | None:
        """The service group the visitor chose."""
        return next((service for service in self.hall.services if service.letter == self.session.letter), None)

    @property
    def procedures(self) -> tuple[ProcedureView, ...]:
        """The procedures of the chosen group."""
        return procedures(self.hall, self.session.letter)

    @property
    def procedure(self) -> ProcedureView | None:
        """The procedure the visitor chose."""
        return next((one for one in self.hall.procedures if one.code == self.session.procedure), None)

    @property
    def answers(self) -> tuple[ProcedureView, ...]:
        """The procedures found for the visitor's question, best first."""
        known = {one.code: one for one in self.hall.procedures}
        return tuple(known[code] for code in self.results.answers if code in known)

    @property
    def proposal(self) -> PriorityView | None:
        """The priority group that the age on the visitor's card speaks for."""
        card = self.session.card
        return next((one for one in self.hall.priority_groups if card and one.code == card.group), None)

    @property
    def offers_water(self) -> bool:
        """Tell whether a cup of water may be had: there is a tap, and this visit has had none."""
        return self.hall.has_water and not self.session.cup.is_had

    @property
    def paper_fault(self) -> Fault | None:
        """The worst fault because of which no slip can be printed."""
        return next((fault for fault in Fault if fault in self.hall.faults and fault.stops_paper), None)
