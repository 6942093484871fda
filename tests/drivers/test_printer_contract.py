"""The contract of every printer: the simulated one, one on the network, and one behind a device file."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from kiosk.config import Home
from kiosk.drivers.printer.capabilities import forget_capabilities
from kiosk.drivers.printer.channel import Channel
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.escpos import encode_slip, encode_test
from tests.drivers.rigs import BENCHES, LATE_S, PROFILE, SETUPS, TINY, Bench, Rig, Setup
from tests.receipt.paper import printed
from tests.receipt.samples import NORMAL, PLAIN

SLIP = encode_slip(NORMAL, PROFILE)
NEXT_SLIP = encode_slip(PLAIN, PROFILE)
DEADLINE_S = 8.0


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest) -> Bench:
    return BENCHES[request.param]


@pytest.fixture
def rig(bench: Bench, tmp_path: Path) -> Iterator[Rig]:
    with bench(Home.at(tmp_path), SETUPS["asb"]) as rig:
        yield rig


@pytest.fixture
def tiny_rig(bench: Bench, tmp_path: Path) -> Iterator[Rig]:
    with bench(Home.at(tmp_path), Setup(TINY, timeouts=SETUPS["asb"].timeouts)) as rig:
        yield rig


def picture(payload: bytes) -> bytes:
    return printed(payload, PROFILE).tobytes()


def dots(slip: Image.Image) -> bytes:
    return slip.tobytes()


def test_a_printer_without_fault_is_ready_and_confirms_its_slip(rig: Rig) -> None:
    assert rig.printer.status() is PrinterStatus.READY
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.CONFIRMED
    assert [dots(slip) for slip in rig.slips()] == [picture(SLIP)]
    assert rig.hardware.machine.complaints == []


def test_slips_come_out_in_order_one_for_each_job(rig: Rig) -> None:
    for payload in (SLIP, NEXT_SLIP, SLIP):
        assert rig.printer.print_job(payload, DEADLINE_S) is Outcome.CONFIRMED
    assert [dots(slip) for slip in rig.slips()] == [picture(SLIP), picture(NEXT_SLIP), picture(SLIP)]


@pytest.mark.parametrize(
    ("fault", "mend", "status"),
    [
        ("paper-out", "refill", PrinterStatus.PAPER_OUT),
        ("cover-open", "close-cover", PrinterStatus.COVER_OPEN),
        ("error", "ok", PrinterStatus.ERROR),
        ("cutter-jam", "ok", PrinterStatus.CUTTER_JAMMED),
        ("overheated", "ok", PrinterStatus.OVERHEATED),
        ("unplug", "plug", PrinterStatus.OFFLINE),
    ],
)
def test_a_fault_before_the_job_sends_nothing(rig: Rig, fault: str, mend: str, status: PrinterStatus) -> None:
    assert rig.printer.status() is PrinterStatus.READY
    rig.request(fault)
    assert rig.eventually(status)
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.NOTHING_SENT
    rig.request(mend)
    assert rig.eventually(PrinterStatus.READY)
    assert rig.slips() == []
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.CONFIRMED
    assert [dots(slip) for slip in rig.slips()] == [picture(SLIP)]


def test_a_roll_near_its_end_prints_and_is_reported(rig: Rig) -> None:
    rig.request("paper-low")
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.CONFIRMED
    assert rig.printer.status() is PrinterStatus.PAPER_LOW


def test_an_open_cover_is_reported_before_the_paper_it_lifts_off_the_sensor(rig: Rig) -> None:
    rig.request("paper-out")
    rig.request("cover-open")
    assert rig.printer.status() is PrinterStatus.COVER_OPEN


def test_paper_out_mid_slip_is_uncertain_at_once_and_prints_no_second_number(rig: Rig) -> None:
    rig.request("paper-out:400")
    began = time.monotonic()
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.UNCERTAIN
    assert time.monotonic() - began < DEADLINE_S / 2
    assert rig.printer.status() is PrinterStatus.PAPER_OUT
    assert rig.printer.print_job(NEXT_SLIP, DEADLINE_S) is Outcome.NOTHING_SENT
    assert rig.slips() == []


def test_after_a_refill_the_rest_comes_out_and_the_next_slip_is_whole(rig: Rig) -> None:
    rig.request("paper-out:400")
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.UNCERTAIN
    rig.request("refill")
    assert rig.eventually(PrinterStatus.READY)
    assert rig.printer.print_job(NEXT_SLIP, DEADLINE_S) is Outcome.CONFIRMED
    stub, *_, whole = (dots(slip) for slip in rig.slips())
    assert picture(SLIP).startswith(stub)
    assert whole == picture(NEXT_SLIP)


def test_the_late_answer_of_a_broken_job_confirms_no_later_one(rig: Rig) -> None:
    """The rest of the first slip comes out and is confirmed, but the new roll ends in the middle of the second."""
    rows = printed(SLIP, PROFILE).height
    rig.request("paper-out:400")
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.UNCERTAIN
    rig.request("refill")
    rig.request(f"paper-out:{rows}")
    assert rig.eventually(PrinterStatus.READY)
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.UNCERTAIN


def test_paper_out_with_a_full_buffer_is_reported_although_no_query_gets_through(tiny_rig: Rig) -> None:
    tiny_rig.request("paper-out:400")
    began = time.monotonic()
    assert tiny_rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.UNCERTAIN
    assert time.monotonic() - began < DEADLINE_S / 2
    assert tiny_rig.printer.status() is PrinterStatus.PAPER_OUT


def test_a_small_buffer_prints_a_whole_slip(tiny_rig: Rig) -> None:
    assert tiny_rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.CONFIRMED
    assert [dots(slip) for slip in tiny_rig.slips()] == [picture(SLIP)]


def test_a_slip_cut_short_by_a_full_buffer_does_not_swallow_the_next_one(tiny_rig: Rig) -> None:
    tiny_rig.request("paper-out:400")
    assert tiny_rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.UNCERTAIN
    tiny_rig.request("refill")
    assert tiny_rig.eventually(PrinterStatus.READY)
    assert tiny_rig.printer.print_job(NEXT_SLIP, 2 * DEADLINE_S) is Outcome.CONFIRMED
    assert dots(tiny_rig.slips()[-1]) == picture(NEXT_SLIP)
    assert tiny_rig.hardware.machine.complaints == []


def test_a_silent_printer_is_unknown_and_its_slip_comes_out_unconfirmed(rig: Rig) -> None:
    rig.request("silent")
    assert rig.printer.status() is PrinterStatus.UNKNOWN
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.ACCEPTED
    rig.request("ok")
    assert rig.eventually(PrinterStatus.READY)
    assert rig.printer.print_job(NEXT_SLIP, DEADLINE_S) is Outcome.CONFIRMED
    assert [dots(slip) for slip in rig.slips()] == [picture(SLIP), picture(NEXT_SLIP)]


def test_a_printer_known_to_be_silent_is_not_waited_for(rig: Rig) -> None:
    rig.request("silent")
    began = time.monotonic()
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.ACCEPTED
    learned = time.monotonic()
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.ACCEPTED
    assert time.monotonic() - learned < (learned - began) / 2


def test_a_job_on_a_slow_printer_ends_at_the_deadline(rig: Rig) -> None:
    assert rig.printer.status() is PrinterStatus.READY
    rig.request("slow:8000")
    began = time.monotonic()
    assert rig.printer.print_job(SLIP, 2.0) is Outcome.UNCERTAIN
    assert time.monotonic() - began < 2.0 + LATE_S
    rig.request("ok")
    assert rig.eventually(PrinterStatus.READY)
    assert rig.printer.print_job(NEXT_SLIP, DEADLINE_S) is Outcome.CONFIRMED
    assert dots(rig.slips()[-1]) == picture(NEXT_SLIP)


def test_a_cable_pulled_in_mid_slip_is_uncertain(rig: Rig) -> None:
    assert rig.printer.status() is PrinterStatus.READY
    rig.request("slow:20000")
    pull = threading.Timer(0.5, rig.request, ["unplug"])
    pull.start()
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.UNCERTAIN
    pull.join()
    assert rig.eventually(PrinterStatus.OFFLINE)
    rig.request("ok")
    assert rig.eventually(PrinterStatus.READY)
    assert rig.printer.print_job(NEXT_SLIP, DEADLINE_S) is Outcome.CONFIRMED
    assert dots(rig.slips()[-1]) == picture(NEXT_SLIP)


def test_a_process_killed_in_mid_picture_does_not_spoil_the_next_ones_slip(rig: Rig) -> None:
    """The next process does not know that the printer still expects the rest of a picture."""
    line = rig.connect(1)
    half = SLIP[: len(SLIP) // 2]
    assert Channel(line).write(half, time.monotonic() + 1) == len(half)
    os.close(line)  # as the kernel does for the dead
    assert rig.printer.print_job(NEXT_SLIP, 2 * DEADLINE_S) is Outcome.CONFIRMED
    assert dots(rig.slips()[-1]) == picture(NEXT_SLIP)


def test_closing_twice_is_fine_and_a_closed_printer_opens_again(rig: Rig) -> None:
    assert rig.printer.status() is PrinterStatus.READY
    rig.printer.close()
    rig.printer.close()
    assert rig.printer.print_job(encode_test(PROFILE), DEADLINE_S) is Outcome.CONFIRMED
    rig.printer.close()


@pytest.mark.parametrize("fault", ["dark", "stuck"])
def test_a_break_while_a_job_waits_for_its_answer_confirms_nothing(rig: Rig, fault: str) -> None:
    """A serial line delivers a byte 00 when the printer loses power, and this byte looks like a confirmation."""
    assert rig.printer.status() is PrinterStatus.READY
    rig.request("slow:20000")
    timers = [threading.Timer(0.4, rig.request, [fault]), threading.Timer(1.0, rig.request, ["break"])]
    for timer in timers:
        timer.start()
    assert rig.printer.print_job(SLIP, 2.5) is Outcome.UNCERTAIN
    for timer in timers:
        timer.join()
    assert rig.slips() == []


def test_a_break_while_the_slip_comes_out_is_no_confirmation_of_one_that_then_runs_out_of_paper(rig: Rig) -> None:
    assert rig.printer.status() is PrinterStatus.READY
    rig.request("slow:20000")
    rig.request("paper-out:400")
    breaks = threading.Timer(0.3, rig.request, ["break"])
    breaks.start()
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.UNCERTAIN
    breaks.join()
    assert rig.slips() == []


def test_an_answer_before_its_query_confirms_nothing(rig: Rig) -> None:
    assert rig.printer.status() is PrinterStatus.READY
    rig.request("early")
    rig.request("paper-out:400")
    assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.UNCERTAIN
    assert rig.slips() == []


def test_noise_on_the_line_confirms_no_slip_that_does_not_come_out(rig: Rig) -> None:
    assert rig.printer.status() is PrinterStatus.READY
    rig.request("noise")
    rig.request("paper-out:400")
    assert rig.printer.print_job(SLIP, 4.0) is not Outcome.CONFIRMED
    assert rig.slips() == []


def test_the_answers_to_slips_that_waited_elsewhere_confirm_no_later_one(rig: Rig) -> None:
    """Three slips wait while another computer uses the printer; it prints them while the fourth is sent."""
    assert rig.printer.print_job(NEXT_SLIP, DEADLINE_S) is Outcome.CONFIRMED
    rig.request("silent")
    assert rig.eventually(PrinterStatus.UNKNOWN)
    assert [rig.printer.print_job(NEXT_SLIP, 2.0) for _ in range(3)] == [Outcome.UNCERTAIN] * 3
    rig.request("ok")
    assert rig.eventually(PrinterStatus.READY)
    rig.request("paper-out:400")
    assert rig.printer.print_job(SLIP, DEADLINE_S) in (Outcome.UNCERTAIN, Outcome.NOTHING_SENT)


SILENCES = ["dark", "silent", "held"]


@pytest.mark.parametrize("fault", SILENCES)
def test_slips_of_a_printer_that_used_to_confirm_and_is_silent_are_uncertain(rig: Rig, fault: str) -> None:
    """This also holds for a process that never got an answer: the adapter or connection takes every byte."""
    assert rig.printer.print_job(NEXT_SLIP, DEADLINE_S) is Outcome.CONFIRMED
    rig.request(fault)
    rig.begin_anew()
    assert rig.printer.status() in (PrinterStatus.UNKNOWN, PrinterStatus.OFFLINE)
    for _ in range(3):
        assert rig.printer.print_job(SLIP, 2.0) in (Outcome.UNCERTAIN, Outcome.NOTHING_SENT)
    rig.request("ok")
    assert rig.eventually(PrinterStatus.READY)
    assert rig.printer.print_job(NEXT_SLIP, 2 * DEADLINE_S) is Outcome.CONFIRMED
    assert dots(rig.slips()[-1]) == picture(NEXT_SLIP)
    assert rig.hardware.machine.complaints == []


def test_the_first_slip_is_uncertain_when_a_printer_of_a_confirming_model_has_no_power(
    bench: Bench, tmp_path: Path
) -> None:
    with bench(Home.at(tmp_path), Setup(profile="epson-tm-t20", timeouts=SETUPS["asb"].timeouts)) as rig:
        rig.request("dark")
        assert rig.printer.print_job(SLIP, 2.0) is Outcome.UNCERTAIN


def test_a_replacement_that_never_answers_is_accepted_after_a_reset(rig: Rig) -> None:
    assert rig.printer.print_job(NEXT_SLIP, DEADLINE_S) is Outcome.CONFIRMED
    rig.request("silent")
    rig.begin_anew()
    assert rig.printer.print_job(SLIP, 2.0) is Outcome.UNCERTAIN
    forget_capabilities(rig.home)
    assert rig.printer.print_job(SLIP, 2.0) is Outcome.ACCEPTED
