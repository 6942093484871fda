"""The visitor's way through the screens: a table of (screen, event) → screen, and what is remembered on the way.

Pure: no pygame, no clock, no lobby. `step` answers an event and returns the next session; what must be asked of the
lobby comes back as an `Effect`, and its answer returns as another event. `waits` is the other half: what time does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from kiosk.lobby.views import Fault, HallView, ProcedureView


class Screen(StrEnum):
    """Every screen a visitor can see."""

    WELCOME = "welcome"
    SERVICE = "service"
    PROCEDURE = "procedure"
    DETAIL = "detail"
    PRIORITY = "priority"
    NUMBER = "number"
    CAPPED = "capped"
    HELP = "help"
    CLOSED = "closed"
    SORRY = "sorry"


class Kind(StrEnum):
    """What can happen: a touch, an answer of the lobby, or the end of a wait."""

    TAKE = "take"
    PAPERS = "papers"
    SERVICE = "service"
    PROCEDURE = "procedure"
    READ = "read"
    PLAIN = "plain"
    WANT = "want"
    PRIORITY = "priority"
    MORE = "more"
    BACK = "back"
    DONE = "done"
    HELP = "help"
    LARGE = "large"
    CONTRAST = "contrast"
    LANGUAGE = "language"
    STAY = "stay"
    REPRINT = "reprint"
    HOLD = "hold"
    TAKEN = "taken"
    CAPPED = "capped"
    SHUT = "shut"
    FAILED = "failed"
    UNHEARD = "unheard"
    TIMEOUT = "timeout"


class Event(NamedTuple):
    """One thing that happened; a target's id is its event, written `kind` or `kind:value`."""

    kind: Kind
    value: str = ""

    @classmethod
    def of(cls, id: str) -> Event:
        """Return the event a target's id means."""
        kind, _, value = id.partition(":")
        return cls(Kind(kind), value)


class Effect(StrEnum):
    """What the lobby must be asked for now."""

    TAKE = "take"
    REPRINT = "reprint"
    DISMISS = "dismiss"
    HELP = "help"


class Way(StrEnum):
    """Where an event leads when it is not to a certain screen."""

    HERE = "here"
    BACK = "back"


class Slip(StrEnum):
    """What the number screen says about the slip of paper."""

    PRINTING = "printing"
    PRINTED = "printed"
    UNCERTAIN = "uncertain"
    LATE = "late"
    PHOTO = "photo"
    HELD = "held"


_ANYWHERE: dict[Kind, Screen | Way] = {
    Kind.BACK: Way.BACK,
    Kind.HELP: Screen.HELP,
    Kind.LARGE: Way.HERE,
    Kind.CONTRAST: Way.HERE,
    Kind.LANGUAGE: Way.HERE,
    Kind.STAY: Way.HERE,
    Kind.MORE: Way.HERE,
    Kind.DONE: Screen.WELCOME,
    Kind.TAKEN: Screen.NUMBER,
    Kind.CAPPED: Screen.CAPPED,
    Kind.SHUT: Screen.WELCOME,
    Kind.FAILED: Screen.SORRY,
    Kind.TIMEOUT: Screen.WELCOME,
}
TABLE: dict[tuple[Screen, Kind], Screen | Way] = {
    **{(screen, kind): way for screen in Screen for kind, way in _ANYWHERE.items()},
    (Screen.WELCOME, Kind.TAKE): Screen.SERVICE,
    (Screen.WELCOME, Kind.PAPERS): Screen.SERVICE,
    (Screen.CLOSED, Kind.PAPERS): Screen.SERVICE,
    (Screen.SORRY, Kind.PAPERS): Screen.SERVICE,
    (Screen.SERVICE, Kind.SERVICE): Screen.PROCEDURE,
    (Screen.PROCEDURE, Kind.PROCEDURE): Screen.PRIORITY,
    (Screen.PROCEDURE, Kind.READ): Screen.DETAIL,
    (Screen.PROCEDURE, Kind.PLAIN): Screen.PRIORITY,
    (Screen.DETAIL, Kind.WANT): Screen.PRIORITY,
    (Screen.PRIORITY, Kind.PRIORITY): Way.HERE,
    (Screen.NUMBER, Kind.REPRINT): Way.HERE,
    (Screen.NUMBER, Kind.HOLD): Way.HERE,
    (Screen.HELP, Kind.HELP): Way.HERE,
    (Screen.HELP, Kind.UNHEARD): Way.HERE,
    (Screen.HELP, Kind.DONE): Way.BACK,
    (Screen.HELP, Kind.TIMEOUT): Way.BACK,
}
"""Where each event leads. An event that a screen does not know is left over from another one and does nothing."""

