"""Scanners: serial and keyboard readers, cameras, and the simulated scanner."""

from __future__ import annotations

from kiosk.clock import Clock, SystemClock
from kiosk.config import Home
from kiosk.config.types import Scanner as ScannerSettings
from kiosk.ports.scanner import Scanner


def open_scanner(scanner: ScannerSettings, home: Home, clock: Clock | None = None) -> Scanner | None:
    """Return the scanner of the settings, or None when the settings name none.

    A scanner that is not connected is no error: it is OFFLINE until it is connected. Only the modules of the chosen
    kind are imported.

    Args:
        clock: measures how long a code stays in view.
    Raises:
        OSError: the run directory cannot be written.
    """
    clock = clock or SystemClock()
    if scanner.driver == "none":
        return None
    if scanner.driver == "simulated":
        from kiosk.drivers.scanner.simulated import SimulatedScanner

        return SimulatedScanner(home, clock)
    from kiosk.drivers.scanner.sources import source
    from kiosk.drivers.scanner.supervised import SupervisedScanner

    return SupervisedScanner(source(scanner, clock), clock)
