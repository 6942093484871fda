"""The emulated printer on a line that any program can open: a pseudo terminal, or a port on loopback.

Behind the line is the simulated printer with the same machine, the same actions and the same tray.
"""

from __future__ import annotations

import os
import select
import socket
import tty
from collections.abc import Callable
from pathlib import Path

from kiosk.config import Home
from kiosk.drivers.control_file import Watch
from kiosk.drivers.printer.emulator.faults import active, control_file
from kiosk.drivers.printer.simulated import SimulatedPrinter
from kiosk.files import replace_link


class TerminalEmulator:
    """A printer behind a device file at `path`, which exists while the cable is in."""

    def __init__(self, home: Home, hardware: SimulatedPrinter, path: Path) -> None:
        self.address = str(path)
        self._home = home
        self._hardware = hardware
        self._path = path

    def serve(self, stop: socket.socket, ready: Callable[[], None]) -> None:
        """Serve until `stop` is readable; `ready` is called each time the cable is plugged in.

        Raises:
            OSError: no pseudo terminal is available, or the path cannot be created.
        """
        watch = Watch(control_file(self._home))
        while not _is_readable(stop):
            if "unplug" in active(self._home):
                _wait(stop, watch)
                watch.has_changed()
            else:
                self._serve_plugged(stop, ready)
        watch.close()

    def _serve_plugged(self, stop: socket.socket, ready: Callable[[], None]) -> None:
        ours, theirs = os.openpty()  # `theirs` stays open here, so that another program's close does not end the line
        tty.setraw(theirs)
        replace_link(self._path, os.ttyname(theirs))
        ready()
        try:
            self._hardware.serve(ours, stop)
        finally:
            self._path.unlink(missing_ok=True)
            os.close(ours)
            os.close(theirs)


class NetworkEmulator:
    """A network printer on loopback: one connection at a time; the port is closed while it is unplugged.

    A second connection is not refused while the first one is open: the kernel accepts it and buffers its bytes.

    Raises:
        OSError: the port is taken.
    """

    def __init__(self, home: Home, hardware: SimulatedPrinter, port: int) -> None:
        self._home = home
        self._hardware = hardware
        self._listener = _open_listener(port)
        self._port: int = self._listener.getsockname()[1]
        self.address = f"127.0.0.1:{self._port}"

    def serve(self, stop: socket.socket, ready: Callable[[], None]) -> None:
        """Serve until `stop` is readable; `ready` is called when the port opens, also after an unplug.

        Raises:
            OSError: another program took the port while the printer was unplugged.
        """
        watch = Watch(control_file(self._home))
        ready()
        while not _is_readable(stop):
            if "unplug" in active(self._home):
                self._listener.close()
            elif self._listener.fileno() < 0:
                self._listener = _open_listener(self._port)
                ready()
            is_free = self._listener.fileno() >= 0 and "held" not in active(self._home)
            ready_sources = _wait(stop, watch, self._listener) if is_free else _wait(stop, watch)
            if watch in ready_sources:
                watch.has_changed()
            elif self._listener in ready_sources:
                with self._listener.accept()[0] as line:
                    self._hardware.serve(line.fileno(), stop, ends_on_fault="held")
        watch.close()
        self._listener.close()


def _is_readable(stop: socket.socket) -> bool:
    return bool(select.select([stop], [], [], 0)[0])


def _wait(*waiting: socket.socket | Watch) -> list[socket.socket | Watch]:
    """Wait until one of them is readable and return those that are."""
    return select.select(waiting, [], [])[0]


def _open_listener(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(1)
    return listener
