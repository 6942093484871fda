"""Whom paper is still printed for: a job goes only where it was thought to be, and nobody's slip comes out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Fault
from kiosk.model.paper import PrintState
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.printing.print_worker import PrintWorker
from kiosk.store import jobs
from kiosk.store.jobs import JobKind
from tests.clocks import FakeClock
from tests.databases import look, raw
from tests.drivers.rigs import SETUPS, simulated_rig
from tests.lobby.test_print_worker import FakePrinter

QUIETLY_ENDED: dict[str, Callable[[Lobby], object]] = {
    "given back": lambda hall: hall.cancel("A001"),
    "done with": lambda hall: (hall.call_next(1), hall.serve("A001"), hall.done("A001")),
    "not come for": lambda hall: (hall.call_next(1), hall.no_show("A001")),
    "at a counter": lambda hall: (hall.call_next(1), hall.serve("A001")),
    "photographed": lambda hall: hall.dismiss_slip("A001"),
}


class MeddledPrinter(FakePrinter):
    """A printer during whose job something happens in the hall."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    def print_job(self, payload: bytes, deadline_s: float) -> Outcome:
        """Take a job while it happens."""
        self.meanwhile()
        return super().print_job(payload, deadline_s)


@pytest.mark.parametrize("happens", QUIETLY_ENDED)
def test_a_slip_that_waits_for_paper_is_not_printed_for_who_needs_none(hall: Lobby, happens: str) -> None:
    printer = FakePrinter()
    printer.says = PrinterStatus.PAPER_OUT
    worker = PrintWorker(hall, printer)
    hall.take("A")
    worker.step()
    QUIETLY_ENDED[happens](hall)
    printer.says = PrinterStatus.READY
    worker.step()
    assert printer.jobs == []
    assert hall.ticket("A001").print_state is PrintState.DISMISSED


@pytest.mark.parametrize("happens", QUIETLY_ENDED)
def test_a_slip_of_which_nothing_was_sent_is_not_tried_again_for_who_has_gone_meanwhile(
    hall: Lobby, happens: str
) -> None:
    printer = MeddledPrinter(lambda: QUIETLY_ENDED[happens](hall))
    printer.ends = Outcome.NOTHING_SENT
    worker = PrintWorker(hall, printer)
    hall.take("A")
    worker.step()
    printer.says, printer.ends = PrinterStatus.READY, Outcome.CONFIRMED
    worker.step()
    assert len(printer.jobs) == 1
    assert hall.ticket("A001").print_state is PrintState.DISMISSED


def test_a_slip_that_comes_out_after_its_visitor_has_gone_is_printed_all_the_same(hall: Lobby) -> None:
    worker = PrintWorker(hall, MeddledPrinter(lambda: hall.dismiss_slip("A001")))
    hall.take("A")
    worker.step()
    assert hall.ticket("A001").print_state is PrintState.PRINTED


def test_a_number_given_back_while_its_slip_is_drawn_is_not_printed(hall: Lobby) -> None:
    class MeddledWorker(PrintWorker):
        def _payload(self, job: jobs.Job) -> bytes:
            payload = super()._payload(job)
            hall.cancel("A001")
            return payload

    printer = FakePrinter()
    hall.take("A")
    MeddledWorker(hall, printer).step()
    assert printer.jobs == []
    assert hall.ticket("A001").print_state is PrintState.DISMISSED


def test_a_slip_that_waits_over_night_is_not_printed_in_the_morning(hall: Lobby, clock: FakeClock) -> None:
    clock.synchronise()
    hall.take("A")
    clock.pass_time(hours=16)
    hall.keep_day()
    raw(hall.store).execute("UPDATE print_job SET created_ms = 9e15")  # as if it had not waited too long already
    printer = FakePrinter()
    PrintWorker(hall, printer).step()
    assert hall.tickets() == ()
    assert printer.jobs == []


