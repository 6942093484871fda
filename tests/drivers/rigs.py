"""Printers on a test bench: the same hardware in software at the end of each kind of line the kiosk can drive.

Every rig has a `Printer` as the product opens it, and the emulated machine behind it, which misbehaves on request.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import tty
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PIL import Image

from kiosk.config import Home
from kiosk.config import Printer as PrinterSettings
from kiosk.drivers.control import Watch
from kiosk.drivers.printer import Printer, open_printer
from kiosk.drivers.printer.channel import connect_tcp, open_device
from kiosk.drivers.printer.escpos import EscPosPrinter
from kiosk.drivers.printer.faults import active, control_file, request
from kiosk.drivers.printer.simulated import SimulatedPrinter
from kiosk.receipt.slip import PrinterProfile

PROFILE = PrinterProfile()


class Rig:
    """One printer on the bench; `connect` opens a bare line to it."""

    def __init__(
        self, home: Home, hardware: SimulatedPrinter, connect: Callable[[float], int], printer: Printer
    ) -> None:
        self._home = home
        self.hardware = hardware
        self.connect = connect
        self.printer = printer

    def request(self, action: str) -> None:
        """Let the hardware misbehave, or mend it."""
        request(self._home, action)

    def slips(self) -> list[Image.Image]:
        """Return what lies in the tray, oldest first."""
        files = sorted((self._home.run / "sim" / "printer" / "slips").glob("*.png"))
        pictures: list[Image.Image] = []
        for file in files:
            with Image.open(file) as picture:
                picture.load()
                pictures.append(picture)
        return pictures


@contextlib.contextmanager
def simulated_rig(home: Home, buffer_bytes: int) -> Iterator[Rig]:
    """The simulated printer as it ships."""
    hardware = SimulatedPrinter(home, PROFILE, 50, buffer_bytes)
    rig = Rig(home, hardware, hardware.connect, EscPosPrinter(hardware.connect, PROFILE.has_cutter))
    yield rig
    rig.printer.close()


@contextlib.contextmanager
def tcp_rig(home: Home, buffer_bytes: int) -> Iterator[Rig]:
    """A network printer on loopback: one connection at a time, nobody at the port while it is unplugged."""
    hardware = SimulatedPrinter(home, PROFILE, 50, buffer_bytes)
    listener = _listening(0)
    port: int = listener.getsockname()[1]

    def serve(stop: socket.socket) -> None:
        nonlocal listener
        watch = Watch(control_file(home))
        while True:
            is_out = "unplug" in active(home)
            if is_out:
                listener.close()
            elif listener.fileno() < 0:
                listener = _listening(port)
            ready = _readable(stop, watch) if is_out else _readable(stop, watch, listener)
            if stop in ready:
                break
            if watch in ready:
                watch.has_changed()
            elif listener in ready:
                with listener.accept()[0] as line:
                    hardware.serve(line.fileno())
        watch.close()
        listener.close()

    settings = PrinterSettings(driver="tcp", address=f"127.0.0.1:{port}")
    with _bench(home, serve):
        rig = Rig(home, hardware, partial(connect_tcp, "127.0.0.1", port), open_printer(settings, home))
        yield rig
        rig.printer.close()


@contextlib.contextmanager
def device_rig(home: Home, buffer_bytes: int) -> Iterator[Rig]:
    """A printer behind a device file that goes away when the cable is out: a pseudo terminal under a fixed name."""
    hardware = SimulatedPrinter(home, PROFILE, 50, buffer_bytes)
    path = home.run / "lp0"
    path.parent.mkdir(parents=True, exist_ok=True)
    plugged = threading.Event()

    def serve(stop: socket.socket) -> None:
        watch = Watch(control_file(home))
        while True:
            if "unplug" in active(home):
                ready = _readable(stop, watch)
                watch.has_changed()
                if stop in ready:
                    break
            else:
                _serve_one_terminal(hardware, path, plugged)
        watch.close()

    settings = PrinterSettings(driver="device", address=str(path))
    with _bench(home, serve):
        plugged.wait(5)
        rig = Rig(home, hardware, lambda _timeout_s: open_device(path), open_printer(settings, home))
        yield rig
        rig.printer.close()
        rig.request("unplug")  # a terminal, unlike a socket, does not end when its other side is closed


def _serve_one_terminal(hardware: SimulatedPrinter, path: Path, plugged: threading.Event) -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    part = path.with_suffix(".part")
    part.symlink_to(os.ttyname(theirs))
    part.replace(path)
    plugged.set()
    try:
        hardware.serve(ours)
    finally:
        path.unlink()
        os.close(ours)
        os.close(theirs)


def _readable(*waiting: socket.socket | Watch) -> list[socket.socket | Watch]:
    """Wait for one of them and return those that have something."""
    return select.select(waiting, [], [])[0]


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(1)
    return listener


@contextlib.contextmanager
def _bench(home: Home, serve: Callable[[socket.socket], None]) -> Iterator[None]:
    stop, stopped = socket.socketpair()
    bench = threading.Thread(target=serve, args=(stopped,), name="bench", daemon=True)
    bench.start()
    with stop, stopped:
        try:
            yield
        finally:
            stop.sendall(b"x")
            bench.join(5)
            assert not bench.is_alive(), "the emulated printer did not end"
