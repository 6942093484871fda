"""The timeouts of a visit: every screen returns to the welcome screen, after an announcement. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from kiosk.lobby.views import Fault, TicketView
from kiosk.model.paper import PrintState
from kiosk.records import replace
from kiosk.ui.flow.delays import Delays
from kiosk.ui.flow.events import Kind, Screen, Slip, Way
from kiosk.ui.flow.navigation import followed, shown
from kiosk.ui.flow.session import Session
from kiosk.ui.flow.transitions import TABLE


class Wait(NamedTuple):
    """How long the present screen stays: until `at`, saying so from `shown_from_monotonic_s` (monotonic seconds)."""

    at: float
    shown_from_monotonic_s: float

    def left_s(self, now: float) -> int:
        """Return the seconds left as they are counted down on the screen."""
        return max(0, math.ceil(self.at - now))

    def is_shown(self, now: float) -> bool:
        """Tell whether the countdown is visible."""
        return self.shown_from_monotonic_s <= now and self.shown_from_monotonic_s < self.at


class ScreenTimeouts:
    """Applies the delays of one kiosk to sessions; `fresh` is the initial session of every visit."""

    def __init__(self, delays: Delays, fresh: Session) -> None:
        self.delays = delays
        self.fresh = fresh

    def of(self, session: Session, faults: Sequence[Fault]) -> Wait | None:
        """Return the timeout of the present screen, or None when it has none."""
        delays = self.delays
        match shown(session, faults):
            case Screen.NUMBER:
                return self._slip_wait(session)
            case Screen.HELP:
                return _wait(session, delays.help_s, delays.help_s)
            case Screen.SORRY if session.screen is Screen.SORRY:
                return _wait(session, delays.sorry_s, delays.sorry_s)
            case Screen.THANKS:
                return _wait(session, delays.thanks_s, 0.0)
            case Screen.SLEEP:
                return None
            case Screen.WATER if session.cup.is_had:
                return _wait(session, delays.water_s, delays.water_s)
            case Screen.DOSSIER_WAIT:
                return _wait(session, delays.dossier_s, 0.0)
            case Screen.WELCOME | Screen.CLOSED | Screen.OUT | Screen.SORRY:
                return None if self.is_fresh(session) else _wait(session, delays.reset_s, 0.0)
            case Screen.DETAIL | Screen.PORTAL | Screen.PAY | Screen.CARD:
                return _wait(session, delays.reading_s, delays.warn_s)
            case _:
                return _wait(session, delays.idle_s, delays.warn_s)

    def is_fresh(self, session: Session) -> bool:
        """Tell whether the session holds no data of a visit; the dark screen counts as fresh too."""
        screen = Screen.WELCOME if session.screen is Screen.SLEEP else session.screen
        return (
            replace(session, screen=screen, trail=(), touched_monotonic_s=self.fresh.touched_monotonic_s) == self.fresh
        )

    def tick(self, session: Session, faults: Sequence[Fault], now: float) -> Session:
        """Return the session at `now`, after a timeout if it has passed."""
        wait = self.of(session, faults)
        if wait is None or now < wait.at:
            return session
        if session.screen is Screen.NUMBER and session.slip is Slip.PRINTING:
            return replace(session, slip=Slip.LATE, touched_monotonic_s=now)
        way = TABLE[session.screen, Kind.TIMEOUT]
        is_over = way is Screen.WELCOME or (way is Way.BACK and not session.trail)
        return replace(self.fresh if is_over else followed(session, way), touched_monotonic_s=now)

    def _slip_wait(self, session: Session) -> Wait:
        delays = self.delays
        match session.slip:
            case Slip.PRINTING:
                return _wait(session, delays.printing_s, 0.0)
            case Slip.PRINTED:
                return _wait(session, delays.printed_s, delays.printed_s)
            case Slip.HELD:
                return _wait(session, delays.held_s, delays.held_s)
            case _:
                return _wait(session, delays.photo_s, delays.photo_s)


def next_change_monotonic_s(wait: Wait | None, now: float) -> float | None:
    """Return when the screen changes next: every second of a visible countdown, else when it starts or ends."""
    if wait is None:
        return None
    if wait.is_shown(now):
        return wait.at - max(0, wait.left_s(now) - 1)
    return wait.shown_from_monotonic_s


def touched(session: Session, now: float) -> Session:
    """Return the session after a touch anywhere: it restarts every timeout except that of a slip being printed."""
    is_printing = session.screen is Screen.NUMBER and session.slip is Slip.PRINTING
    return session if is_printing else replace(session, touched_monotonic_s=now)


def printed(session: Session, ticket: TicketView, faults: Sequence[Fault], now: float) -> Session:
    """Return the session with the slip's present state; a change restarts the timeout of the number screen."""
    slip = _slip(ticket.print_state, faults, session.slip)
    return session if slip is session.slip else replace(session, slip=slip, touched_monotonic_s=now)


def _slip(state: PrintState, faults: Sequence[Fault], before: Slip) -> Slip:
    if state is PrintState.PRINTED:
        return Slip.PRINTED
    if state is PrintState.UNCERTAIN:
        return Slip.UNCERTAIN
    if state in (PrintState.NONE, PrintState.DISMISSED):
        return Slip.PHOTO
    if before is Slip.HELD:
        return before
    if any(fault.stops_paper for fault in faults):
        return Slip.PHOTO
    return before if before is Slip.LATE else Slip.PRINTING


def _wait(session: Session, length_s: float, shown_s: float) -> Wait:
    return Wait(session.touched_monotonic_s + length_s, session.touched_monotonic_s + length_s - shown_s)