STILL_HERE: dict[str, Callable[[Lobby], object]] = {
    "called": lambda hall: hall.call_next(1),
    "parked": lambda hall: hall.park("A001"),
    "transferred": lambda hall: hall.transfer("A001", "B"),
}


@pytest.mark.parametrize("happens", STILL_HERE)
def test_a_slip_still_comes_for_who_may_stand_at_the_kiosk(hall: Lobby, happens: str) -> None:
    hall.take("A")
    STILL_HERE[happens](hall)
    printer = FakePrinter()
    PrintWorker(hall, printer).step()
    assert len(printer.jobs) == 1


def test_a_copy_that_an_officer_asked_for_comes_while_the_visitor_is_served(hall: Lobby) -> None:
    printer = FakePrinter()
    worker = PrintWorker(hall, printer)
    hall.take("A")
    worker.step()
    hall.call_next(1)
    hall.reprint("A001")
    hall.serve("A001")
    worker.step()
    assert len(printer.jobs) == 2


def test_a_copy_of_a_ticket_that_is_done_comes_when_somebody_asks_for_it(hall: Lobby) -> None:
    printer = FakePrinter()
    worker = PrintWorker(hall, printer)
    hall.take("A")
    worker.step()
    hall.cancel("A001")
    hall.reprint("A001")
    worker.step()
    assert len(printer.jobs) == 2


def test_a_checklist_that_a_crash_cut_short_is_nobodys_doubt(hall: Lobby) -> None:
    with hall.store.write() as tx:
        job = jobs.enqueue_checklist(tx, "1.001193", "vi", tx.now_ms)
        jobs.move(tx, job, PrintState.QUEUED, PrintState.PRINTING, now_ms=tx.now_ms)
    PrintWorker(hall, FakePrinter()).recover()
    found = jobs.find(look(hall.store), job)
    assert found is not None
    assert found.state is PrintState.DISMISSED


def test_a_job_is_moved_only_from_the_state_it_was_thought_to_be_in(hall: Lobby) -> None:
    for before in PrintState:
        for thought in PrintState:
            with hall.store.write() as tx:
                job = jobs.enqueue(tx, JobKind.TEST, None, tx.now_ms)
                tx.execute("UPDATE print_job SET state = ? WHERE id = ?", [before, job])
                has_moved = jobs.move(tx, job, thought, PrintState.PRINTED, now_ms=tx.now_ms)
            found = jobs.find(look(hall.store), job)
            assert found is not None
            assert has_moved == (before is thought)
            assert found.state is (PrintState.PRINTED if has_moved else before)


def test_officers_are_told_of_every_slip_that_went_to_a_printer_which_is_off_behind_its_adapter(hall: Lobby) -> None:
    """Three slips that the adapter took are no three slips: a new process cannot know it, but what was seen is kept."""
    with simulated_rig(hall.settings.home, SETUPS["asb"]) as rig:
        hall.take("A")
        PrintWorker(hall, rig.printer).step()
        rig.request("dark")
        rig.begin_anew()
        worker = PrintWorker(hall, rig.printer)
        for _ in range(3):
            hall.take("A")
            worker.step()
        assert hall.ticket("A001").print_state is PrintState.PRINTED
        assert hall.counter(1).uncertain_slips == ("A002", "A003", "A004")
        assert Fault.PRINTER_SILENT in hall.counter(1).faults


def test_jobs_without_a_ticket_are_let_go_like_those_with_one(hall: Lobby, clock: FakeClock) -> None:
    with hall.store.write() as tx:
        jobs.enqueue(tx, JobKind.TEST, None, tx.now_ms)
        jobs.enqueue_checklist(tx, "1.001193", "vi", tx.now_ms)
    clock.pass_time(days=300)
    with hall.store.write() as tx:
        jobs.enqueue(tx, JobKind.TEST, None, tx.now_ms)
    clock.pass_time(days=70)
    hall.take("A")
    kept = [row[0] for row in raw(hall.store).execute("SELECT id FROM print_job ORDER BY id")]
    assert kept == [3, 4]
