"""The content of the visitor's window: turns touches, keys and scans into events, and builds the scene."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.errors import FullError, RefusedError, StoreError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Fault
from kiosk.model import hours
from kiosk.model.cards import is_noise
from kiosk.model.hint import Hint
from kiosk.ports.panel import Key, Lamp, Light, Panel, Sign
from kiosk.ports.speaker import Voice
from kiosk.records import replace
from kiosk.ui.compose import compose
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.focus import focused, moved
from kiosk.ui.drawing.metrics import Metrics, Space
from kiosk.ui.drawing.scene import Scene, Target
from kiosk.ui.flow import fallback_views
from kiosk.ui.flow.delays import Delays
from kiosk.ui.flow.events import NOT_TOUCHED, Effect, Event, Kind, Screen, Slip
from kiosk.ui.flow.navigation import FINAL_SCREENS, shown, step, stopping
from kiosk.ui.flow.panel_control import PanelControl
from kiosk.ui.flow.screen_reader import ScreenReader
from kiosk.ui.flow.session import Session
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.flow.timeouts import ScreenTimeouts, next_change_monotonic_s, printed, touched
from kiosk.ui.flow.visit_actions import VisitActions
from kiosk.ui.window.window import Touch

_log = logging.getLogger(__name__)


class Visit:
    """Holds the present session, the last view of the hall, the pressed target, and the screen reader.

    `hint` is the present advice for scanning; the owner of the scanner sets it.
    """

    def __init__(
        self,
        lobby: Lobby,
        delays: Delays,
        now: Callable[[], float],
        voice: Voice | None = None,
        *,
        panel: Panel | None = None,
    ) -> None:
        self._lobby = lobby
        self._panel_control = PanelControl(panel, lobby.settings, now)
        self._actions = VisitActions(lobby)
        self._reader = ScreenReader(voice, lobby.settings.kiosk.sound.volume_percent)
        self._metrics = Metrics.of(lobby.settings.kiosk.screen)
        self._delays = delays
        self._now = now
        self._hall = fallback_views.hall(lobby.settings, Fault.STORE_CORRUPT)
        settings = lobby.settings
        is_contrast = settings.kiosk.screen.theme == "contrast"
        fresh = Session(language=settings.site.languages[0], is_contrast=is_contrast, touched_monotonic_s=now())
        self.session = fresh
        self._timeouts = ScreenTimeouts(delays, fresh)
        self._pressed_target: Target | None = None
        self._target_since: dict[tuple[str, str, Box], float] = {}
        self._scene: Scene | None = None
        self._refresh_monotonic_s = 0.0
        self._read_shown_until_monotonic_s = 0.0
        self.hint: Hint | None = None
        self.refresh()

    def scene(self) -> Scene:
        """Return what to show now."""
        now = self._now()
        wait = self._timeouts.of(self.session, self._hall.faults)
        left_s = wait.left_s(now) if wait and wait.is_shown(now) else None
        snapshot = Snapshot(
            self._hall, self.session, self._actions.results, left_s, self.hint, now < self._read_shown_until_monotonic_s
        )
        self._scene = compose(snapshot, self._metrics, self._pressed_target.id if self._pressed_target else "")
        # A new target accepts no touch for `settle_s`. Unchanged keys keep their time while the answers around change.
        there = ((self._scene.name, target.id, target.box) for target in self._scene.targets)
        self._target_since = {target: self._target_since.get(target, now) for target in there}
        self._reader.follow(self._scene, self.session)
        return self._scene

    def fit(self, size: tuple[int, int]) -> None:
        """Take note of the window's size in pixels."""
        self._metrics = Metrics(*size, self._metrics.diagonal_mm)

    def touch(self, touch: Touch) -> None:
        """Press the target under a finger; trigger it when the finger is lifted on it."""
        if self._scene is None:
            return
        now = self._now()
        if self.session.screen is Screen.SLEEP:
            self._apply(Event(Kind.WAKE))  # only that: the target was not visible
            return
        if touch.is_down:
            target = self._scene.target_at(touch.x, touch.y)
            self._pressed_target = target if target is not None and self._is_settled(target, now) else None
            return
        self.session = replace(touched(self.session, now), focus="")
        pressed, self._pressed_target = self._pressed_target, None
        slop = self._metrics.px(Space.SLOP)
        if pressed and pressed.box.inset(-slop).holds(touch.x, touch.y):
            self._reader.tick()
            self._apply(Event.of(pressed.id))

    def _is_settled(self, target: Target, now: float) -> bool:
        """Tell whether a target has been visible for long enough to accept a touch."""
        return (
            self._scene is not None
            and now >= self._target_since[self._scene.name, target.id, target.box] + self._delays.settle_s
        )

    def press(self, key: Key) -> None:
        """Handle one of the four keys: move the focus, choose the focused target, or turn speech on."""
        if self.session.screen is Screen.SLEEP:
            self._apply(Event(Kind.WAKE))
            if key is not Key.SPEAK:  # a blind visitor must not have to press the speech key twice
                return
        scene = self._scene or self.scene()
        self.session = touched(self.session, self._now())
        match key:
            case Key.SPEAK if not self.session.is_spoken:
                self._apply(Event(Kind.SPEECH))
            case Key.SPEAK:
                self._reader.repeat()
            case Key.NEXT | Key.PREVIOUS:
                focus = moved(scene, self.session.focus, 1 if key is Key.NEXT else -1)
                self.session = replace(self.session, focus=focus)
            case Key.CHOOSE:
                target = focused(scene, self.session.focus)
                if target is not None:
                    self._apply(Event.of(target.id))

    def scan(self, payload: str) -> None:
        """Handle a scanned text, unless it is noise. It is dropped when the visit ends."""
        if is_noise(payload):
            return
        if self.session.screen is Screen.SLEEP:
            self._apply(Event(Kind.WAKE))
        self._reader.beep()
        self._read_shown_until_monotonic_s = self._now() + self._delays.read_s
        if self.session.screen in FINAL_SCREENS:
            self._actions.forget()  # a scan after the end of a visit starts the next one
        on = shown(self.session, self._hall.faults)
        event = self._actions.read(payload, on)
        is_choice = event.kind not in NOT_TOUCHED
        id = f"{event.kind}:{event.value}" if event.value or event.kind is Kind.PRIORITY else event.kind.value
        if is_choice and (self._scene or self.scene()).target(id) is None:
            event = Event(Kind.MISREAD)
        self.session = touched(self.session, self._now())
        self._apply(event)
        note = self._actions.card_note(self._hall) if self.session.screen is Screen.GREETED else None
        if note is not None:
            self.session = replace(self.session, card=note)

    def sense(self, sign: Sign) -> None:
        """Handle a signal of the panel."""
        if sign in (Sign.POURED, Sign.STOPPED):
            self._actions.note_cup(sign is Sign.POURED)
        if sign is Sign.CAME:
            self._greet()
        event = self._panel_control.event(sign)
        if event is not None:
            self._apply(event)

    def refresh(self) -> None:
        """Read the hall and the pending answers of the visit again."""
        now = self._now()
        try:
            self._lobby.keep_day()
            self._hall = self._lobby.hall()
            event = self._actions.look(self.session)
            self._update_slip(now)
        except RefusedError:  # the business day ended while a number was shown
            self._leave()
        except StoreError as error:
            _log.error("the hall cannot be read: %s", error)
            fault = Fault.DISK_FULL if isinstance(error, FullError) else Fault.STORE_CORRUPT
            self._hall = replace(self._hall, faults=(fault,))
            self._refresh_monotonic_s = now + self._delays.retry_s
            return
        else:
            if event is not None:
                self._apply(event)
        if self._panel_control.must_wake(self.session):
            self._apply(Event(Kind.WAKE))
        self._refresh_monotonic_s = now + self._refresh_s()

    def _update_slip(self, now: float) -> None:
        """Update the slip's state on the number screen, from the visitor's ticket and the faults as last read."""
        ticket = self._actions.results.ticket
        if ticket is not None and self.session.number == ticket.number:
            self.session = printed(self.session, ticket, self._hall.faults, now)

    @property
    def lamp(self) -> Lamp:
        """The present state of the call lamp."""
        call = self._hall.help
        return Lamp.OFF if call is None else Lamp.BLINK if call.counter is None else Lamp.ON

    @property
    def light(self) -> Light:
        """The present state of the status lamp."""
        return self._panel_control.light(self._hall.faults)

    @property
    def is_quiet(self) -> bool:
        """Tell whether it is the ward's quiet time, in which the kiosk makes no unrequested sound."""
        return hours.is_open(self._hall.now, lambda _weekday: self._lobby.settings.site.quiet)

    def tick(self) -> float:
        """Apply timeouts and refresh when due; return the seconds until the next possible change."""
        now = self._now()
        wait = self._timeouts.of(self.session, self._hall.faults)
        if wait is not None and now >= wait.shown_from_monotonic_s and self._reader.is_busy:
            self.session = touched(self.session, now)  # no timeout in the middle of a sentence
        after = self._timeouts.tick(self.session, self._hall.faults, now)
        if after.screen is Screen.WELCOME and self.session.screen is not Screen.WELCOME:
            self._leave()
        else:
            self.session = after
        if now >= self._refresh_monotonic_s:
            self.refresh()
        sleeps_monotonic_s = self._sleeps_monotonic_s()
        if sleeps_monotonic_s is not None and now >= sleeps_monotonic_s:
            self._apply(Event(Kind.DOZE))
            sleeps_monotonic_s = None
        self._panel_control.keep(self.session)
        wait = self._timeouts.of(self.session, self._hall.faults)
        shines = self._read_shown_until_monotonic_s if self._read_shown_until_monotonic_s > now else None
        due = (self._refresh_monotonic_s, next_change_monotonic_s(wait, now), sleeps_monotonic_s, shines)
        return max(0.0, min(at for at in due if at is not None) - now)

    def _sleeps_monotonic_s(self) -> float | None:
        screen = shown(self.session, self._hall.faults)
        return self._panel_control.sleeps_monotonic_s(
            self.session, screen, is_fresh=self._timeouts.is_fresh(self.session)
        )

    def _greet(self) -> None:
        """Greet a person who comes near an unused screen, if the ward has turned spoken greetings on."""
        settings = self._lobby.settings.kiosk.panel
        is_at_rest = self.session.screen in (Screen.WELCOME, Screen.SLEEP) and not stopping(self._hall.faults)
        if settings.greets_aloud and is_at_rest and self._timeouts.is_fresh(self.session) and not self.is_quiet:
            self._reader.greet(self.session.language)

    def _leave(self) -> None:
        """End the visit after a timeout: drop its data and restore the ward's settings."""
        self._actions.forget()
        self._reader.reset()
        self.session = replace(self._timeouts.fresh, touched_monotonic_s=self._now())

    def _refresh_s(self) -> float:
        """Return the polling interval in seconds: a printer process that was killed sends no notification."""
        if self.session.screen is Screen.NUMBER and self.session.slip is not Slip.PRINTED:
            return self._delays.watch_s
        seconds = self._hall.now.second + self._hall.now.microsecond / 1e6
        return min(self._delays.pulse_s, 60.0 - seconds)

    def _apply(self, event: Event) -> None:
        before = self.session
        self.session, effect = step(before, event, self._hall, self._now())
        if effect is Effect.POUR:
            if not self.session.cup.is_had and self._panel_control.pour():
                self._apply(Event(Kind.RUNS))
        elif effect is not None:
            has_left = before.screen is not Screen.WELCOME and self.session.screen is Screen.WELCOME
            answer = self._actions.do(effect, before if has_left else self.session)
            if effect is Effect.HELP and answer is None:
                self._reader.chime()
            if answer is not None:
                self._apply(answer)
            if self.session.screen is Screen.NUMBER:
                now = self._now()
                self._update_slip(now)
                self._refresh_monotonic_s = now  # in the next tick: the number is shown first
            else:
                self.refresh()
        if self.session.screen is Screen.WELCOME:
            self._actions.forget()
