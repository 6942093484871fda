"""A visit: what stands behind the visitor's screen. Touches become events there, and effects calls of the lobby."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from kiosk.errors import CapReachedError, ClosedError, FullError, RefusedError, StoreError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Fault, TicketView
from kiosk.ui import dark
from kiosk.ui.compose import compose
from kiosk.ui.delays import Delays
from kiosk.ui.flow import Effect, Event, Kind, Screen, Session, Slip, step
from kiosk.ui.metrics import Metrics, Space
from kiosk.ui.moment import Moment
from kiosk.ui.scene import Scene, Target
from kiosk.ui.waits import Waits, printed, touched, wakes_at
from kiosk.ui.window import Touch

_log = logging.getLogger(__name__)


class Visit:
    """The present session, the hall as last seen, and the finger on the glass."""

    def __init__(self, lobby: Lobby, delays: Delays, now: Callable[[], float]) -> None:
        self._lobby = lobby
        self._metrics = Metrics.of(lobby.settings.kiosk.screen)
        self._delays = delays
        self._now = now
        self._hall = dark.hall(lobby.settings, Fault.STORE_CORRUPT)
        self._ticket: TicketView | None = None
        settings = lobby.settings
        is_contrast = settings.kiosk.screen.theme == "contrast"
        fresh = Session(language=settings.site.languages[0], is_contrast=is_contrast, touched_at=now())
        self.session = fresh
        self._waits = Waits(delays, fresh)
        self._pressed: Target | None = None
        self._targets: list[tuple[str, object]] = []
        self._settled_at = 0.0
        self._scene: Scene | None = None
        self._refresh_at = 0.0
        self.refresh()

    def scene(self) -> Scene:
        """Return what to show now."""
        now = self._now()
        wait = self._waits.of(self.session, self._hall.faults)
        left_s = wait.left_s(now) if wait and wait.is_shown(now) else None
        moment = Moment(self._hall, self.session, self._ticket, left_s)
        self._scene = compose(moment, self._metrics, self._pressed.id if self._pressed else "")
        targets = [(target.id, target.box) for target in self._scene.targets]
        if targets != self._targets:
            self._targets = list(targets)
            self._settled_at = now + self._delays.settle_s
        return self._scene

    def fit(self, size: tuple[int, int]) -> None:
        """Take note of the window's size in pixels."""
        self._metrics = Metrics(*size, self._metrics.diagonal_mm)

    def touch(self, touch: Touch) -> None:
        """Press what a finger comes down on; lifted on the same place, it is meant."""
        if self._scene is None:
            return
        now = self._now()
        if touch.is_down:
            is_settled = now >= self._settled_at
            self._pressed = self._scene.target_at(touch.x, touch.y) if is_settled else None
            return
        self.session = touched(self.session, now)
        pressed, self._pressed = self._pressed, None
        slop = self._metrics.px(Space.SLOP)
        if pressed and pressed.box.inset(-slop).holds(touch.x, touch.y):
            self._happen(Event.of(pressed.id))

    def refresh(self) -> None:
        """Look at the hall and at the ticket on the screen again."""
        now = self._now()
        try:
            self._hall = self._lobby.hall()
            if self.session.number:
                self._ticket = self._lobby.ticket(self.session.number)
                self.session = printed(self.session, self._ticket, self._hall.faults, now)
        except RefusedError:  # the day has turned over a number left on the screen
            self.session = self._waits.fresh
        except StoreError as error:
            _log.error("the hall cannot be read: %s", error)
            fault = Fault.DISK_FULL if isinstance(error, FullError) else Fault.STORE_CORRUPT
            self._hall = replace(self._hall, faults=(fault,))
            self._refresh_at = now + self._delays.retry_s
            return
        self._refresh_at = now + self._refresh_s()

    def tick(self) -> float:
        """Let waits end and look again when it is time; return the seconds until something may change."""
        now = self._now()
        self.session = self._waits.tick(self.session, self._hall.faults, now)
        if now >= self._refresh_at:
            self.refresh()
        wait = self._waits.of(self.session, self._hall.faults)
        wakes = wakes_at(wait, now)
        return max(0.0, min(self._refresh_at, self._refresh_at if wakes is None else wakes) - now)

    def _refresh_s(self) -> float:
        """Return when to look again without being rung for: the printer's health rings no bell."""
        if self.session.screen is Screen.NUMBER and self.session.slip is not Slip.PRINTED:
            return self._delays.watch_s
        seconds = self._hall.now.second + self._hall.now.microsecond / 1e6
        return min(self._delays.pulse_s, 60.0 - seconds)

    def _happen(self, event: Event) -> None:
        before = self.session
        self.session, effect = step(before, event, self._hall, self._now())
        match effect:
            case Effect.TAKE:
                self._take()
            case Effect.REPRINT:
                self._try(lambda: self._lobby.reprint(before.number), Kind.FAILED)
            case Effect.DISMISS:
                self._try(lambda: self._lobby.dismiss_slip(before.number), None)
            case Effect.HELP:
                self._try(self._lobby.request_help, Kind.UNHEARD)

    def _take(self) -> None:
        chosen = self.session
        try:
            self._ticket = self._lobby.take(
                chosen.letter,
                priority=chosen.priority or None,
                procedure=chosen.procedure or None,
                language=chosen.language,
            )
        except CapReachedError:
            self._happen(Event(Kind.CAPPED, chosen.letter))
        except ClosedError:
            self._happen(Event(Kind.SHUT))
        except (RefusedError, StoreError) as error:
            _log.error("no number of service %s could be given: %s", chosen.letter, error)
            self._happen(Event(Kind.FAILED))
        else:
            self._happen(Event(Kind.TAKEN, self._ticket.number))
        self.refresh()

    def _try(self, ask: Callable[[], object], otherwise: Kind | None) -> None:
        try:
            ask()
        except (RefusedError, StoreError) as error:
            _log.error("the lobby could not do what a visitor asked: %s", error)
            if otherwise is not None:
                self._happen(Event(otherwise))
        self.refresh()
