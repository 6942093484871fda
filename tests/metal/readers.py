"""Readers behind the kernel's own drivers, as the kiosk opens them."""

from __future__ import annotations

import select
import time
from pathlib import Path
from typing import Literal

from kiosk.config import Home
from kiosk.config.types import Scanner as ScannerSettings
from kiosk.drivers.scanner import open_scanner
from kiosk.ports.scanner import Scan, Scanner, ScannerStatus
from tests.metal.devices import wait_until


def opened(driver: Literal["serial", "wedge"], node: Path, home: Path) -> Scanner:
    """Return the reader, which is READY."""
    scanner = open_scanner(ScannerSettings(driver=driver, address=str(node)), Home.at(home))
    assert scanner is not None
    wait_until(lambda: scanner.status is ScannerStatus.READY, "the reader is open")
    return scanner


def scanned(scanner: Scanner) -> list[Scan]:
    """Wait for what comes next."""
    scans: list[Scan] = []
    ends = time.monotonic() + 10
    while not scans and time.monotonic() < ends:
        if select.select([scanner], [], [], 1)[0]:
            scans = scanner.read()
    return scans
