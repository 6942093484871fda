"""Printers on a test bench: the emulated printer at the end of each kind of line the kiosk can drive.

Every rig has a `Printer` as the product opens it, and the emulated machine behind it, which misbehaves on request.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, Self

from PIL import Image

from kiosk.config import Home
from kiosk.config import Printer as PrinterSettings
from kiosk.drivers.printer import Timeouts, open_printer
from kiosk.drivers.printer.emulator.endpoints import NetworkEmulator, TerminalEmulator
from kiosk.drivers.printer.emulator.families import FAMILIES, Family
from kiosk.drivers.printer.emulator.faults import request
from kiosk.drivers.printer.escpos import EscPosPrinter
from kiosk.drivers.printer.simulated import SimulatedPrinter
from kiosk.drivers.printer.timeouts import TIMEOUTS
from kiosk.drivers.printer.transports import DeviceFile, Network
from kiosk.drivers.printer.usb import UsbPort
from kiosk.ports.printer import Printer, PrinterStatus
from kiosk.receipt.slip import PrinterProfile
from kiosk.records import Record
from tests.drivers.fake_usb import FakeUsbBackend
from tests.waiting import soon

PROFILE = PrinterProfile()
ROOMY, TINY = 64 * 1024, 512
"""Buffers that hold a whole slip, and next to nothing of it."""
LATE_S = 1.5
"""So late at most even a busy machine sees that a deadline has passed."""


class Setup(Record):
    """The setup of a rig; the timeouts for a printer that does not answer are shorter than in production."""

    buffer_bytes: int = ROOMY
    family: Family = FAMILIES["asb"]
    profile: str = "auto"
    timeouts: Timeouts = TIMEOUTS


SETUPS = {
    "asb": Setup(timeouts=Timeouts(settle_s=1.0, quiet_s=0.05)),
    "dle": Setup(family=FAMILIES["dle"], profile="generic", timeouts=Timeouts(settle_s=0.4, look_every_s=0.1)),
    "silent": Setup(family=FAMILIES["silent"], profile="generic", timeouts=Timeouts(answer_s=0.1)),
}


class Rig:
    """One printer on the bench; `connect` opens a bare line to it, `opens` is what a process does when it begins."""

    def __init__(
        self, home: Home, hardware: SimulatedPrinter, connect: Callable[[float], int], opens: Callable[[], Printer]
    ) -> None:
        self.home = home
        self.hardware = hardware
        self.connect = connect
        self.printer = opens()
        self._opens = opens

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.printer.close()

    def begin_anew(self) -> None:
        """Let another process have the printer: what the one before knew only by itself is gone."""
        self.printer.close()
        self.printer = self._opens()

    def request(self, action: str) -> None:
        """Let the hardware misbehave, or mend it."""
        request(self.home, action)

    def eventually(self, wanted: PrinterStatus) -> bool:
        """Ask again for a moment: a cable takes its time to be noticed at the far end of a network."""
        return soon(lambda: self.printer.status() is wanted, 3)

    def slips(self) -> list[Image.Image]:
        """Return what lies in the tray, oldest first."""
        files = sorted((self.home.run / "sim" / "printer" / "slips").glob("*.png"))
        pictures: list[Image.Image] = []
        for file in files:
            with Image.open(file) as picture:
                picture.load()
                pictures.append(picture)
        return pictures


class Bench(Protocol):
    """Sets up one kind of line to a printer."""

    def __call__(self, home: Home, setup: Setup = ..., /) -> contextlib.AbstractContextManager[Rig]: ...


@contextlib.contextmanager
def simulated_rig(home: Home, setup: Setup = SETUPS["asb"]) -> Iterator[Rig]:
    """The simulated printer as it ships."""
    hardware = hardware_of(home, setup)

    def opens() -> Printer:
        return EscPosPrinter(hardware, PROFILE, profile=setup.profile, home=home, timeouts=setup.timeouts)

    with Rig(home, hardware, hardware.connect, opens) as rig:
        yield rig


@contextlib.contextmanager
def tcp_rig(home: Home, setup: Setup = SETUPS["asb"]) -> Iterator[Rig]:
    """A network printer on loopback."""
    hardware = hardware_of(home, setup)
    emulator = NetworkEmulator(home, hardware, 0)
    settings = PrinterSettings(driver="tcp", address=emulator.address, profile=setup.profile)
    connect = Network("127.0.0.1", int(emulator.address.rpartition(":")[2])).connect
    with serving(emulator), Rig(home, hardware, connect, lambda: open_printer(settings, home, setup.timeouts)) as rig:
        yield rig


@contextlib.contextmanager
def device_rig(home: Home, setup: Setup = SETUPS["asb"]) -> Iterator[Rig]:
    """A printer on a serial line, whose device file disappears when the cable is out."""
    hardware = hardware_of(home, setup)
    emulator = TerminalEmulator(home, hardware, home.run / "tty")
    settings = PrinterSettings(driver="device", address=emulator.address, profile=setup.profile)
    connect = DeviceFile(Path(emulator.address)).connect
    with serving(emulator), Rig(home, hardware, connect, lambda: open_printer(settings, home, setup.timeouts)) as rig:
        yield rig


@contextlib.contextmanager
def usb_rig(home: Home, setup: Setup = SETUPS["asb"]) -> Iterator[Rig]:
    """A printer on USB without the kernel's driver."""
    hardware = hardware_of(home, setup)
    port = UsbPort("", FakeUsbBackend(home, hardware))

    def opens() -> Printer:
        return EscPosPrinter(port, PROFILE, profile=setup.profile, home=home, timeouts=setup.timeouts)

    with Rig(home, hardware, port.connect, opens) as rig:
        yield rig


BENCHES: dict[str, Bench] = {"simulated": simulated_rig, "tcp": tcp_rig, "device": device_rig, "usb": usb_rig}


class Emulator(Protocol):
    """A printer at the end of a line; see `NetworkEmulator.serve`."""

    def serve(self, stop: socket.socket, ready: Callable[[], None]) -> None: ...


@contextlib.contextmanager
def serving(emulator: Emulator) -> Iterator[None]:
    """Run an emulator during the block."""
    stop, stopped = socket.socketpair()
    plugged = threading.Event()
    bench = threading.Thread(target=emulator.serve, args=(stopped, plugged.set), name="bench", daemon=True)
    bench.start()
    assert plugged.wait(5)
    with stop, stopped:
        try:
            yield
        finally:
            stop.sendall(b"x")
            bench.join(5)
            assert not bench.is_alive(), "the emulated printer did not end"


def hardware_of(home: Home, setup: Setup) -> SimulatedPrinter:
    """Return the machine that a setup puts behind a line."""
    return SimulatedPrinter(home, PROFILE, 50, setup.buffer_bytes, family=setup.family)
