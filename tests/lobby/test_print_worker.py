"""The print worker: at most one slip by itself, whatever the printer and the power do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from kiosk.lobby.lobby import Lobby
from kiosk.model.paper import PrintState
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.printing.print_worker import PaperlessWorker, PrintWorker
from kiosk.receipt.blocks import Picture
from kiosk.receipt.slip import PrinterProfile
from kiosk.store import jobs, journal
from tests.clocks import FakeClock
from tests.databases import look, raw
from tests.healths import health_words


class FakePrinter:
    """Says what it is told to say, and counts what it was given."""

    def __init__(self) -> None:
        self.says = PrinterStatus.READY
        self.why = ""
        self.ends = Outcome.CONFIRMED
        self.jobs: list[bytes] = []
        self.worth_keeping: list[Picture] = []
        self.kept = 0

    def status(self) -> PrinterStatus:
        """Return what it was told to say."""
        return self.says

    def print_job(self, payload: bytes, deadline_s: float) -> Outcome:
        """Take a job."""
        self.jobs.append(payload)
        if self.ends is Outcome.NOTHING_SENT:
            self.says = PrinterStatus.OFFLINE
        return self.ends

    @property
    def paper(self) -> PrinterProfile:
        """Return plain paper."""
        return PrinterProfile()

    def keep(self, pictures: Callable[[], Iterator[Picture]], deadline_s: float) -> bool:
        """Keep one picture at a time."""
        self.worth_keeping = self.worth_keeping or list(pictures())
        self.kept += self.kept < len(self.worth_keeping)
        return self.kept < len(self.worth_keeping)

    def close(self) -> None:
        """Let go."""


@pytest.fixture
def printer() -> FakePrinter:
    return FakePrinter()


@pytest.fixture
def worker(hall: Lobby, printer: FakePrinter) -> PrintWorker:
    return PrintWorker(hall, printer)


def test_a_date_that_is_set_right_takes_no_slip_from_who_stands_there(
    hall: Lobby, printer: FakePrinter, worker: PrintWorker, clock: FakeClock
) -> None:
    hall.take("A")
    clock.synchronise(clock.read().wall + timedelta(hours=15))
    worker.step()
    assert raw(hall.store).execute("SELECT state FROM print_job").fetchone()[0] == "printed"


def test_a_job_is_printed_once(hall: Lobby, printer: FakePrinter, worker: PrintWorker) -> None:
    hall.take("A")
    worker.step()
    worker.step()
    assert len(printer.jobs) == 1
    assert hall.ticket("A001").print_state is PrintState.PRINTED


def test_a_crash_in_the_middle_leaves_it_uncertain_and_prints_no_second(
    hall: Lobby, printer: FakePrinter, worker: PrintWorker
) -> None:
    hall.take("A")
    with hall.store.write() as tx:
        jobs.move(tx, 1, PrintState.QUEUED, PrintState.PRINTING, now_ms=tx.now_ms)
    worker.recover()
    worker.step()
    assert printer.jobs == []
    assert hall.ticket("A001").print_state is PrintState.UNCERTAIN
    assert hall.counter(1).uncertain_slips == ("A001",)


def test_a_person_who_saw_the_slip_ends_the_doubt(hall: Lobby, printer: FakePrinter, worker: PrintWorker) -> None:
    printer.ends = Outcome.UNCERTAIN
    hall.take("A")
    worker.step()
    hall.confirm_slip("A001")
    assert hall.counter(1).uncertain_slips == ()
    assert hall.ticket("A001").print_state is PrintState.PRINTED


def test_a_copy_is_asked_for_by_a_person_and_says_so(hall: Lobby, printer: FakePrinter, worker: PrintWorker) -> None:
    printer.ends = Outcome.UNCERTAIN
    hall.take("A")
    worker.step()
    printer.ends = Outcome.CONFIRMED
    hall.reprint("A001")
    worker.step()
    assert len(printer.jobs) == 2
    assert printer.jobs[0] != printer.jobs[1], "a copy must not look like the slip itself"
    assert hall.counter(1).uncertain_slips == ()


@pytest.mark.parametrize("trouble", [status for status in PrinterStatus if status.stops_paper])
def test_no_job_is_begun_while_no_paper_can_come(
    hall: Lobby, printer: FakePrinter, worker: PrintWorker, trouble: PrinterStatus
) -> None:
    printer.says = trouble
    hall.take("A")
    worker.step()
    assert printer.jobs == []
    printer.says = PrinterStatus.READY
    worker.step()
    assert len(printer.jobs) == 1
    kinds = [event.kind for event in journal.pending(look(hall.store), 0, 100)]
    assert kinds[-2:] == ["device.fault", "device.cleared"]


def test_a_job_of_which_nothing_was_sent_waits_its_turn_again(
    hall: Lobby, printer: FakePrinter, worker: PrintWorker
) -> None:
    printer.ends = Outcome.NOTHING_SENT
    hall.take("A")
    worker.step()
    assert hall.ticket("A001").print_state is PrintState.QUEUED
    printer.says, printer.ends = PrinterStatus.READY, Outcome.CONFIRMED
    worker.step()
    assert hall.ticket("A001").print_state is PrintState.PRINTED


def test_a_refill_does_not_print_for_people_who_have_left(
    hall: Lobby, printer: FakePrinter, worker: PrintWorker, clock: FakeClock
) -> None:
    printer.says = PrinterStatus.PAPER_OUT
    hall.take("A")
    worker.step()
    clock.pass_time(minutes=16)
    hall.take("A")
    printer.says = PrinterStatus.READY
    worker.step()
    assert len(printer.jobs) == 1
    assert hall.ticket("A001").print_state is PrintState.DISMISSED
    assert hall.ticket("A002").print_state is PrintState.PRINTED


def test_a_fault_is_told_once_and_stands_in_the_health_file(
    hall: Lobby, printer: FakePrinter, worker: PrintWorker
) -> None:
    printer.says = PrinterStatus.COVER_OPEN
    for _ in range(3):
        worker.step()
    faults = [event.payload for event in journal.pending(look(hall.store), 0, 100) if event.kind == "device.fault"]
    assert faults == [{"d": "printer", "x": "cover_open"}]
    assert health_words(hall.settings.home)["printer"]["status"] == "cover_open"


def test_a_visitor_does_not_wait_until_the_printer_has_stored_its_pictures(
    hall: Lobby, printer: FakePrinter, worker: PrintWorker
) -> None:
    assert worker.step() == 0.0
    assert printer.kept == 1
    hall.take("A")
    worker.step()
    assert (len(printer.jobs), printer.kept) == (1, 1)
    worker.step()
    assert printer.kept == 2
    while worker.step() == 0.0:
        pass
    assert printer.kept == len(printer.worth_keeping) > 5


def test_a_printer_in_trouble_is_given_no_pictures(printer: FakePrinter, worker: PrintWorker) -> None:
    printer.says = PrinterStatus.PAPER_OUT
    worker.step()
    assert printer.kept == 0


def test_one_step_prints_one_slip_so_that_a_slow_printer_does_not_starve_the_watchdog(
    hall: Lobby, printer: FakePrinter, worker: PrintWorker
) -> None:
    while worker.step() == 0.0:  # it is given its pictures first
        pass
    for _ in range(3):
        hall.take("A")
    assert [worker.step() for _ in range(3)] == [0.0, 0.0, 0.0]
    assert worker.step() > 0
    assert len(printer.jobs) == 3


def test_without_a_printer_by_choice_nothing_waits_for_paper(hall: Lobby) -> None:
    hall.device_events.note("printer", {"printer": "offline"})  # the one that was there before
    hall.take("A")
    hall.take("A")
    with hall.store.write() as tx:
        jobs.move(tx, 1, PrintState.QUEUED, PrintState.PRINTING, now_ms=tx.now_ms)
    worker = PaperlessWorker(hall)
    worker.recover()
    assert 1 <= worker.step() < 60  # WatchdogSec of its unit
    assert hall.ticket("A001").print_state is PrintState.UNCERTAIN
    assert hall.ticket("A002").print_state is PrintState.DISMISSED
    assert health_words(hall.settings.home)["printer"]["status"] == "none"
    last = journal.pending(look(hall.store), 0, 100)[-1]
    assert (last.kind, last.payload) == ("device.cleared", {"d": "printer", "x": "none"})
