"""Waiting for what another process, a thread or a device does: the one place where tests look again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S = 60.0
"""Far longer than anything here takes, on a machine that runs the whole suite at once."""
_PAUSE_S = 0.01

Seen = TypeVar("Seen")


def until(look: Callable[[], Seen], what: str, within_s: float = PATIENCE_S) -> Seen:
    """Return what `look` sees as soon as that is true; other processes tell nobody when they are done.

    Raises:
        AssertionError: it was not within `within_s` seconds; the message says what was waited for, and what was seen.
    """
    seen = soon(look, within_s)
    assert seen, f"waited in vain for {what}: {seen!r}"
    return seen


def soon(look: Callable[[], Seen], within_s: float = PATIENCE_S) -> Seen:
    """Return what `look` sees once that is true, or what it sees last."""
    ends = time.monotonic() + within_s
    while not (seen := look()) and time.monotonic() < ends:
        time.sleep(_PAUSE_S)
    return seen


def reached(connect: Callable[[], Seen], within_s: float = PATIENCE_S) -> Seen:
    """Return what `connect` returns, tried again while nobody answers.

    Raises:
        OSError: nobody did within `within_s` seconds.
    """
    ends = time.monotonic() + within_s
    while True:
        try:
            return connect()
        except OSError:
            if time.monotonic() > ends:
                raise
        time.sleep(_PAUSE_S)
