"""What is wrong in the hall right now, told from the processes' health files, the disk and the clock."""

from __future__ import annotations

from typing import Any

from kiosk.config import Settings
from kiosk.drivers.printer import PrinterStatus
from kiosk.lobby.views import Fault
from kiosk.store.database import Store
from kiosk.store.health import read_health

_OF_PRINTER: dict[str, Fault] = {
    PrinterStatus.PAPER_OUT: Fault.PAPER_OUT,
    PrinterStatus.COVER_OPEN: Fault.COVER_OPEN,
    PrinterStatus.ERROR: Fault.PRINTER_ERROR,
    PrinterStatus.OFFLINE: Fault.PRINTER_OFFLINE,
    PrinterStatus.UNKNOWN: Fault.PRINTER_SILENT,
    PrinterStatus.PAPER_LOW: Fault.PAPER_LOW,
}


def faults(settings: Settings, store: Store, *, is_open: bool, is_certain: bool) -> tuple[Fault, ...]:
    """Return what is wrong, worst first; empty when all is well."""
    health = read_health(settings.home)
    found = {
        Fault.DISK_FULL: not store.has_space(),
        Fault.CLOSED: not is_open,
        Fault.CLOCK_UNSURE: not is_certain,
        Fault.LINE_DOWN: _is_line_down(health.get("sync")),
    }
    # A kiosk that has no printer by choice misses nothing: its screen offers the number for a photograph.
    has_printer = settings.kiosk.printer.driver != "none"
    printer = _of_printer(health.get("printer")) if has_printer else None
    return tuple(fault for fault in Fault if found.get(fault) or fault is printer)


def _of_printer(health: dict[str, Any] | None) -> Fault | None:
    if health is None or not health["is_running"]:
        return Fault.PRINTER_OFFLINE
    return _OF_PRINTER.get(health.get("status", ""))


def _is_line_down(health: dict[str, Any] | None) -> bool:
    return health is None or not health["is_running"] or health.get("line") != "online"
