"""Printers behind the kernel's own drivers, on the same benches as the emulator on a pseudo terminal."""

from __future__ import annotations

import contextlib
import os
import select
import socket
from collections.abc import Callable, Iterator

from kiosk.config import Home
from kiosk.config import Printer as PrinterSettings
from kiosk.drivers.control_file import Watch
from kiosk.drivers.printer import open_printer
from kiosk.drivers.printer.emulator.faults import active, control_file
from kiosk.drivers.printer.simulated import SimulatedPrinter
from kiosk.drivers.printer.transports import DeviceFile
from tests.drivers.rigs import SETUPS, Bench, Rig, Setup, hardware_of, serving
from tests.metal.devices import Pluggable
from tests.metal.gadgets import PrinterGadget, SerialGadget
from tests.metal.qemu import SerialAdapter


class CableEmulator:
    """The emulated printer at the far side of a true cable, which `kiosk sim printer unplug` pulls."""

    def __init__(self, home: Home, hardware: SimulatedPrinter, cable: Pluggable) -> None:
        self._home = home
        self._hardware = hardware
        self._cable = cable

    def serve(self, stop: socket.socket, ready: Callable[[], None]) -> None:
        """Be there until `stop` has something to read; `ready` is called each time the cable is in."""
        watch = Watch(control_file(self._home))
        while not select.select([stop], [], [], 0)[0]:
            if "unplug" in active(self._home):
                select.select([stop.fileno(), watch.fileno()], [], [])
                watch.has_changed()
            else:
                self._serve_plugged(stop, ready)
        watch.close()

    def _serve_plugged(self, stop: socket.socket, ready: Callable[[], None]) -> None:
        far = self._cable.plug()
        ready()
        try:
            self._hardware.serve(far, stop)
        finally:
            os.close(far)
            self._cable.pull()


@contextlib.contextmanager
def _cable_rig(cable: Pluggable, home: Home, setup: Setup) -> Iterator[Rig]:
    hardware = hardware_of(home, setup)
    settings = PrinterSettings(driver="device", address=str(cable.node), profile=setup.profile)
    connect = DeviceFile(cable.node).connect
    with (
        serving(CableEmulator(home, hardware, cable)),
        Rig(home, hardware, connect, lambda: open_printer(settings, home, setup.timeouts)) as rig,
    ):
        yield rig


@contextlib.contextmanager
def usblp_rig(home: Home, setup: Setup = SETUPS["asb"]) -> Iterator[Rig]:
    """A printer of the USB printer class, `/dev/usb/lp0`."""
    with contextlib.closing(PrinterGadget()) as gadget, _cable_rig(gadget, home, setup) as rig:
        yield rig


@contextlib.contextmanager
def acm_rig(home: Home, setup: Setup = SETUPS["asb"]) -> Iterator[Rig]:
    """A printer that makes a serial port of USB, `/dev/ttyACM0`."""
    with contextlib.closing(SerialGadget()) as gadget, _cable_rig(gadget, home, setup) as rig:
        yield rig


@contextlib.contextmanager
def ftdi_rig(home: Home, setup: Setup = SETUPS["asb"]) -> Iterator[Rig]:
    """A printer with a serial plug behind an FTDI adapter, `/dev/ttyUSB0`."""
    with _cable_rig(SerialAdapter(), home, setup) as rig:
        yield rig


METAL: dict[str, Bench] = {"usblp": usblp_rig, "cdc-acm": acm_rig, "ftdi": ftdi_rig}
