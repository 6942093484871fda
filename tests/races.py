"""Processes that do the same thing at the same moment."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import TypeVar

T = TypeVar("T")

_PATIENCE_S = 60.0
_start: list[Barrier] = []


def race(processes: int, work: Callable[[], T]) -> list[T]:
    """Let so many processes do the work, which calls `line_up` where they shall be level; what fails is raised here."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(processes, timeout=_PATIENCE_S)
    with ProcessPoolExecutor(processes, context, _take, (start,)) as pool:
        racers = [pool.submit(_run, work) for _ in range(processes)]
    failures = [failure for racer in racers if (failure := racer.exception())]
    if failures:
        raise next((one for one in failures if not isinstance(one, BrokenBarrierError)), failures[0])
    return [racer.result() for racer in racers]


def line_up() -> None:
    """Wait until every process of the race is here."""
    _start[0].wait()


def _take(start: Barrier) -> None:
    _start.append(start)


def _run(work: Callable[[], T]) -> T:
    try:
        return work()
    except BaseException:
        _start[0].abort()  # or the others would wait for this one
        raise
