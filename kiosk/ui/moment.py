"""What a screen paints: one visit at one moment, frozen."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.lobby.views import Fault, HallView, ProcedureView, ServiceView, TicketView
from kiosk.ui.flow import Screen, Session, procedures, shown


@dataclass(frozen=True, slots=True)
class Moment:
    """The hall, the visit, its ticket once there is one, and the seconds of a countdown that is to be seen."""

    hall: HallView
    session: Session
    ticket: TicketView | None = None
    left_s: int | None = None

    @property
    def screen(self) -> Screen:
        """The screen to show."""
        return shown(self.session, self.hall.faults)

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
    def paper_fault(self) -> Fault | None:
        """The worst fault because of which no slip can be printed."""
        return next((fault for fault in Fault if fault in self.hall.faults and fault.stops_paper), None)
