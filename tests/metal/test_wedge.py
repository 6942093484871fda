"""A reader that plays keyboard, on a true USB keyboard's events: read, taken from the console, pulled and back."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from kiosk.ports.scanner import ScannerStatus
from tests.metal.devices import wait_until
from tests.metal.qemu import Keyboard
from tests.metal.readers import opened, scanned


@pytest.fixture
def keyboard() -> Keyboard:
    return Keyboard()


def test_what_is_typed_is_one_scan_and_reaches_nobody_else(keyboard: Keyboard, tmp_path: Path) -> None:
    node = keyboard.plug()
    other = os.open(node, os.O_RDONLY | os.O_NONBLOCK)
    with contextlib.closing(opened("wedge", node, tmp_path)) as scanner:
        keyboard.type("A042")
        assert [scan.payload for scan in scanned(scanner)] == ["A042"]
        with pytest.raises(BlockingIOError):
            os.read(other, 24)
    os.close(other)
    keyboard.pull()


def test_a_reader_that_is_pulled_is_offline_and_comes_back_by_itself(keyboard: Keyboard, tmp_path: Path) -> None:
    node = keyboard.plug()
    with contextlib.closing(opened("wedge", node, tmp_path)) as scanner:
        for _ in range(5):
            keyboard.pull()
            wait_until(lambda: scanner.status is ScannerStatus.OFFLINE, "the reader is offline")
            assert keyboard.plug() == node
            wait_until(lambda: scanner.status is ScannerStatus.READY, "the reader is back")
        keyboard.type("B7")
        assert [scan.payload for scan in scanned(scanner)] == ["B7"]
    keyboard.pull()
