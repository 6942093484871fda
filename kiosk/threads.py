"""Threads and tasks whose uncaught exceptions end the process; systemd then restarts it.

By default Python prints a traceback, and the process continues without that thread and still feeds its watchdog. A
thread that can recover (reopen its device, report its failure to the main thread) catches the errors it knows; this
module handles the others.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)

EXIT_FAILED = 2


def end_at_once() -> None:
    """End this process without waiting for anything that the failed thread may hold."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # the reader of stderr may be gone
            stream.flush()
    os._exit(EXIT_FAILED)


def thread(
    name: str, work: Callable[..., object], *arguments: object, end: Callable[[], object] | None = None
) -> threading.Thread:
    """Return a thread that is not started yet. It does not keep the process alive.


    Args:
        name: what it is called in the log and the debugger.
        work: what it does with `arguments`; when that raises, the process ends.
        end: how the process ends then; None for `end_at_once`.
    """

    def guarded() -> None:
        try:
            work(*arguments)
        except Exception as error:  # noqa: BLE001 - the top of every thread
            _fail(f"thread {name}", error, end)

    return threading.Thread(target=guarded, name=name, daemon=True)


def timer(name: str, delay_s: float, work: Callable[[], object]) -> threading.Timer:
    """Return a timer that is not started yet: a thread as of `thread` that waits first and can be cancelled."""

    def guarded() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the top of every timer
            _fail(f"timer {name}", error)

    waiting = threading.Timer(delay_s, guarded)
    waiting.name, waiting.daemon = name, True
    return waiting


def task(name: str, work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
    """Start a task of the running event loop that nobody awaits; if it raises, the process ends. Keep the returned
    task: the loop itself holds no reference.
    """
    import asyncio

    started = asyncio.get_running_loop().create_task(work, name=name)
    started.add_done_callback(_look_at)
    return started


def _look_at(ended: asyncio.Task[object]) -> None:
    if not ended.cancelled() and (error := ended.exception()) is not None:
        _fail(f"task {ended.get_name()}", error)


def _fail(what: str, error: BaseException, end: Callable[[], object] | None = None) -> None:
    log.critical("the %s broke; this process ends", what, exc_info=error)
    (end or end_at_once)()
