"""One code held to a scanner is one scan: what was read a moment ago is not read again."""

from __future__ import annotations

from kiosk.clock import Clock

SECONDS = 2.0
"""A code counts again when it has not been seen for so long: less than it takes to hold a card up a second time."""


class Repeats:
    """What was read within the last seconds. It keeps no payload, only a number that means nothing elsewhere."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen_at: dict[int, float] = {}

    def is_again(self, payload: str) -> bool:
        """Take note of a payload, and tell whether it is one that was there a moment ago."""
        now = self._clock.monotonic()
        self._seen_at = {name: at for name, at in self._seen_at.items() if now - at < SECONDS}
        name = hash(payload)  # Python draws a secret for each process: the number cannot be guessed at from outside
        was_there = name in self._seen_at
        self._seen_at[name] = now
        return was_there
