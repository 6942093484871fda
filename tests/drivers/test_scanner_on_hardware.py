"""The scanner's contract on the true one, with a person who holds up codes and pulls the cable.

sudo systemctl stop kiosk-screen
sudo -u kiosk-screen .venv/bin/pytest tests/drivers/test_scanner_on_hardware.py --hardware=scanner -v
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.cli.scan_live import terminal_qr
from kiosk.config import Home, Settings, load
from kiosk.drivers.scanner import open_scanner
from kiosk.drivers.scanner.supervised import SupervisedScanner
from kiosk.ports.scanner import Scanner, ScannerStatus
from tests.drivers.control_socket_rigs import is_readable
from tests.drivers.technician import Technician

pytestmark = pytest.mark.hardware("scanner")

NAME = "Nguyễn Thị Ánh Tuyết"
LINK = "https://kiosk.example/t/abcdefghijklmnop?X=1&Y=~'"
DEADLINE_S = 60.0


@pytest.fixture(scope="module")
def settings() -> Settings:
    home = os.environ.get("KIOSK_HOME")
    return load(Home.at(Path(home) if home else None))


@pytest.fixture
def scanner(settings: Settings) -> Iterator[Scanner]:
    opened = open_scanner(settings.kiosk.scanner, settings.home)
    assert isinstance(opened, SupervisedScanner), "kiosk.toml names no true scanner"
    with closing(opened):
        yield opened


@pytest.fixture
def technician() -> Technician:
    return Technician()


def hold_up(technician: Technician, text: str) -> None:
    """Draw a code on the terminal, and ask for it to be read."""
    technician.hears(f"Hold the scanner to this code:\n{terminal_qr(text)}")


def next_scans(scanner: Scanner) -> list[str]:
    """Wait for scans as the screen does."""
    assert is_readable(scanner, DEADLINE_S), f"nothing was read within {DEADLINE_S:.0f} s"
    return [scan.payload for scan in scanner.read()]


def eventually(scanner: Scanner, wanted: ScannerStatus) -> ScannerStatus:
    """Sleep until the scanner is so, or for a minute."""
    ends = time.monotonic() + DEADLINE_S
    while scanner.status is not wanted and time.monotonic() < ends:
        is_readable(scanner, 1.0)
        scanner.read()
    return scanner.status


def test_a_code_is_read_to_the_letter(scanner: Scanner, technician: Technician) -> None:
    assert scanner.status is ScannerStatus.READY
    hold_up(technician, LINK)
    assert next_scans(scanner) == [LINK]


def test_a_name_is_read_to_the_letter(scanner: Scanner, technician: Technician, settings: Settings) -> None:
    if settings.kiosk.scanner.driver == "wedge":
        pytest.skip("a keyboard has no such letters")
    hold_up(technician, NAME)
    assert next_scans(scanner) == [NAME]


def test_of_a_card_a_wedge_hands_over_the_number_alone(
    scanner: Scanner, technician: Technician, settings: Settings
) -> None:
    card = f"001090000123|012345678|{NAME}|02011990|Nữ|Số 1 Hàng Trống, Hà Nội|15042021"
    hold_up(technician, card)
    assert next_scans(scanner) == ["001090000123" if settings.kiosk.scanner.driver == "wedge" else card]


def test_a_code_that_is_held_up_is_one_scan(scanner: Scanner, technician: Technician) -> None:
    hold_up(technician, "HNK:take")
    assert next_scans(scanner) == ["HNK:take"]
    technician.do("Keep it there for five seconds")
    assert scanner.read() == []


def test_what_a_wedge_types_reaches_nobody_else(scanner: Scanner, technician: Technician, settings: Settings) -> None:
    if settings.kiosk.scanner.driver != "wedge":
        pytest.skip("it types nothing")
    hold_up(technician, "echo smuggled")
    assert next_scans(scanner) == ["echo smuggled"]
    assert technician.sees("Is this terminal as it was, with nothing typed into it by the scanner?")


def test_a_scanner_that_is_gone_says_so_and_comes_back_by_itself(scanner: Scanner, technician: Technician) -> None:
    before = scanner.fileno()
    technician.hears("Pull the scanner's cable")
    assert eventually(scanner, ScannerStatus.OFFLINE) is ScannerStatus.OFFLINE
    technician.hears("Plug it in again")
    assert eventually(scanner, ScannerStatus.READY) is ScannerStatus.READY
    assert scanner.fileno() == before
    hold_up(technician, "HNK:back")
    assert next_scans(scanner) == ["HNK:back"]


def test_the_screen_could_not_have_it_at_the_same_time(scanner: Scanner, settings: Settings) -> None:
    second = open_scanner(settings.kiosk.scanner, settings.home)
    assert second is not None
    assert second.status is ScannerStatus.OFFLINE
    second.close()
    assert scanner.status is ScannerStatus.READY
