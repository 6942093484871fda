"""Live views: each watched view is read again after a change and sent to its watchers.

Nothing is queued for a slow television: it gets the newest view when it is ready for one. A beat tells the pages that
the kiosk is alive and what time it is. It is sent only after a successful read of the lobby, so a page that misses
beats correctly reports a lost connection.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import msgspec

from kiosk.counter.lobby_thread import LobbyThread
from kiosk.counter.replies import ApiError
from kiosk.errors import KioskError
from kiosk.lobby.views import BoardView, CounterView
from kiosk.records import replace
from kiosk.threads import task

_log = logging.getLogger(__name__)

BEAT_EVERY_S = 5.0
"""Also the longest delay of a change that rings no doorbell (a printer fault, the city connection, midnight)."""
DEBOUNCE_S = 0.02
"""Commits within this time are shown together."""

Subject = int | None
"""The subject of a view: a counter's number, or None for the board."""

_NO_TIME = datetime.fromtimestamp(0, UTC)


class _WatchedView:
    """One view, its newest frame, and the names of its watchers."""

    def __init__(self) -> None:
        self.watchers: list[str] = []
        self.frame = b""
        self.version = 0
        self.content = b""
        self.changed = asyncio.Event()

    def show(self, view: CounterView | BoardView) -> None:
        """Store a new view; it is a new version only if anything except the time differs."""
        content = msgspec.json.encode(replace(view, now=_NO_TIME))
        if content != self.content:
            self.content = content
            self.frame = sse("view", msgspec.json.encode(view))
            self.version += 1
            self.wake()

    def wake(self) -> None:
        """Wake all waiting streams."""
        self.changed.set()
        self.changed = asyncio.Event()


class LiveViews:
    """The watched views of one lobby; this class only reads it."""

    def __init__(self, lobby: LobbyThread, progress: Callable[[], None] | None = None) -> None:
        self._lobby = lobby
        self._refreshing: set[asyncio.Task[object]] = set()
        self._progress = progress
        self._watched_views: dict[Subject, _WatchedView] = {}
        self._beat = b""
        self._is_closed = False
        self._refresh_timer: asyncio.TimerHandle | None = None

    @property
    def watchers(self) -> dict[Subject, tuple[str, ...]]:
        """Return the watchers of each subject, each name once, in the order of arrival."""
        return {subject: tuple(dict.fromkeys(watched.watchers)) for subject, watched in self._watched_views.items()}

    async def stream(self, subject: Subject, name: str, is_allowed: Callable[[], bool]) -> AsyncIterator[bytes]:
        """Yield server-sent events for one page: the view now and after each change, and beats.

        Ends when the server closes or `is_allowed` returns False.
        """
        watched = self._watched_views.setdefault(subject, _WatchedView())
        watched.watchers.append(name)
        try:
            watched.show(await self.view(subject))
            version, beat = 0, self._beat
            while not self._is_closed and is_allowed():
                if version != watched.version:
                    version = watched.version
                    yield watched.frame
                elif beat != self._beat:
                    beat = self._beat
                    yield beat
                else:
                    await watched.changed.wait()
        finally:
            watched.watchers.remove(name)
            if not watched.watchers and self._watched_views.get(subject) is watched:
                del self._watched_views[subject]

    async def view(self, subject: Subject) -> CounterView | BoardView:
        """Return the current view of a subject.

        Raises:
            UnknownNameError: there is no such counter.
            ApiError: the read takes too long.
        """
        if subject is None:
            return await self._lobby.run(lambda lobby: lobby.board(), "board")
        return await self._lobby.run(lambda lobby: lobby.counter(subject), subject)

    async def refresh(self) -> None:
        """Read all watched views again, and push the changed ones."""
        for subject, watched in list(self._watched_views.items()):
            try:
                watched.show(await self.view(subject))
            except (KioskError, ApiError):
                # The page keeps its last view. Beats stop too, so the page reports the lost connection by itself.
                _log.exception("cannot read the view of %s", f"counter {subject}" if subject else "the board")

    def refresh_soon(self) -> None:
        """Refresh after `DEBOUNCE_S`, once for all changes until then."""
        if self._refresh_timer is None:
            self._refresh_timer = asyncio.get_running_loop().call_later(DEBOUNCE_S, self._refresh_now)

    def _refresh_now(self) -> None:
        self._refresh_timer = None
        refreshing = task("refresh", self.refresh())
        self._refreshing.add(refreshing)
        refreshing.add_done_callback(self._refreshing.discard)

    def recheck_access(self) -> None:
        """Let every stream check whether it is still allowed."""
        for watched in self._watched_views.values():
            watched.wake()

    async def beat(self) -> None:
        """Read the lobby every `BEAT_EVERY_S` until cancelled; notify watchdog and pages after each success."""
        while True:
            try:
                now = (await self.view(None)).now
            except (KioskError, ApiError):
                _log.exception("cannot read the lobby")
            else:
                self._beat = sse("beat", msgspec.json.encode({"now": now}))
                await self.refresh()
                self.recheck_access()
                if self._progress is not None:
                    self._progress()
            await asyncio.sleep(BEAT_EVERY_S)

    def close(self) -> None:
        """End every stream."""
        self._is_closed = True
        if self._refresh_timer is not None:
            self._refresh_timer.cancel()
        self.recheck_access()


def sse(event: str, payload: bytes) -> bytes:
    """Return one server-sent event; `payload` is JSON and has no line break."""
    return b"event: " + event.encode("ascii") + b"\ndata: " + payload + b"\n\n"
