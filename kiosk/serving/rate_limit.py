"""A rate limit for log records, so that a client that causes warnings cannot fill the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

_MOST = 5
_PER_S = 60.0
_LONGEST_KEY = 48
_MOST_KEYS = 256


class RateLimit(logging.Filter):
    """Passes each kind of warning or error five times a minute, and logs how many were omitted."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._kinds: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log a record."""
        if record.levelno < logging.WARNING:
            return True
        # A kind is a logger and the start of its message, because asyncio's errors end in addresses of objects.
        key = record.name, str(record.msg)[:_LONGEST_KEY]
        now_monotonic_s = self._monotonic()
        since_monotonic_s, count = self._kinds.pop(key, (now_monotonic_s, 0))
        if now_monotonic_s - since_monotonic_s >= _PER_S:
            if count > _MOST:
                record.msg = f"{record.msg} (and {count - _MOST} more like this since the last one)"
            since_monotonic_s, count = now_monotonic_s, 0
        self._kinds[key] = since_monotonic_s, count + 1
        if len(self._kinds) > _MOST_KEYS:
            del self._kinds[next(iter(self._kinds))]
        return count < _MOST
