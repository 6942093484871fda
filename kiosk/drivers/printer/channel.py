"""One open line to a printer as a non-blocking file descriptor: see `transports`.

A write to usblp can block for ever when the paper ends. So every read and write waits in poll, with a deadline. A
broken line sets `is_broken` instead of raising an exception.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import select
import stat
import struct
import termios
import time

from kiosk.drivers.serial_line import Marks

log = logging.getLogger(__name__)

_CHUNK_BYTES = 4096
_PAUSE_S = 0.02


class Channel:
    """Bytes to and from a printer. No method waits past its `deadline_monotonic_s` (`time.monotonic()`)."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._is_socket = stat.S_ISSOCK(os.fstat(fd).st_mode)
        self._poll = select.poll()
        self._has_hung_up = False
        self._marks = Marks() if os.isatty(fd) else None
        self._is_noisy = False
        self.is_broken = False

    def write(self, payload: bytes, deadline_monotonic_s: float) -> int:
        """Return how many bytes were written before the deadline or before the line broke."""
        remaining = memoryview(payload)
        while remaining and not self.is_broken and self._wait(select.POLLOUT, deadline_monotonic_s):
            try:
                remaining = remaining[os.write(self._fd, remaining[:_CHUNK_BYTES]) :]
            except BlockingIOError:
                # usblp without paper: poll reports the descriptor writable, but write returns EAGAIN.
                if not _pause(deadline_monotonic_s):
                    break
            except OSError:
                self.is_broken = True
        return len(payload) - len(remaining)

    def read(self, deadline_monotonic_s: float) -> bytes:
        """Return the next bytes; nothing at the deadline or when the line breaks."""
        while not self.is_broken and self._wait(select.POLLIN, deadline_monotonic_s):
            try:
                data = os.read(self._fd, _CHUNK_BYTES)
            except BlockingIOError:
                data = b""
            except OSError:
                self.is_broken = True
                break
            else:
                self.is_broken = not data and (self._is_socket or self._has_hung_up)
                data = self._without_damage(data)
            # An empty read is not the end: the USB transfer was empty, or another process read the bytes first.
            if data or self.is_broken or not _pause(deadline_monotonic_s):
                return data
        return b""

    def is_drained(self) -> bool:
        """Return whether the other side has taken everything that was written."""
        if not self._wait(select.POLLOUT, time.monotonic()):
            return False
        if self._has_hung_up:  # the kernel drops the unsent bytes, so an empty buffer does not mean they were taken
            self.is_broken = True
            return False
        try:
            waiting = fcntl.ioctl(self._fd, termios.TIOCOUTQ, bytes(4))
        except OSError:  # usblp has no TIOCOUTQ, but it is writable only when its last transfer is done
            return True
        return bool(struct.unpack("i", waiting)[0] == 0)

    def wait_drained(self, deadline_monotonic_s: float) -> bool:
        """Wait until the other side has taken everything; return whether it has."""
        while not self.is_drained():
            if self.is_broken or time.monotonic() >= deadline_monotonic_s:
                return False
            time.sleep(_PAUSE_S)
        return not self.is_broken

    def close(self) -> None:
        """Close the line; closing twice is fine."""
        if self._fd >= 0:
            with contextlib.suppress(termios.error):
                # Otherwise closing a serial line waits 30 s for a printer that takes no more bytes.
                termios.tcflush(self._fd, termios.TCOFLUSH)
            with contextlib.suppress(OSError):
                os.close(self._fd)
        self._fd, self.is_broken = -1, True

    def _without_damage(self, data: bytes) -> bytes:
        """Return the data, or nothing when a byte of it arrived damaged: the bytes around it are unreliable too."""
        pieces = [data] if self._marks is None else self._marks.taken_out(data)
        if len(pieces) == 1:
            return pieces[0]
        if not self._is_noisy:
            log.warning("breaks or noise on the printer's line: check that it is switched on, its speed and its cable")
        self._is_noisy = True
        return b""

    def _wait(self, event: int, deadline_monotonic_s: float) -> bool:
        if self._fd < 0:
            return False
        self._poll.register(self._fd, event)
        polled = self._poll.poll(max(0.0, deadline_monotonic_s - time.monotonic()) * 1000)
        events = polled[0][1] if polled else 0
        self._has_hung_up = bool(events & (select.POLLHUP | select.POLLERR))
        if events and not events & event:
            self.is_broken = True
        return bool(events & event)


def _pause(deadline_monotonic_s: float) -> bool:
    """Wait `_PAUSE_S`, at most until the deadline; return whether any time is left."""
    time.sleep(max(0.0, min(_PAUSE_S, deadline_monotonic_s - time.monotonic())))
    return time.monotonic() < deadline_monotonic_s
