"""What is wrong in the hall right now, told from the processes' health files and the disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from kiosk.config import Settings
from kiosk.lobby.conditions import Fault
from kiosk.ports.printer import PrinterStatus
from kiosk.store.database import Store
from kiosk.store.health import read_health

Face = Literal["screen", "board"]
"""Whose loudspeaker counts: each window has its own."""

_GONE = ("offline", "missing")
"""What a device's driver says of one that is not there."""

_OF_PRINTER: dict[str, Fault] = {
    PrinterStatus.PAPER_OUT: Fault.PAPER_OUT,
    PrinterStatus.COVER_OPEN: Fault.COVER_OPEN,
    PrinterStatus.ERROR: Fault.PRINTER_ERROR,
    PrinterStatus.CUTTER_JAMMED: Fault.PRINTER_ERROR,
    PrinterStatus.OVERHEATED: Fault.PRINTER_ERROR,
    PrinterStatus.OFFLINE: Fault.PRINTER_OFFLINE,
    PrinterStatus.UNKNOWN: Fault.PRINTER_SILENT,
    PrinterStatus.PAPER_LOW: Fault.PAPER_LOW,
}


def faults(settings: Settings, store: Store, face: Face, known: Mapping[Fault, bool]) -> tuple[Fault, ...]:
    """Return what is wrong for one face, worst first; empty when all is well.

    Args:
        known: what the caller has found out already.
    """
    health = read_health(settings.home)
    kiosk = settings.kiosk
    sound = kiosk.board_sound if face == "board" else kiosk.sound
    found = {
        **known,
        Fault.DISK_FULL: not store.has_space(),
        Fault.LINE_DOWN: _is_line_down(health.get("sync")),
        # What a kiosk lacks by choice is missed by nobody.
        Fault.SCANNER_OFFLINE: kiosk.scanner.driver != "none" and _is_offline(health.get("screen"), "scanner"),
        Fault.PAPER_LOW: kiosk.printer.driver != "none" and _says(health.get("screen"), "roll", "low"),
        Fault.CASE_OPEN: kiosk.panel.driver != "none" and _says(health.get("screen"), "case", "opened"),
        Fault.PANEL_OFFLINE: kiosk.panel.driver != "none" and _is_offline(health.get("screen"), "panel"),
        Fault.SPEAKER_OFFLINE: sound.driver != "none" and _is_offline(health.get(face), "speaker"),
    }
    has_printer = kiosk.printer.driver != "none"
    printer = _of_printer(health.get("printer")) if has_printer else None
    return tuple(fault for fault in Fault if found.get(fault) or fault is printer)


def _of_printer(health: dict[str, Any] | None) -> Fault | None:
    if health is None or not health["is_running"]:
        return Fault.PRINTER_OFFLINE
    if not health["is_current"]:
        return Fault.PRINTER_SILENT
    return _OF_PRINTER.get(health.get("status", ""))


def _is_line_down(health: dict[str, Any] | None) -> bool:
    return health is None or not health["is_running"] or health.get("line") != "online"


def _is_offline(health: dict[str, Any] | None, device: str) -> bool:
    """Tell whether a window says that a device of its own is gone; one that does not run says nothing."""
    return _says(health, device, *_GONE)


def has_water(settings: Settings) -> bool:
    """Tell whether a cup can be filled at this kiosk now, or is being filled."""
    if not settings.kiosk.panel.has_water:
        return False
    from kiosk.ports.panel import Water

    return _says(read_health(settings.home).get("screen"), "water", Water.READY, Water.POURING)


def _says(health: dict[str, Any] | None, fact: str, *values: str) -> bool:
    """Tell whether a process that runs says so of a fact."""
    return health is not None and health["is_running"] and health.get(fact) in values
