"""The connection to a USB printer: claiming, error messages, and bytes that do not count as sent."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from errno import ENODEV
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.config import Printer as PrinterSettings
from kiosk.drivers.printer import open_printer
from kiosk.drivers.printer.channel import Channel
from kiosk.drivers.printer.emulator.faults import request
from kiosk.drivers.printer.escpos import EscPosPrinter
from kiosk.drivers.printer.simulated import SimulatedPrinter
from kiosk.drivers.printer.usb import UsbPort
from kiosk.errors import ConfigError
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.escpos import encode_slip
from tests.drivers.fake_usb import OUT, FakeUsbBackend
from tests.drivers.rigs import PROFILE, SETUPS
from tests.receipt.samples import BARE
from tests.waiting import until

SLIP = encode_slip(BARE, PROFILE)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path)


@pytest.fixture
def bus(home: Home) -> FakeUsbBackend:
    return FakeUsbBackend(home, SimulatedPrinter(home, PROFILE, 50))


@pytest.fixture
def printer(home: Home, bus: FakeUsbBackend) -> Iterator[EscPosPrinter]:
    printer = EscPosPrinter(UsbPort("", bus), PROFILE, home=home, timeouts=SETUPS["asb"].timeouts)
    yield printer
    printer.close()
    wait_until_let_go(bus)


def wait_until_let_go(bus: FakeUsbBackend) -> None:
    until(lambda: bus.opened == 0 and not carriers(), "the printer to be let go", 3)


def carriers() -> list[str]:
    """Return the USB threads; the last one ends shortly after it has released the printer."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("usb-")]


@pytest.mark.parametrize("address", ["", "04b8:0e15", "04b8:0e15:KIOSK1"])
def test_a_printer_is_found_by_its_usb_class(bus: FakeUsbBackend, address: str) -> None:
    port = UsbPort(address, bus)
    os.close(port.connect(1))
    assert port.name == "USB 04b8:0e15"
    wait_until_let_go(bus)


@pytest.mark.parametrize("address", ["04b8:0e16", "04b8:0e15:ANOTHER"])
def test_another_printer_is_never_used_instead(bus: FakeUsbBackend, address: str) -> None:
    with pytest.raises(OSError, match=f"no USB printer {address} is plugged in") as raised:
        UsbPort(address, bus).connect(1)
    assert raised.value.errno == ENODEV
    assert bus.opened == 0


def test_a_device_without_the_printer_class_needs_an_address(bus: FakeUsbBackend) -> None:
    bus.device_class = 255
    with pytest.raises(OSError, match="no USB printer is plugged in"):
        UsbPort("", bus).connect(1)
    os.close(UsbPort("04b8:0e15", bus).connect(1))
    wait_until_let_go(bus)


def test_the_kernels_driver_is_detached_and_attached_again(bus: FakeUsbBackend, printer: EscPosPrinter) -> None:
    assert printer.status() is PrinterStatus.READY
    assert not bus.has_usblp
    printer.close()
    wait_until_let_go(bus)
    assert bus.has_usblp


def test_a_second_process_cannot_open_the_usb_printer(bus: FakeUsbBackend, printer: EscPosPrinter) -> None:
    assert printer.status() is PrinterStatus.READY
    with pytest.raises(OSError, match="another process uses this printer"):
        UsbPort("", bus).connect(1)
    assert printer.print_job(SLIP, 8) is Outcome.CONFIRMED


def test_a_missing_permission_is_reported_with_the_remedy(bus: FakeUsbBackend, printer: EscPosPrinter) -> None:
    bus.is_forbidden = True
    assert printer.status() is PrinterStatus.OFFLINE
    assert "60-kiosk.rules" in printer.why
    bus.is_forbidden = False
    assert printer.status() is PrinterStatus.READY
    assert printer.why == ""


def test_bytes_that_the_printer_has_not_taken_do_not_count_as_sent(home: Home, bus: FakeUsbBackend) -> None:
    channel = Channel(UsbPort("", bus).connect(1))
    request(home, "stuck")
    taken = channel.write(bytes(100_000), time.monotonic() + 0.5)
    assert taken < 16 * 1024  # what waits on the way is little
    assert not channel.is_drained()
    assert not channel.wait_drained(time.monotonic() + 0.3)
    request(home, "ok")
    assert channel.wait_drained(time.monotonic() + 3)
    channel.close()
    wait_until_let_go(bus)


def test_a_closed_line_to_a_printer_that_takes_nothing_ends(home: Home, bus: FakeUsbBackend) -> None:
    channel = Channel(UsbPort("", bus).connect(1))
    request(home, "stuck")
    channel.write(bytes(100_000), time.monotonic() + 0.2)
    channel.close()
    wait_until_let_go(bus)


def test_a_stall_breaks_the_job_and_the_next_one_goes_through(bus: FakeUsbBackend, printer: EscPosPrinter) -> None:
    assert printer.print_job(SLIP, 8) is Outcome.CONFIRMED
    bus.stalls_after_bytes = len(SLIP) // 2
    assert printer.print_job(SLIP, 8) is Outcome.UNCERTAIN
    assert printer.print_job(SLIP, 8) is Outcome.CONFIRMED
    assert OUT not in bus.halted


def test_a_unidirectional_printer_is_unknown_and_prints(bus: FakeUsbBackend, printer: EscPosPrinter) -> None:
    bus.has_answers = False
    assert printer.status() is PrinterStatus.UNKNOWN
    assert printer.print_job(SLIP, 8) is Outcome.ACCEPTED


@pytest.mark.parametrize("address", ["4b8:e15", "/dev/usb/lp0", "04b8:0e15:"])
def test_a_malformed_usb_address_is_refused(home: Home, address: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(address)):
        open_printer(PrinterSettings(driver="usb", address=address), home)


def test_the_real_library_reports_that_no_printer_is_there(home: Home) -> None:
    """Uses libusb if it is installed; no device has this unassigned product number."""
    printer = open_printer(PrinterSettings(driver="usb", address="dead:beef"), home)
    assert printer.status() is PrinterStatus.OFFLINE
    assert "dead:beef is plugged in" in printer.why or "libusb-1.0-0" in printer.why
    printer.close()


def test_pyusb_is_loaded_for_this_driver_alone() -> None:
    program = """
import sys
from pathlib import Path
from kiosk.config import Home, Printer
from kiosk.drivers.printer import open_printer
open_printer(Printer(driver="device", address="/dev/usb/lp0"), Home.at(Path("/nowhere")))
sys.exit("usb" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
