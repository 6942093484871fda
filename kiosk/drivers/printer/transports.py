"""The ways to a printer: the hall's network, a USB printer's device file, a serial line; each is one descriptor."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path
from typing import Protocol

from kiosk.drivers.serial_line import USUAL, SerialLine, lock, set_line
from kiosk.errors import DeviceError

_UNACKNOWLEDGED_MS = 10_000
"""A network printer that acknowledges nothing for so long is gone; TCP by itself would hope for 15 minutes."""


class Transport(Protocol):
    """A way to a printer; `name` tells people which, `is_slow` whether bytes count on it, once it was connected."""

    @property
    def name(self) -> str: ...

    @property
    def is_slow(self) -> bool: ...

    def connect(self, timeout_s: float) -> int:
        """Return the descriptor of a new line.

        Raises:
            OSError: nobody is there, or not within `timeout_s`, or another process has it.
        """
        ...


class Network:
    """A printer on the hall's network."""

    def __init__(self, host: str, port: int) -> None:
        self.name = f"network {host}:{port}"
        self.is_slow = False
        self._address = host, port

    def connect(self, timeout_s: float) -> int:
        """Return a connected socket's descriptor; see `Transport`."""
        with socket.create_connection(self._address, timeout_s) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
            return connection.detach()


class DeviceFile:
    """A printer behind a device file: `/dev/usb/lp0` (usblp), or a serial line such as `/dev/ttyUSB0`."""

    def __init__(self, path: Path, line: SerialLine = USUAL) -> None:
        self.name = f"device {path}"
        self.is_slow = False
        self._path = path
        self._line = line

    def connect(self, timeout_s: float) -> int:
        """Return its descriptor, locked for this process alone; a serial line is set and left raw.

        Raises:
            OSError: it is not there, or somebody else has it.
            DeviceError: it is no device; bytes written to a plain file would look printed.
        """
        # Without O_NONBLOCK a serial line without carrier would hold up the opening itself.
        fd = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            if not stat.S_ISCHR(os.fstat(fd).st_mode):
                raise DeviceError(f"{self._path} is not a device file: set printer.address to one such as /dev/usb/lp0")
            lock(fd, self._path)
            if os.isatty(fd):
                set_line(fd, self._line)
                self.name = f"serial line {self._path}, {self._line}"
                self.is_slow = True
        except BaseException:
            os.close(fd)
            raise
        return fd
