"""Simulated devices on a test bench: the owner sleeps and reads as the screen does, while others hand things in."""

from __future__ import annotations

import select
import threading
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

_T = TypeVar("_T")
_Out = TypeVar("_Out", covariant=True)
_R = TypeVar("_R")

PATIENCE_S = 5.0
_NAP_S = 0.02


class Source(Protocol[_Out]):
    """What a scanner and a panel have in common."""

    def fileno(self) -> int: ...

    def read(self) -> Sequence[_Out]: ...


def is_readable(source: Source[_T], within_s: float = 0.0) -> bool:
    """Tell whether somebody who sleeps on the device would wake."""
    return source.fileno() >= 0 and bool(select.select([source], [], [], within_s)[0])


def owned(source: Source[_T], others: Callable[[], _R]) -> tuple[_R | Exception, list[_T]]:
    """Let others do something while the owner listens; return what came of it, and what the owner read."""
    outcome: list[_R | Exception] = []

    def run() -> None:
        try:
            outcome.append(others())
        except Exception as error:  # noqa: BLE001 - the top of this thread: the test looks at it
            outcome.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    read: list[_T] = []
    while thread.is_alive():
        if is_readable(source, _NAP_S):
            read += source.read()
    thread.join()
    return outcome[0], [*read, *source.read()]
