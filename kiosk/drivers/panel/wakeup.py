"""A wakeup descriptor: any thread makes it readable, also after it was closed."""

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
        """Return the descriptor; -1 after `close`."""
        return self._fd

    def wake(self) -> None:
        """Make the descriptor readable."""
        with self._lock:
            if self._fd >= 0:  # after `close` the number may belong to another file
                os.eventfd_write(self._fd, 1)

    def settle(self) -> None:
        """Make the descriptor unreadable until the next `wake`."""
        with self._lock, suppress(BlockingIOError):
            if self._fd >= 0:
                os.eventfd_read(self._fd)

    def close(self) -> None:
        """Close the descriptor; closing twice is fine."""
        with self._lock:
            fd, self._fd = self._fd, -1
            if fd >= 0:
                os.close(fd)
