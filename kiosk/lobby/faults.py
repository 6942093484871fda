"""The present faults of the hall, from the processes' health files and the disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from kiosk.config import Settings
from kiosk.lobby.conditions import Fault
from kiosk.model.health import BoardHealth, PrinterHealth, ScreenHealth, SyncHealth
from kiosk.ports.printer import PrinterStatus
from kiosk.store.database import Store
from kiosk.store.health import ProcessStates, read_health

Face = Literal["screen", "board"]
"""Which loudspeaker counts: each window has its own."""

_GONE = ("offline", "missing")
"""The statuses of a device that is not connected."""

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
    """Return the faults for one screen, worst first; empty when there are none.


    Args:
        known: what the caller has found out already.
    """
    processes = read_health(settings.home)
    screen = processes.health_of(ScreenHealth)
    window = processes.health_of(BoardHealth) if face == "board" else screen
    kiosk = settings.kiosk
    sound = kiosk.board_sound if face == "board" else kiosk.sound
    found = {
        **known,
        Fault.DISK_FULL: not store.has_space(),
        Fault.LINE_DOWN: processes.health_of(SyncHealth).line != "online",
        # A device that is missing by choice is no fault.
        Fault.SCANNER_OFFLINE: kiosk.scanner.driver != "none" and screen.scanner in _GONE,
        Fault.PAPER_LOW: kiosk.printer.driver != "none" and screen.roll == "low",
        Fault.CASE_OPEN: kiosk.panel.driver != "none" and screen.case == "opened",
        Fault.PANEL_OFFLINE: kiosk.panel.driver != "none" and screen.panel in _GONE,
        Fault.SPEAKER_OFFLINE: sound.driver != "none" and window.speaker in _GONE,
    }
    has_printer = kiosk.printer.driver != "none"
    printer = _of_printer(processes) if has_printer else None
    return tuple(fault for fault in Fault if found.get(fault) or fault is printer)


def _of_printer(processes: ProcessStates) -> Fault | None:
    state = processes.states.get(PrinterHealth.process)
    if state is None or not state.is_running:
        return Fault.PRINTER_OFFLINE
    if not state.is_current:
        return Fault.PRINTER_SILENT
    return _OF_PRINTER.get(processes.health_of(PrinterHealth).status)


def has_water(settings: Settings) -> bool:
    """Tell whether a cup can be filled at this kiosk now, or is being filled."""
    if not settings.kiosk.panel.has_water:
        return False
    from kiosk.ports.panel import Water

    return read_health(settings.home).health_of(ScreenHealth).water in (Water.READY, Water.POURING)
