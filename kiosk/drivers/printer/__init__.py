"""Printers: the port that the kiosk prints through, the real ones and their simulated twin."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from kiosk.config import Home
from kiosk.config import Printer as PrinterSettings
from kiosk.drivers.printer.channel import connect_tcp, open_device
from kiosk.drivers.printer.escpos import EscPosPrinter
from kiosk.drivers.printer.port import Outcome, Printer, PrinterStatus
from kiosk.errors import ConfigError
from kiosk.receipt.slip import PrinterProfile

__all__ = ["Outcome", "Printer", "PrinterStatus", "open_printer"]

_RAW_PORT = 9100
"""Where network printers take raw bytes. Source: IANA, "pdl-datastream"."""


def open_printer(printer: PrinterSettings, home: Home) -> Printer:
    """Return the printer that the settings name. It is reached when it is first asked, and again after an unplug.

    Raises:
        ConfigError: there is none, or its address cannot be one. Nothing else is ever opened in its place.
    """
    if printer.driver == "simulated":
        from kiosk.drivers.printer.simulated import SimulatedPrinter

        hardware = SimulatedPrinter(home, PrinterProfile.of(printer), printer.slips_kept)
        return EscPosPrinter(hardware.connect, printer.has_cutter)
    if printer.driver == "tcp":
        return EscPosPrinter(partial(connect_tcp, *_host_and_port(printer.address, home)), printer.has_cutter)
    if printer.driver == "device":
        path = Path(printer.address)
        if not path.is_absolute():
            raise _wrong(home, f"address = {printer.address!r} is not a path such as /dev/usb/lp0")
        return EscPosPrinter(lambda _timeout_s: open_device(path), printer.has_cutter)
    raise _wrong(home, f"driver = {printer.driver!r}: this kiosk has no printer to open")


def _host_and_port(address: str, home: Home) -> tuple[str, int]:
    host, _, port = address.rpartition(":") if ":" in address else (address, "", str(_RAW_PORT))
    if not host or not (port.isascii() and port.isdigit()) or not 0 < int(port) < 65536:
        raise _wrong(home, f"address = {address!r} is not host:port such as 192.168.1.50:9100")
    return host.strip("[]"), int(port)


def _wrong(home: Home, what: str) -> ConfigError:
    file = home.etc / "kiosk.toml"
    return ConfigError(f"{file}: printer.{what}", file=file, key="printer")
