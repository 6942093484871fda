"""Scanners on a test bench, each with hands that hold up codes and pull the cable."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from kiosk.config import Home
from kiosk.config.types import Scanner as ScannerSettings
from kiosk.drivers.scanner import Scan, Scanner, Symbology, open_scanner
from kiosk.drivers.scanner.simulated import present, request
from kiosk.errors import KioskError
from tests.clocks import FakeClock
from tests.drivers.hatch_rigs import owned

SETTINGS = ScannerSettings(driver="simulated")


class Rig(Protocol):
    """One scanner on the bench."""

    scanner: Scanner

    def hold_up(self, payload: str) -> list[str]:
        """Hold a code before the scanner and take it away; return what its owner read."""
        ...

    def pass_time(self, seconds: float) -> None:
        """Let time go by."""
        ...

    def unplug(self) -> None:
        """Take the scanner away."""
        ...

    def plug(self) -> None:
        """Put it back."""
        ...


class SimulatedRig:
    """The simulated scanner as it ships."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.clock = FakeClock()
        scanner = open_scanner(SETTINGS, home, self.clock)
        assert scanner is not None
        self.scanner: Scanner = scanner

    def hold_up(self, payload: str) -> list[str]:
        """Present a code as another process would."""
        outcome, scans = owned(self.scanner, lambda: present(self.home, Scan(Symbology.QR, payload)))
        assert not isinstance(outcome, Exception) or isinstance(outcome, KioskError)
        return [scan.payload for scan in scans]

    def pass_time(self, seconds: float) -> None:
        """Turn the clock."""
        self.clock.pass_time(seconds=seconds)

    def unplug(self) -> None:
        """Ask for it as another process would."""
        request(self.home, "unplug")

    def plug(self) -> None:
        """Ask for it as another process would."""
        request(self.home, "plug")


@contextlib.contextmanager
def simulated_rig(folder: Path) -> Iterator[Rig]:
    """The simulated scanner."""
    rig = SimulatedRig(Home.at(folder))
    yield rig
    rig.scanner.close()
