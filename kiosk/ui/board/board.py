"""The content of the board's window: the call that is shown large and announced, and when to read the lobby again."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.errors import StoreError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import BoardView, CallView
from kiosk.model import hours, spoken
from kiosk.model.spoken import Sound, Utterance
from kiosk.ports.panel import Key, Sign
from kiosk.ports.speaker import Voice
from kiosk.ui.board.board_screen import BoardSnapshot, paint
from kiosk.ui.board.call_rotation import CallRotation
from kiosk.ui.drawing.metrics import Metrics
from kiosk.ui.drawing.scene import Scene
from kiosk.ui.drawing.theme import BOARD, CONTRAST
from kiosk.ui.flow import fallback_views
from kiosk.ui.flow.delays import Delays
from kiosk.ui.window.window import Touch

_log = logging.getLogger(__name__)

_CALLED_IN = ("vi", "en")


class Board:
    """Shows the hall's calls one after the other, and announces each when it becomes the large one."""

    def __init__(self, lobby: Lobby, delays: Delays, now: Callable[[], float], voice: Voice | None = None) -> None:
        self._lobby = lobby
        self._voice = voice
        self._metrics = Metrics.of(lobby.settings.kiosk.board)
        self._delays = delays
        self._now = now
        settings = lobby.settings
        self._theme = CONTRAST if settings.kiosk.board.theme == "contrast" else BOARD
        self._languages = tuple(settings.site.languages[:2])  # each notice would be shown too rarely with more
        self._said_in = [one for one in dict.fromkeys((*self._languages, *_CALLED_IN)) if one in _CALLED_IN]
        self._quiet = settings.site.quiet
        self._view = fallback_views.board(settings)
        self._rotation: CallRotation | None = None
        self._is_stale = True
        self._refresh_monotonic_s = 0.0
        self.refresh()

    def scene(self) -> Scene:
        """Return what to show now."""
        now, view, rotation = self._now(), self._view, self._rotation or CallRotation()
        board = BoardSnapshot(
            view,
            rotation.call,
            rotation.last(view),
            self._languages,
            self._notice(view),
            rotation.is_bright(now, self._delays),
            self._is_stale,
        )
        return paint(board, self._metrics, self._theme)

    def fit(self, size: tuple[int, int]) -> None:
        """Take note of the window's size in pixels."""
        self._metrics = Metrics(*size, self._metrics.diagonal_mm)

    def touch(self, touch: Touch) -> None:
        """Do nothing: the board takes no input."""

    def press(self, key: Key) -> None:
        """Do nothing: the keys belong to the screen."""

    def sense(self, sign: Sign) -> None:
        """Do nothing: the panel belongs to the screen."""

    def scan(self, payload: str) -> None:
        """Do nothing: a board has no scanner."""

    def refresh(self) -> None:
        """Read the lobby again; when that fails, the board shows that it is not up to date."""
        now = self._now()
        try:
            view = self._lobby.board()
        except StoreError as error:
            _log.error("the board cannot be read: %s", error)
            self._is_stale = True
            self._refresh_monotonic_s = now + self._delays.retry_s
            return
        self._is_stale = False
        self._rotation = self._rotation.updated(view) if self._rotation else CallRotation.opened(view)
        self._view = view
        self._refresh_monotonic_s = now + min(self._delays.pulse_s, 60.0 - view.now.second - view.now.microsecond / 1e6)

    def tick(self) -> float:
        """Rotate calls and refresh when due; return the seconds until the next possible change."""
        now = self._now()
        if now >= self._refresh_monotonic_s:
            self.refresh()
        wakes = [self._refresh_monotonic_s]
        if self._rotation:
            self._advance(self._rotation, now)
            wakes.append(self._rotation.next_change_monotonic_s(now, self._delays) or self._refresh_monotonic_s)
        if len(_notices(self._view, self._languages)) > 1:
            wakes.append((now // self._delays.notice_s + 1) * self._delays.notice_s)
        return max(0.0, min(wakes) - now)

    def _advance(self, rotation: CallRotation, now: float) -> None:
        is_spoken = bool(rotation.queue) and self._voice is not None and self._voice.is_busy
        if rotation.advanced(now, self._delays, is_spoken=is_spoken) is rotation:
            return
        self.refresh()  # the call may be void by now
        if self._is_stale:
            return
        rotation = self._rotation or rotation
        self._rotation = rotation.advanced(now, self._delays, is_spoken=is_spoken)
        if self._rotation.call and self._rotation is not rotation:
            self._announce(self._rotation.call)

    def _announce(self, call: CallView) -> None:
        """Announce a call, except in the ward's quiet time."""
        if self._voice is None or hours.is_open(self._view.now, lambda _weekday: self._quiet):
            return
        if self._voice.is_busy:
            self._voice.stop()  # the earlier announcement has had its time
        said = (Utterance(spoken.call(call.number, call.counter, language), language) for language in self._said_in)
        self._voice.say(Sound.CHIME, *said)

    def _notice(self, view: BoardView) -> str:
        notices = _notices(view, self._languages)
        return notices[int(self._now() // self._delays.notice_s) % len(notices)] if notices else ""


def _notices(view: BoardView, languages: tuple[str, ...]) -> list[str]:
    return [notice[language] for notice in view.notices for language in languages if language in notice]
