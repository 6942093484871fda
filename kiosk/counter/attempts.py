"""How often somebody may guess: after some wrong tries a name is locked, each further one doubles the wait."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

FREE_TRIES = 5
FIRST_LOCK_S = 30
LONGEST_LOCK_S = 15 * 60
_FORGOTTEN_AFTER_S = 12 * 60 * 60
_MOST_NAMES = 4096
"""Bounds the memory that somebody with many addresses can fill."""


@dataclass(slots=True)
class _Record:
    tries: int
    last_s: float

    @property
    def locked_until_s(self) -> float:
        if self.tries < FREE_TRIES:
            return self.last_s
        return self.last_s + min(FIRST_LOCK_S * 2.0 ** min(self.tries - FREE_TRIES, 10), LONGEST_LOCK_S)


class Attempts:
    """Counts wrong tries by name (an officer, an address), in memory. Times are seconds of `monotonic`."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._records: dict[str, _Record] = {}

    def locked_s(self, *names: str) -> int:
        """Return for how many more seconds (rounded up) any of the names is locked; 0 when none is."""
        now = self._monotonic()
        records = [self._records[name] for name in names if name in self._records]
        return max((math.ceil(record.locked_until_s - now) for record in records), default=0) if records else 0

    def tries_left(self, *names: str) -> int:
        """Return how many tries are free before one of the names is locked."""
        used = max((self._records[name].tries for name in names if name in self._records), default=0)
        return max(0, FREE_TRIES - used)

    def count(self, *names: str) -> None:
        """Count a try against each name; before the check, so that tries made at once do not slip through together."""
        now = self._monotonic()
        for name in names:
            record = self._records.pop(name, None)
            is_old = record is None or now - record.last_s > _FORGOTTEN_AFTER_S
            tries = 1 if record is None or is_old else record.tries + 1
            self._records[name] = _Record(tries, now)
        while len(self._records) > _MOST_NAMES:
            del self._records[next(iter(self._records))]

    def forget(self, *names: str) -> None:
        """Forget the tries of these names: the right PIN was given."""
        for name in names:
            self._records.pop(name, None)
