"""Suppresses repeats: a code that stays in view of the scanner counts as one scan."""

from __future__ import annotations

from kiosk.clock import Clock

SECONDS = 2.0
"""A code counts again after this long out of view: less than it takes to hold up a card a second time."""


class Repeats:
    """Remembers the codes of the last seconds. It stores no payload, only a hash with a per-process secret."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen_at: dict[int, float] = {}

    def is_again(self, payload: str) -> bool:
        """Record a payload; return whether it repeats a recent one."""
        now = self._clock.monotonic()
        self._seen_at = {name: at for name, at in self._seen_at.items() if now - at < SECONDS}
        name = hash(payload)  # salted with a secret of the process: the payload cannot be guessed from it
        was_there = name in self._seen_at
        self._seen_at[name] = now
        return was_there
