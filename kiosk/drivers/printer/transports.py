"""Connections to a printer: the hall's network, a USB printer's device file, a serial line; each is one descriptor."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path
from typing import Protocol

from kiosk.drivers.serial_line import USUAL, SerialLine, lock, set_line
from kiosk.errors import DeviceError

_UNACKNOWLEDGED_MS = 10_000
"""A network printer that acknowledges nothing for this long is gone; the default of TCP is about 15 minutes."""


class Transport(Protocol):
    """A connection to a printer. `name` is for people; `is_slow` is known after `connect`: true on a serial line."""

    @property
    def name(self) -> str: ...

    @property
    def is_slow(self) -> bool: ...

    def connect(self, timeout_s: float) -> int:
        """Return the descriptor of a new line.

        Raises:
            OSError: the printer cannot be reached within `timeout_s`, or another process uses it.
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
        """Return its descriptor, locked for this process alone; a serial line is configured and set to raw mode.

        Raises:
            OSError: the device file does not exist, or another process uses it.
            DeviceError: the file is not a device; bytes written to a plain file would count as printed.
        """
        # Without O_NONBLOCK, open() would block on a serial line without carrier.
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
