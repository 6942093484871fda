"""The driver with printers that do not confirm jobs or do not push their status."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.drivers.printer import Timeouts, read_about
from kiosk.drivers.printer.channel import Channel
from kiosk.drivers.printer.emulator.machine import Machine
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.escpos import encode_slip
from kiosk.records import replace
from tests.drivers.rigs import PROFILE, SETUPS, Rig, Setup, device_rig, simulated_rig
from tests.receipt.paper import printed
from tests.receipt.samples import BARE, NORMAL, PLAIN
from tests.waiting import until

SLIP = encode_slip(NORMAL, PROFILE)
NEXT_SLIP = encode_slip(PLAIN, PROFILE)


class MachineWithoutConfirmation(Machine):
    """A printer that answers DLE EOT but knows neither GS r nor GS a, as some do on USB."""

    is_mute = True

    def work(self) -> bytes:
        """Print, and keep quiet about it."""
        answers = super().work()
        return b"" if self.is_mute else answers


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with simulated_rig(Home.at(tmp_path), Setup(timeouts=Timeouts(settle_s=0.5))) as rig:
        rig.hardware.machine = MachineWithoutConfirmation(PROFILE, rig.hardware.machine._on_slip, 64 * 1024)
        yield rig


def test_the_kiosk_waits_once_for_a_printer_that_never_confirms_and_accepts_its_slips(rig: Rig) -> None:
    assert rig.printer.status() is PrinterStatus.READY
    assert [rig.printer.print_job(payload, 8) for payload in (SLIP, NEXT_SLIP)] == [Outcome.ACCEPTED] * 2
    until(lambda: len(rig.slips()) == 2, "both slips: accepted is not yet printed")
    assert [slip.tobytes() for slip in rig.slips()] == [printed(job, PROFILE).tobytes() for job in (SLIP, NEXT_SLIP)]


def test_paper_out_is_found_by_a_query_when_the_printer_does_not_push_it(rig: Rig) -> None:
    rig.printer.print_job(SLIP, 8)
    rig.request("paper-out")
    assert rig.printer.status() is PrinterStatus.PAPER_OUT
    assert rig.printer.print_job(SLIP, 8) is Outcome.NOTHING_SENT


def test_a_printer_that_confirms_after_all_is_trusted_again(rig: Rig) -> None:
    assert rig.printer.print_job(SLIP, 8) is Outcome.ACCEPTED
    assert isinstance(rig.hardware.machine, MachineWithoutConfirmation)
    rig.hardware.machine.is_mute = False
    deadline_monotonic_s = time.monotonic() + 5
    while rig.printer.print_job(NEXT_SLIP, 8) is not Outcome.CONFIRMED:  # its first late answer has to arrive
        assert time.monotonic() < deadline_monotonic_s


def test_paper_out_in_mid_slip_is_found_by_a_query_and_is_uncertain(rig: Rig) -> None:
    assert rig.printer.status() is PrinterStatus.READY
    assert isinstance(rig.hardware.machine, MachineWithoutConfirmation)
    rig.hardware.machine.is_mute = False
    assert rig.printer.print_job(SLIP, 8) is Outcome.CONFIRMED
    rig.hardware.machine.is_mute = True
    rig.request("paper-out:400")
    assert rig.printer.print_job(SLIP, 8) is Outcome.UNCERTAIN
    assert rig.printer.status() is PrinterStatus.PAPER_OUT


@pytest.mark.parametrize("family", SETUPS)
def test_a_process_killed_in_mid_picture_spoils_no_slip_of_a_printer_that_reports_less(
    tmp_path: Path, family: str
) -> None:
    """The killed process leaves half a picture in the printer and the mark of an unfinished job in the lock file."""
    home = Home.at(tmp_path)
    with simulated_rig(home, SETUPS[family]) as dead:
        line = dead.connect(1)
        half = SLIP[: len(SLIP) // 2]
        assert Channel(line).write(half, time.monotonic() + 1) == len(half)
        os.close(line)
        home.run.mkdir(parents=True, exist_ok=True)
        (home.run / "printer.lock").write_bytes(b"in the middle of a job")
        assert dead.printer.print_job(NEXT_SLIP, 8) in (Outcome.CONFIRMED, Outcome.ACCEPTED)
        dead.printer.close()  # so that what was accepted is worked off
        until(lambda: (home.run / "sim").exists() and len(dead.slips()) == 2, "both slips")
        assert dead.slips()[-1].tobytes() == printed(NEXT_SLIP, PROFILE).tobytes()
        assert (home.run / "printer.lock").read_bytes() == b""


def test_an_interrupted_job_is_known_to_the_next_process(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    with simulated_rig(home) as rig:
        rig.request("paper-out:400")
        assert rig.printer.print_job(SLIP, 8) is Outcome.UNCERTAIN
        rig.printer.close()
        assert (home.run / "printer.lock").read_bytes() != b""
        rig.request("refill")
        assert rig.printer.print_job(NEXT_SLIP, 8) is Outcome.CONFIRMED
        assert (home.run / "printer.lock").read_bytes() == b""


@pytest.mark.parametrize("taken", range(1, 8))
def test_a_job_interrupted_in_the_header_of_a_picture_spoils_no_slip(tmp_path: Path, taken: int) -> None:
    """The printer must not take the following queries for the picture's height, or it would swallow the next slips."""
    home = Home.at(tmp_path)
    with simulated_rig(home) as dead:
        line = dead.connect(1)
        cut_short = SLIP[: SLIP.index(b"\x1dv0") + taken]
        assert Channel(line).write(cut_short, time.monotonic() + 1) == len(cut_short)
        os.close(line)
        home.run.mkdir(parents=True, exist_ok=True)
        (home.run / "printer.lock").write_bytes(b"in the middle of a job")
        assert dead.printer.status() is PrinterStatus.READY
        assert dead.printer.print_job(NEXT_SLIP, 8) is Outcome.CONFIRMED
        assert dead.slips()[-1].tobytes() == printed(NEXT_SLIP, PROFILE).tobytes()


def test_a_slow_line_has_enough_time_for_a_confirmation(tmp_path: Path) -> None:
    """The zeros that complete a picture take seconds, and many are still in the line's buffer after the last write."""
    home = Home.at(tmp_path)
    home.run.mkdir(parents=True)
    (home.run / "printer.lock").write_bytes(b"in the middle of a job")
    with device_rig(home, replace(SETUPS["asb"], timeouts=Timeouts(settle_s=0.3, quiet_s=0.05))) as rig:
        rig.request("slow:12000")
        assert rig.printer.print_job(encode_slip(BARE, PROFILE), 30) is Outcome.CONFIRMED
        about = read_about(home)
        assert about is not None
        assert about.confirms
