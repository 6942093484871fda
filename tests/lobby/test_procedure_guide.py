"""The procedure guide: its checklist comes out of the printer, its fee as a code."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kiosk.config import Printer
from kiosk.errors import RefusedError, UnknownNameError
from kiosk.lobby.lobby import Lobby
from kiosk.model.paper import PrintState
from kiosk.ports.printer import Outcome
from kiosk.printing.print_worker import PrintWorker
from kiosk.records import replace
from kiosk.store import jobs
from tests.clocks import FakeClock
from tests.databases import look
from tests.lobby.test_print_worker import FakePrinter
from tests.lobby.wards import COPY, EXTRACT, settings
from tests.lobby.wards import lobby as open_hall


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Lobby]:
    with contextlib.closing(open_hall(tmp_path)) as opened:
        yield opened


def _state(hall: Lobby, job: int = 1) -> PrintState:
    found = jobs.find(look(hall.store), job)
    assert found is not None
    return found.state


def test_a_question_finds_its_procedure(hall: Lobby) -> None:
    assert hall.guide.search("trich luc", "vi")[0] == EXTRACT.code
    assert hall.guide.search("photocopy", "en", limit=1) == (COPY.code,)


def test_a_checklist_is_printed_for_nobodys_ticket(hall: Lobby) -> None:
    printer = FakePrinter()
    hall.guide.print_checklist(EXTRACT.code, "en")
    PrintWorker(hall, printer).step()
    assert len(printer.jobs) == 1
    assert _state(hall) is PrintState.PRINTED
    assert hall.tickets() == ()


def test_a_checklist_that_broke_off_is_asked_for_again_not_looked_for(hall: Lobby) -> None:
    printer = FakePrinter()
    printer.ends = Outcome.UNCERTAIN
    hall.guide.print_checklist(COPY.code, "vi")
    PrintWorker(hall, printer).step()
    assert _state(hall) is PrintState.DISMISSED
    assert hall.counter(1).uncertain_slips == ()


def test_a_checklist_of_a_procedure_that_is_gone_holds_nobody_up(tmp_path: Path) -> None:
    with contextlib.closing(open_hall(tmp_path)) as hall:
        hall.guide.print_checklist(COPY.code, "vi")
        hall.take("B")
        smaller = replace(hall.settings, procedures=(EXTRACT,))
    with contextlib.closing(Lobby.open(smaller, FakeClock())) as hall:
        printer = FakePrinter()
        worker = PrintWorker(hall, printer)
        worker.step()
        worker.step()
        assert len(printer.jobs) == 1
        assert (_state(hall, 1), _state(hall, 2)) == (PrintState.DISMISSED, PrintState.PRINTED)


@pytest.mark.parametrize(("code", "language"), [("9.999999", "vi"), (COPY.code, "xx")])
def test_a_checklist_of_nothing_is_refused(hall: Lobby, code: str, language: str) -> None:
    with pytest.raises(UnknownNameError):
        hall.guide.print_checklist(code, language)


def test_a_kiosk_without_a_printer_says_so(tmp_path: Path) -> None:
    place = settings(tmp_path)
    kiosk = msgspec.structs.replace(place.kiosk, printer=Printer(driver="none"))
    hall = Lobby.open(replace(place, kiosk=kiosk))
    with contextlib.closing(hall), pytest.raises(RefusedError, match="no printer"):
        hall.guide.print_checklist(COPY.code, "vi")


def test_a_fixed_fee_is_a_code_that_names_its_ticket(hall: Lobby) -> None:
    payment = hall.guide.payment(EXTRACT.code, "B001")
    assert payment is not None
    assert payment.amount_dong == 8000
    assert payment.purpose == "PHI 00082 2000635 B001"
    assert payment.purpose in payment.payload
    assert (payment.account, payment.name) == ("0011001234567", "UBND phuong Cua Nam")


def test_the_longest_purpose_is_what_a_bank_carries(hall: Lobby) -> None:
    payment = hall.guide.payment(EXTRACT.code, "B9999")
    assert payment is not None
    assert len(payment.purpose) <= 25


@pytest.mark.parametrize("code", [COPY.code, "9.999999"])
def test_a_fee_that_differs_cannot_be_paid_by_code(hall: Lobby, code: str) -> None:
    assert hall.guide.payment(code) is None


def test_a_ward_without_an_account_takes_no_payment(tmp_path: Path) -> None:
    with contextlib.closing(open_hall(tmp_path, payment=None)) as hall:
        assert hall.guide.payment(EXTRACT.code) is None
        assert not any(procedure.can_pay for procedure in hall.hall().procedures)


def test_the_hall_tells_what_can_be_paid_and_applied_for_at_home(hall: Lobby) -> None:
    views = {view.code: view for view in hall.hall().procedures}
    assert (views[COPY.code].can_pay, views[COPY.code].portal_url) == (False, "")
    assert (views[EXTRACT.code].can_pay, views[EXTRACT.code].portal_url) == (True, "https://portal.example.vn/2.000635")
