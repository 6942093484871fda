"""Printers: the factory for the real drivers and the simulated one.

This module imports the drivers only when it opens one. Importing them costs 90 ms, on a Pi half a second, and a process
that only reads a status does not need them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.config import Home
from kiosk.config import Printer as PrinterSettings
from kiosk.drivers.printer.about import About, read_about
from kiosk.drivers.printer.capabilities import forget_capabilities, read_capabilities
from kiosk.drivers.printer.timeouts import TIMEOUTS, Timeouts
from kiosk.errors import ConfigError
from kiosk.ports.printer import Printer

if TYPE_CHECKING:
    from kiosk.drivers.printer.transports import Transport

__all__ = [
    "About",
    "Timeouts",
    "forget_capabilities",
    "open_printer",
    "read_about",
    "read_capabilities",
]

_RAW_PORT = 9100
"""Where network printers take raw bytes. Source: IANA, "pdl-datastream"."""


def open_printer(printer: PrinterSettings, home: Home, timeouts: Timeouts = TIMEOUTS) -> Printer:
    """Return the printer that the settings name. It connects at the first call, and reconnects after an unplug.

    Raises:
        ConfigError: no printer is configured, its address is malformed, or its profile is unknown. No other printer is
            ever opened instead.
    """
    from kiosk.config.printer_models import wrong_profile
    from kiosk.drivers.printer.escpos import EscPosPrinter
    from kiosk.drivers.printer.printer_session import AUTO
    from kiosk.receipt.slip import PrinterProfile

    if printer.profile != AUTO and (wrong := wrong_profile(printer.profile)):
        raise _wrong(home, f"profile = {printer.profile!r}: {wrong}")
    paper = PrinterProfile.of(printer)
    return EscPosPrinter(
        _transport(printer, home),
        paper,
        profile=printer.profile,
        home=home,
        own_font=printer.own_font,
        timeouts=timeouts,
    )


def _transport(printer: PrinterSettings, home: Home) -> Transport:
    from kiosk.drivers.printer.transports import DeviceFile, Network
    from kiosk.drivers.serial_line import SerialLine
    from kiosk.receipt.slip import PrinterProfile

    if printer.driver == "simulated":
        from kiosk.drivers.printer.simulated import SimulatedPrinter

        return SimulatedPrinter(home, PrinterProfile.of(printer), printer.slips_kept)
    if printer.driver == "tcp":
        return Network(*_host_and_port(printer.address, home))
    if printer.driver == "usb":
        from kiosk.drivers.printer.usb import UsbPort  # costs 40 ms and 6 MB

        try:
            return UsbPort(printer.address)
        except ValueError as error:
            raise _wrong(home, f"address = {error}") from error
    if printer.driver == "device":
        path = Path(printer.address)
        if not path.is_absolute():
            raise _wrong(home, f"address = {printer.address!r} is not a path such as /dev/usb/lp0")
        return DeviceFile(path, SerialLine(printer.baud, printer.flow))
    raise _wrong(home, f"driver = {printer.driver!r}: this kiosk has no printer to open")


def _host_and_port(address: str, home: Home) -> tuple[str, int]:
    host, _, port = address.rpartition(":") if ":" in address else (address, "", str(_RAW_PORT))
    if not host or not (port.isascii() and port.isdigit()) or not 0 < int(port) < 65536:
        raise _wrong(home, f"address = {address!r} is not host:port such as 192.168.1.50:9100")
    return host.strip("[]"), int(port)


def _wrong(home: Home, what: str) -> ConfigError:
    file = home.etc / "kiosk.toml"
    return ConfigError(f"{file}: printer.{what}", file=file, key="printer")
