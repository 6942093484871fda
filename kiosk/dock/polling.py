"""Polls the kiosk only while a browser shows the dock: a frame costs its window megabytes of copying."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType

from kiosk.threads import task

_log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]


class Watch:
    """Jobs that run from the first client to the last; use it as `async with watch:`."""

    def __init__(self, jobs: list[Job]) -> None:
        self._jobs = jobs
        self._lookers = 0
        self._tasks: list[asyncio.Task[object]] = []

    async def __aenter__(self) -> None:
        self._lookers += 1
        if self._lookers == 1:
            self._tasks = [task("dock", _run(job)) for job in self._jobs]

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lookers -= 1
        if self._lookers == 0:
            for task in self._tasks:
                task.cancel()


async def _run(job: Job) -> None:
    try:
        await job()
    except Exception:  # noqa: BLE001 - the top of a task: logged with its traceback
        _log.exception("a polling task of the dock has failed; reload the page to try again")
