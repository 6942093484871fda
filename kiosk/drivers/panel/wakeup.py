"""A stir: wakes whoever sleeps on its descriptor, from any thread, also from one that comes too late."""

from __future__ import annotations

import os
import threading
from contextlib import suppress


class Wakeup:
    """An eventfd that may be closed while another thread is about to write to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def fileno(self) -> int:
        """Return what becomes readable; -1 once it is closed."""
        return self._fd

    def wake(self) -> None:
        """Make it readable."""
        with self._lock:
            if self._fd >= 0:  # or the number may be somebody else's file by now
                os.eventfd_write(self._fd, 1)

    def settle(self) -> None:
        """Make it unreadable until it is woken again."""
        with self._lock, suppress(BlockingIOError):
            if self._fd >= 0:
                os.eventfd_read(self._fd)

    def close(self) -> None:
        """Close it; closing twice is fine."""
        with self._lock:
            fd, self._fd = self._fd, -1
            if fd >= 0:
                os.close(fd)
