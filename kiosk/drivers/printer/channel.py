"""One open line to a printer as a file descriptor that never blocks: TCP, a device file, a socket pair.

A write to usblp can block for ever when the paper ends, so every read and write waits in poll, with a deadline, and a
line that breaks is remembered instead of raised.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import socket
import stat
import struct
import termios
import time
import tty
from pathlib import Path

from kiosk.errors import DeviceError

_CHUNK_BYTES = 4096
_PAUSE_S = 0.02
_UNACKNOWLEDGED_MS = 10_000
"""A network printer that acknowledges nothing for so long is gone; TCP by itself would hope for 15 minutes."""


class Channel:
    """Bytes to and from a printer. All `ends` are times of `time.monotonic()`."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._is_socket = stat.S_ISSOCK(os.fstat(fd).st_mode)
        self._poll = select.poll()
        self._has_hung_up = False
        self.is_broken = False

    def write(self, payload: bytes, ends: float) -> int:
        """Return how many bytes were taken before `ends`, or before the line broke."""
        rest = memoryview(payload)
        while rest and not self.is_broken and self._wait(select.POLLOUT, ends):
            try:
                rest = rest[os.write(self._fd, rest[:_CHUNK_BYTES]) :]
            except BlockingIOError:
                time.sleep(_PAUSE_S)  # usblp without paper: poll says writable, write says later
            except OSError:
                self.is_broken = True
        return len(payload) - len(rest)

    def read(self, ends: float) -> bytes:
        """Return what has come as soon as there is something, or nothing at `ends` or when the line broke."""
        while not self.is_broken and self._wait(select.POLLIN, ends):
            try:
                data = os.read(self._fd, _CHUNK_BYTES)
            except BlockingIOError:
                continue
            except OSError:
                self.is_broken = True
                break
            if data:
                return data
            if self._is_socket or self._has_hung_up:
                self.is_broken = True
            else:
                time.sleep(_PAUSE_S)  # an empty USB transfer is not the end
        return b""

    def is_drained(self) -> bool:
        """Tell whether the other side has taken everything that was written."""
        if not self._wait(select.POLLOUT, time.monotonic()):
            return False
        try:
            waiting = fcntl.ioctl(self._fd, termios.TIOCOUTQ, bytes(4))
        except OSError:  # usblp does not count, but is writable only when its last transfer is done
            return True
        return bool(struct.unpack("i", waiting)[0] == 0)

    def wait_drained(self, ends: float) -> bool:
        """Wait until the other side has taken everything; tell whether it has."""
        while not self.is_drained():
            if self.is_broken or time.monotonic() >= ends:
                return False
            time.sleep(_PAUSE_S)
        return not self.is_broken

    def close(self) -> None:
        """Let go of the line; closing twice is fine."""
        if self._fd >= 0:
            with contextlib.suppress(termios.error):
                # Or closing a serial line would wait half a minute for a printer that takes no more.
                termios.tcflush(self._fd, termios.TCOFLUSH)
            with contextlib.suppress(OSError):
                os.close(self._fd)
        self._fd, self.is_broken = -1, True

    def _wait(self, event: int, ends: float) -> bool:
        self._poll.register(self._fd, event)
        happened = self._poll.poll(max(0.0, ends - time.monotonic()) * 1000)
        found = happened[0][1] if happened else 0
        self._has_hung_up = bool(found & (select.POLLHUP | select.POLLERR))
        if found and not found & event:
            self.is_broken = True
        return bool(found & event)


def connect_tcp(host: str, port: int, timeout_s: float) -> int:
    """Return a connected socket's descriptor.

    Raises:
        OSError: nobody is there, or not within `timeout_s`.
    """
    with socket.create_connection((host, port), timeout_s) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
        return connection.detach()


def open_device(path: Path) -> int:
    """Return the descriptor of a printer's device file (`/dev/usb/lp0`, a serial port), with its line left raw.

    Raises:
        OSError: it is not there, or somebody else has it.
        DeviceError: it is no device; bytes written to a plain file would look printed.
    """
    fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        if not stat.S_ISCHR(os.fstat(fd).st_mode):
            raise DeviceError(f"{path} is not a device file: set printer.address to one such as /dev/usb/lp0")
        if os.isatty(fd):
            tty.setraw(fd, termios.TCSANOW)  # a terminal line would echo and turn line feeds into two bytes
    except BaseException:
        os.close(fd)
        raise
    return fd
