"""`kiosk run printer` with a USB bus of the tests' own: python -m tests.e2e.usb_printer ROOT."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import usb.backend.libusb1

from kiosk import notify
from kiosk.config import Home, load
from kiosk.drivers.printer.simulated import SimulatedPrinter
from kiosk.processes.printer import run_printer
from kiosk.receipt.slip import PrinterProfile
from tests.drivers.fake_usb import FakeUsbBackend


def main() -> None:
    """Print what is to be printed until SIGTERM."""
    logging.basicConfig(level="INFO", format="%(levelname)s %(name)s: %(message)s")
    home = Home.at(Path(sys.argv[1]))
    settings = load(home)
    printer = settings.kiosk.printer
    bus = FakeUsbBackend(home, SimulatedPrinter(home, PrinterProfile.of(printer), printer.slips_kept))
    usb.backend.libusb1.get_backend = lambda: bus  # what pyusb asks first
    run_printer(settings, notify.watchdog)


if __name__ == "__main__":
    main()
