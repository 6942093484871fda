"""A thread that owns one lobby: jobs wait in its queue, so the event loop never blocks.

SQLite may wait half a minute for another process's lock. Meanwhile the loop serves streams, beats and static files. A
job that waits for more than a few seconds is answered with "try again".
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar, cast

from kiosk.counter.replies import ApiError
from kiosk.lobby.lobby import Lobby

_log = logging.getLogger(__name__)

_T = TypeVar("_T")

PATIENCE_S = 8.0
"""How long an officer waits for the effect of a button."""
MOST_WAITING = 32
_RETRY_S = 2


class LobbyThread:
    """One lobby and its thread. Used from one event loop; close it when done."""

    def __init__(self, open_lobby: Callable[[], Lobby], name: str) -> None:
        """Create the thread; it calls `open_lobby` before its first job."""
        self._thread = ThreadPoolExecutor(1, name)
        self._open_lobby = open_lobby
        self._lobby: Lobby | None = None
        self._waiting: set[Future[Any]] = set()
        self._shared: dict[Hashable, Future[Any]] = {}

    async def run(self, job: Callable[[Lobby], _T], share: Hashable = None) -> _T:
        """Return what `job` returns, or raise what it raises.

        Args:
            share: a waiting job of this name is used instead of a second one; such a job must be read-only.
        Raises:
            ApiError: 503 `busy`: too many jobs wait, or the answer takes too long. The job may still run when the lock
                is free. A step names its ticket, so trying again is safe.
        """
        future = self._shared_future(share) or self._submit(job, share)
        try:
            return cast(_T, await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), PATIENCE_S))
        except TimeoutError:
            is_undone = share is None and future.cancel()
            done = "nothing was changed" if is_undone else "look whether it was done"
            raise _busy(f"the kiosk's database is busy; {done}, then try again") from None

    def close(self) -> None:
        """Finish the running job, drop the waiting ones, and close the lobby; closing twice is fine."""
        for future in self._waiting:
            future.cancel()
        with contextlib.suppress(RuntimeError):  # closed already
            self._thread.submit(self._close)
        self._thread.shutdown()

    def _shared_future(self, share: Hashable) -> Future[Any] | None:
        future = self._shared.get(share) if share is not None else None
        return None if future is None or future.running() or future.done() else future

    def _submit(self, job: Callable[[Lobby], _T], share: Hashable) -> Future[_T]:
        self._waiting = {future for future in self._waiting if not future.done()}
        if len(self._waiting) >= MOST_WAITING:
            raise _busy("too many requests wait for the kiosk's database; nothing was changed, try again")
        future = self._thread.submit(self._run_job, job)
        self._waiting.add(future)
        if share is not None:
            self._shared[share] = future
        return future

    def _close(self) -> None:
        if self._lobby is not None:
            self._lobby.close()

    def _run_job(self, job: Callable[[Lobby], _T]) -> _T:
        if self._lobby is None:
            self._lobby = self._open_lobby()
        return job(self._lobby)


def _busy(message: str) -> ApiError:
    return ApiError(503, "busy", message, retry_after_s=_RETRY_S)
