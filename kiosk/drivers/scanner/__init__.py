"""Scanners: the port that the kiosk listens to, what it hands over, and codes read from pictures."""

from __future__ import annotations

from kiosk.clock import Clock, SystemClock
from kiosk.config import Home
from kiosk.config.types import Scanner as ScannerSettings
from kiosk.ports.scanner import Scanner


def open_scanner(scanner: ScannerSettings, home: Home, clock: Clock | None = None) -> Scanner | None:
    """Return the scanner that the settings name, or None where there is none by choice.

    One that is not there is no error: it is OFFLINE until it comes. What a kind needs is loaded for that kind alone.

    Args:
        clock: tells how long a code is held up.
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
