"""Navigation: computes the next session from a session and an event.

Pure: no pygame, no clock, no lobby. `transitions` holds the table of screens and events, `session` the data of a visit.
A request to the lobby is returned as an `Effect`; the lobby's answer arrives as another event. `timeouts` holds the
changes that time causes.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.lobby.views import Fault, HallView, ProcedureView
from kiosk.records import replace
from kiosk.ui.flow.events import SCANS, Effect, Event, Kind, Screen, Slip, Way
from kiosk.ui.flow.session import Session, with_event
from kiosk.ui.flow.transitions import EFFECTS, EFFECTS_ON, FOR_PAPERS, NEVER_COVERED, TABLE, WITHOUT_NUMBERS

_UNPRINTED = (Slip.PHOTO, Slip.LATE, Slip.HELD)
_FAULT_SCREENS = {
    Fault.STORE_CORRUPT: Screen.SORRY,
    Fault.DISK_FULL: Screen.SORRY,
    Fault.OUT_OF_SERVICE: Screen.OUT,
    Fault.CLOSED: Screen.CLOSED,
}
FINAL_SCREENS = (Screen.NUMBER, Screen.THANKS, Screen.SORRY)
"""Screens that end a visit: the next screen is the welcome screen."""
_TRANSIENT_SCREENS = (Screen.DOSSIER_WAIT, Screen.THANKS)
"""Screens that the back button skips."""


def shown(session: Session, faults: Sequence[Fault]) -> Screen:
    """Return the screen to show. A fault that stops numbers replaces every screen that leads to a number."""
    stop = stopping(faults)
    if stop is None or session.screen in NEVER_COVERED:
        return session.screen
    is_readable = stop is not Fault.STORE_CORRUPT and stop is not Fault.OUT_OF_SERVICE
    is_reading = session.screen in WITHOUT_NUMBERS or (session.for_papers and session.screen in FOR_PAPERS)
    return session.screen if is_reading and is_readable else _FAULT_SCREENS[stop]


def stopping(faults: Sequence[Fault]) -> Fault | None:
    """Return the worst fault that stops numbers; the order of `Fault` is the precedence."""
    return next((fault for fault in Fault if fault in faults and fault.stops_numbers), None)


def procedures(hall: HallView, letter: str) -> tuple[ProcedureView, ...]:
    """Return the procedures of one service group."""
    return tuple(procedure for procedure in hall.procedures if procedure.service == letter)


def step(session: Session, event: Event, hall: HallView, now: float) -> tuple[Session, Effect | None]:
    """Return the session after an event, and the request to the lobby, if any."""
    if event.kind in SCANS and session.screen in FINAL_SCREENS:
        session = session.fresh()  # the next visitor
    on = shown(session, hall.faults)
    way = TABLE.get((on, event.kind))
    if way is None or _is_unknown(event, hall):
        return session, None
    effect = _effect(session, event)
    session = replace(with_event(session, event), touched_monotonic_s=now)
    if event.kind is Kind.READ:
        session = _for_papers_session(session, hall)
    if way is Screen.PROCEDURE and not session.for_papers and not procedures(hall, session.letter):
        way = Screen.PRIORITY  # nothing to choose from
    if way is Screen.PRIORITY and not hall.priority_groups:
        return replace(session, priority=""), Effect.TAKE  # the ward has no priority groups: skip the question
    return followed(session, way), effect


def _is_unknown(event: Event, hall: HallView) -> bool:
    """Tell whether an event names something this hall does not have: a printed choice code may be of another ward."""
    match event:
        case Event(Kind.SERVICE, letter):
            return letter not in {service.letter for service in hall.services}
        case Event(Kind.PROCEDURE | Kind.READ, code):
            return code not in {procedure.code for procedure in hall.procedures}
        case Event(Kind.PRIORITY, code):
            return code not in {"", *(group.code for group in hall.priority_groups)}
        case Event(Kind.LANGUAGE, language):
            return language not in hall.languages
        case _:
            return False


def _for_papers_session(session: Session, hall: HallView) -> Session:
    """Return the session for reading about its procedure, with the procedure's service group set."""
    letter = next(one.service for one in hall.procedures if one.code == session.procedure)
    return replace(session, letter=letter, for_papers=True)


def _effect(session: Session, event: Event) -> Effect | None:
    if event.kind is Kind.DONE and session.screen is Screen.NUMBER and session.slip in _UNPRINTED:
        return Effect.DISMISS  # photographed: a later slip would be left behind
    return EFFECTS_ON.get((session.screen, event.kind)) or EFFECTS.get(event.kind)


def followed(session: Session, way: Screen | Way) -> Session:
    """Return the session after a transition."""
    if way is Way.HERE or way is session.screen:
        return session
    session = replace(session, focus="")
    if way is Way.BACK and session.trail:
        return replace(session, screen=session.trail[-1], trail=session.trail[:-1], page=0)
    if way in (Way.BACK, Screen.WELCOME):
        return session.fresh()
    screen = Screen(way)
    return replace(session, screen=screen, page=0, trail=_trail(session, screen))


def _trail(session: Session, to: Screen) -> tuple[Screen, ...]:
    """Return the back history of a screen: no screen twice, and no transient screen."""
    if to in FINAL_SCREENS:
        return ()
    trail = session.trail if session.screen in _TRANSIENT_SCREENS else (*session.trail, session.screen)
    return trail[: trail.index(to)] if to in trail else trail