_EFFECTS = {Kind.PRIORITY: Effect.TAKE, Kind.REPRINT: Effect.REPRINT, Kind.HELP: Effect.HELP}
_UNPRINTED = (Slip.PHOTO, Slip.LATE, Slip.HELD)
_FAULT_SCREENS = {
    Fault.STORE_CORRUPT: Screen.SORRY,
    Fault.DISK_FULL: Screen.SORRY,
    Fault.CLOSED: Screen.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Session:
    """One visit: where the visitor is and what was chosen. `touched_at` is in monotonic seconds."""

    screen: Screen = Screen.WELCOME
    language: str = "vi"
    is_large: bool = False
    is_contrast: bool = False
    trail: tuple[Screen, ...] = ()
    for_papers: bool = False
    letter: str = ""
    procedure: str = ""
    priority: str = ""
    number: str = ""
    slip: Slip = Slip.PRINTING
    has_copy: bool = False
    is_unheard: bool = False
    page: int = 0
    touched_at: float = 0.0


def shown(session: Session, faults: Sequence[Fault]) -> Screen:
    """Return the screen to show: the first fault that stops numbers covers whatever leads to a number."""
    if session.screen in (Screen.NUMBER, Screen.HELP, Screen.SORRY):
        return session.screen
    is_reading = session.for_papers and session.screen in (Screen.SERVICE, Screen.PROCEDURE, Screen.DETAIL)
    stop = stopping(faults)
    return _FAULT_SCREENS[stop] if stop and not is_reading else session.screen


def stopping(faults: Sequence[Fault]) -> Fault | None:
    """Return the worst fault that stops numbers; the order of `Fault` is the precedence."""
    return next((fault for fault in Fault if fault in faults and fault.stops_numbers), None)


def procedures(hall: HallView, letter: str) -> tuple[ProcedureView, ...]:
    """Return the procedures of one service group."""
    return tuple(procedure for procedure in hall.procedures if procedure.service == letter)


def step(session: Session, event: Event, hall: HallView, now: float) -> tuple[Session, Effect | None]:
    """Return the session after an event, and what to ask of the lobby."""
    way = TABLE.get((shown(session, hall.faults), event.kind))
    if way is None:
        return session, None
    effect = _effect(session, event)
    session = replace(_noted(session, event), touched_at=now)
    if way is Screen.PROCEDURE and not session.for_papers and not procedures(hall, session.letter):
        way = Screen.PRIORITY  # nothing to choose from
    if way is Screen.PRIORITY and not hall.priority_groups:
        return replace(session, priority=""), Effect.TAKE  # nobody may go first: do not ask
    return led(session, way), effect


def _effect(session: Session, event: Event) -> Effect | None:
    if event.kind is Kind.DONE and session.screen is Screen.NUMBER and session.slip in _UNPRINTED:
        return Effect.DISMISS  # photographed: paper that comes later would lie there for nobody
    return _EFFECTS.get(event.kind)


def led(session: Session, way: Screen | Way) -> Session:
    """Return the session after going a way of the table."""
    if way is Way.HERE:
        return session
    if way is Way.BACK and session.trail:
        return replace(session, screen=session.trail[-1], trail=session.trail[:-1], page=0)
    if way in (Way.BACK, Screen.WELCOME):
        return Session(
            language=session.language,
            is_large=session.is_large,
            is_contrast=session.is_contrast,
            touched_at=session.touched_at,
        )
    screen = Screen(way)
    trail = () if screen in (Screen.NUMBER, Screen.SORRY) else (*session.trail, session.screen)
    return replace(session, screen=screen, page=0, trail=trail)


def _noted(session: Session, event: Event) -> Session:
    """Remember what the event says."""
    match event:
        case Event(Kind.LANGUAGE, language):
            return replace(session, language=language)
        case Event(Kind.LARGE):
            return replace(session, is_large=not session.is_large, page=0)
        case Event(Kind.CONTRAST):
            return replace(session, is_contrast=not session.is_contrast)
        case Event(Kind.MORE):
            return replace(session, page=session.page + 1)
        case Event(Kind.TAKE | Kind.PAPERS as kind):
            return replace(session, for_papers=kind is Kind.PAPERS, procedure="")
        case Event(Kind.SERVICE | Kind.CAPPED, letter):
            return replace(session, letter=letter)
        case Event(Kind.PROCEDURE | Kind.READ | Kind.PLAIN, code):
            return replace(session, procedure=code)
        case Event(Kind.PRIORITY, code):
            return replace(session, priority=code)
        case Event(Kind.TAKEN, number):
            return replace(session, number=number, slip=Slip.PRINTING, has_copy=False)
        case Event(Kind.REPRINT):
            return replace(session, slip=Slip.PRINTING, has_copy=True)
        case Event(Kind.HOLD):
            return replace(session, slip=Slip.HELD)
        case Event(Kind.HELP | Kind.UNHEARD as kind):
            return replace(session, is_unheard=kind is Kind.UNHEARD)
        case _:
            return session
