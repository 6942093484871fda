"""Threads and tasks with a top: an exception that nobody caught ends the process, and systemd starts it anew.

Without one, Python prints a traceback and the rest of the process goes on without its ear or its line, and still feeds
its watchdog. A thread that can do better (look for its device again, hand its failure to the main thread) catches what
it knows; this is for what nobody thought of.
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
    """End this process without asking what in it may be waiting for the thread that is gone."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # whoever read them may be gone
            stream.flush()
    os._exit(EXIT_FAILED)


def thread(
    name: str, work: Callable[..., object], *arguments: object, end: Callable[[], object] | None = None
) -> threading.Thread:
    """Return a thread that is still to be started. It does not keep the process alive.

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
    """Return a timer that is still to be started: a thread as of `thread`, that waits first and can be cancelled."""

    def guarded() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the top of every timer
            _fail(f"timer {name}", error)

    waiting = threading.Timer(delay_s, guarded)
    waiting.name, waiting.daemon = name, True
    return waiting


def task(name: str, work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
    """Start a task of the running event loop that nobody waits for; when it raises, the process ends.

    Keep what is returned: the loop itself would forget it.
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
