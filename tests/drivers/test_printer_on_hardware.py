"""The printer's contract on the true one, with a person who does to it what `kiosk sim printer` does to the other.

sudo systemctl stop kiosk-printer
sudo -u kiosk-printer .venv/bin/pytest tests/drivers/test_printer_on_hardware.py --hardware=printer -v
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.config import Home, Settings, load
from kiosk.drivers.printer import open_printer
from kiosk.ports.printer import Outcome, Printer, PrinterStatus
from kiosk.receipt.escpos import encode_slip, encode_test
from kiosk.receipt.slip import PrinterProfile
from tests.drivers.technician import Technician
from tests.receipt.samples import NORMAL, PLAIN

pytestmark = pytest.mark.hardware("printer")

DEADLINE_S = 30.0
RECOVERY_S = 60.0
WELL = (PrinterStatus.READY, PrinterStatus.PAPER_LOW)
ENDS_WELL = (Outcome.CONFIRMED, Outcome.ACCEPTED)


@pytest.fixture(scope="module")
def settings() -> Settings:
    home = os.environ.get("KIOSK_HOME")
    return load(Home.at(Path(home) if home else None))


@pytest.fixture
def printer(settings: Settings) -> Iterator[Printer]:
    with closing(open_printer(settings.kiosk.printer, settings.home)) as opened:
        yield opened


@pytest.fixture
def paper(settings: Settings) -> PrinterProfile:
    return PrinterProfile.of(settings.kiosk.printer)


@pytest.fixture
def technician() -> Technician:
    return Technician()


@pytest.fixture
def answering(printer: Printer) -> Printer:
    """Return the printer if it reports its status."""
    if printer.status() is PrinterStatus.UNKNOWN:
        pytest.skip("this printer never answers: whether it is well, only a person can see")
    return printer


def eventually(printer: Printer, *wanted: PrinterStatus) -> PrinterStatus:
    """Query until the printer reports one of them, at most for a minute."""
    ends = time.monotonic() + RECOVERY_S
    while (status := printer.status()) not in wanted and time.monotonic() < ends:
        time.sleep(0.2)
    return status


def test_a_well_printer_says_so_and_prints_a_whole_slip(
    printer: Printer, paper: PrinterProfile, technician: Technician
) -> None:
    assert printer.status() in (*WELL, PrinterStatus.UNKNOWN)
    assert printer.print_job(encode_test(paper), DEADLINE_S) in ENDS_WELL
    assert technician.sees("Is there one test slip, whole, with a post at both ends of its ruler?")


def test_slips_come_out_in_order_one_for_each_job(
    printer: Printer, paper: PrinterProfile, technician: Technician
) -> None:
    slips = [encode_slip(sample, paper) for sample in (NORMAL, PLAIN, NORMAL)]
    assert all(printer.print_job(slip, DEADLINE_S) in ENDS_WELL for slip in slips)
    assert technician.sees("Are there three slips, the first and the last alike, each cut off or to be torn off?")


@pytest.mark.parametrize(
    ("break_it", "mend_it", "status"),
    [
        ("Open the cover", "Close the cover", PrinterStatus.COVER_OPEN),
        ("Take the roll out and close the cover", "Put the roll in again", PrinterStatus.PAPER_OUT),
        ("Pull the data cable", "Plug the data cable in", PrinterStatus.OFFLINE),
        ("Switch the printer off", "Switch the printer on", PrinterStatus.OFFLINE),
    ],
)
def test_a_fault_before_the_job_sends_nothing(
    answering: Printer,
    paper: PrinterProfile,
    technician: Technician,
    break_it: str,
    mend_it: str,
    status: PrinterStatus,
) -> None:
    technician.do(break_it)
    assert eventually(answering, status) is status
    assert answering.print_job(encode_slip(NORMAL, paper), DEADLINE_S) is Outcome.NOTHING_SENT
    technician.do(mend_it)
    assert eventually(answering, *WELL) in WELL
    assert answering.print_job(encode_slip(PLAIN, paper), DEADLINE_S) in ENDS_WELL
    assert technician.sees("Is there one slip, whole, and no more?")


def test_a_cover_opened_in_mid_slip_is_uncertain_and_the_next_slip_is_whole(
    answering: Printer, paper: PrinterProfile, technician: Technician
) -> None:
    technician.do("Now a slip begins to print: open the cover in the middle of it. First put a hand on it")
    assert answering.print_job(encode_slip(NORMAL, paper), DEADLINE_S) is Outcome.UNCERTAIN
    technician.do("Close the cover")
    assert eventually(answering, *WELL) in WELL
    assert answering.print_job(encode_slip(PLAIN, paper), DEADLINE_S) in ENDS_WELL
    assert technician.sees("Is the last slip whole, with nothing strange above it?")


def test_closing_twice_is_fine_and_a_closed_printer_opens_again(printer: Printer) -> None:
    before = printer.status()
    printer.close()
    printer.close()
    assert printer.status() is before
