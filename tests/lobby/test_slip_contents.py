"""What stands on a slip, a checklist and the visitor's screens is what the ward has written, each word in its place."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace as changed

from kiosk.config import Settings
from kiosk.config.types import Scanner, Sound
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import PriorityView, ProcedureView, ServiceView, TicketView
from kiosk.model.paper import PrintState
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.printing.print_worker import PrintWorker
from kiosk.printing.slip_contents import checklist_of, slip_of, typical_slips
from kiosk.receipt.escpos import encode_checklist, encode_slip, encode_test
from kiosk.receipt.slip import Checklist, PrinterProfile, Slip
from kiosk.records import replace
from kiosk.store import jobs, journal, tickets
from kiosk.store.jobs import JobKind
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.databases import look
from tests.halls import text
from tests.lobby import wards
from tests.lobby.test_print_worker import FakePrinter

COPY = changed(wards.COPY, ready=[text("the original"), text("money")])
GROUP = {"code": "elderly", "name": text("75+"), "legal_basis": "law", "icon": "accessibility", "min_age_years": 75}
_AT = MONDAY_MORNING.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))


def _settings(root: Path) -> Settings:
    before = wards.settings(
        root, missed=text("ask at the desk"), notices=[text("no smoking"), text("wifi")], priority_groups=[GROUP]
    )
    kiosk = changed(before.kiosk, scanner=Scanner(driver="simulated"), sound=Sound(driver="simulated"))
    gone = changed(wards.EXTRACT, code="1.000001", service="Z", is_online=False)
    return replace(before, kiosk=kiosk, procedures=(COPY, wards.EXTRACT, gone))


@pytest.fixture
def hall(tmp_path: Path, clock: FakeClock) -> Iterator[Lobby]:
    with contextlib.closing(Lobby.open(_settings(tmp_path), clock)) as opened:
        yield opened


@pytest.fixture
def printer() -> FakePrinter:
    return FakePrinter()


def _slip(ticket: TicketView, **changes: object) -> Slip:
    slip = Slip(
        authority=text("UBND"),
        hall=text("Một cửa"),
        number="A002",
        service_name=text("Copies"),
        procedure_name=text("Certified copy"),
        priority_name=text("75+"),
        ahead=0,
        wait_minutes=None,
        counters=(1, 2),
        follow_url=f"http://127.0.0.1:1/t/{ticket.token}",
        issued_at=_AT,
        ready=(text("the original"), text("money")),
        missed=text("ask at the desk"),
        second_language="en",
    )
    return replace(slip, **changes)  # type: ignore[arg-type]  # each change is a field of a slip


def test_a_slip_says_all_that_its_visitor_needs(hall: Lobby) -> None:
    hall.take("A")
    ticket = hall.take("A", priority="elderly", procedure=COPY.code, language="en")
    assert slip_of(hall.settings, ticket, is_copy=False, time_certain=True) == _slip(ticket)
    unsure = slip_of(hall.settings, ticket, is_copy=True, time_certain=False)
    assert unsure == _slip(ticket, is_copy=True, time_certain=False)


def test_a_slip_without_a_wish_leaves_its_place_empty(hall: Lobby) -> None:
    hall.take("A")
    ticket = hall.take("A")
    plain = _slip(ticket, procedure_name=None, priority_name=None, ready=(), ahead=1)
    assert slip_of(hall.settings, ticket, is_copy=False, time_certain=True) == plain


@pytest.mark.parametrize(
    ("language", "languages", "second"),
    [("vi", ["vi", "en"], "en"), ("en", ["vi", "en"], "en"), ("vi", ["vi"], None), ("vi", ["vi", "fr", "en"], "fr")],
)
def test_under_the_vietnamese_words_stands_the_visitors_language(
    tmp_path: Path, language: str, languages: list[str], second: str | None
) -> None:
    with contextlib.closing(wards.lobby(tmp_path, languages=languages)) as hall:
        ticket = hall.take("A", language=language)
        slip = slip_of(hall.settings, ticket, is_copy=False, time_certain=True)
        assert (slip.second_language, slip.procedure_name) == (second, None)
        assert checklist_of(hall.settings, wards.COPY, language, _AT).second_language == second
        assert {typical.second_language for typical in typical_slips(hall.settings)} == {
            next((code for code in languages if code != "vi"), None)
        }


def test_a_checklist_says_what_is_published(hall: Lobby) -> None:
    assert checklist_of(hall.settings, wards.EXTRACT, "vi", _AT) == Checklist(
        authority=text("UBND"),
        hall=text("Một cửa"),
        code="2.000635",
        name=text("Extract of civil status"),
        service_name=text("Births"),
        papers=(text("identity card"),),
        time=text("the same day"),
        fee=text("8,000 đ; free for children"),
        portal_url="https://portal.example.vn/2.000635",
        printed_at=_AT,
        second_language="en",
    )
    unserved = checklist_of(hall.settings, hall.settings.procedures[2], "vi", _AT)
    assert (unserved.service_name, unserved.portal_url) == ({}, "")


def test_the_typical_slips_are_one_for_each_service_and_one_for_each_procedure_that_has_one(hall: Lobby) -> None:
    slips = list(typical_slips(hall.settings))
    assert [(slip.service_name["en"], slip.procedure_name) for slip in slips] == [
        ("Copies", None),
        ("Births", None),
        ("Copies", text("Certified copy")),
        ("Births", text("Extract of civil status")),
    ]
    assert [slip.counters for slip in slips] == [(1, 2), (2, 3)] * 2
    assert [len(slip.ready) for slip in slips] == [0, 0, 2, 0]
    for slip in slips:
        assert (slip.authority, slip.hall, slip.missed) == (text("UBND"), text("Một cửa"), text("ask at the desk"))
        assert slip.priority_name is None


def test_the_visitors_screens_show_the_ward_as_it_is_written(hall: Lobby) -> None:
    seen, board = hall.hall(), hall.board()
    assert (seen.ward, seen.hall, seen.languages) == (text("Cửa Nam"), text("Một cửa"), ("vi", "en"))
    assert (seen.closed_text, seen.opens_at) == (text("closed"), (_AT + timedelta(days=1)).replace(hour=0))
    assert (seen.has_scanner, seen.has_voice, seen.has_sealing, seen.has_water) == (True, True, False, False)
    assert seen.priority_groups == (PriorityView("elderly", text("75+"), "law", "accessibility", 75),)
    assert (board.ward, board.hall, board.notices) == (seen.ward, seen.hall, (text("no smoking"), text("wifi")))
    assert board.waiting == seen.services
    assert seen.services[1] == ServiceView("B", text("Births"), text(""), text("Births"), "stamp", 0, None, "", (2, 3))
    extract = wards.EXTRACT
    assert seen.procedures[1] == ProcedureView(
        *(extract.code, "B", extract.name, (text("identity card"),), (), extract.time, extract.fee),
        *(True, "https://portal.example.vn/2.000635", True),
    )
    assert (seen.procedures[0].ready, seen.procedures[0].can_pay) == ((text("the original"), text("money")), False)


def test_a_ward_that_takes_no_money_offers_no_payment(tmp_path: Path) -> None:
    with contextlib.closing(wards.lobby(tmp_path, payment=None)) as hall:
        assert [procedure.can_pay for procedure in hall.hall().procedures] == [False, False]
        assert not hall.hall().has_scanner
        assert not hall.hall().has_voice


def test_who_waits_for_a_service_that_the_ward_gave_up_is_still_seen_and_called(hall: Lobby, clock: FakeClock) -> None:
    hall.take("B")
    site = changed(hall.settings.site, services=hall.settings.site.services[:1])
    with contextlib.closing(Lobby.open(replace(hall.settings, site=site), clock)) as smaller:
        (row,) = smaller.tickets()
        assert (row.service, row.service_name) == ("B", {"vi": "B", "en": "B"})
        assert [service.letter for service in smaller.hall().services] == ["A"]
        called = smaller.call_next(3)
        assert called is not None
        assert called.service_name == {"vi": "B", "en": "B"}


# --- the printer's process ------------------------------------------------------------------------------------------


def test_what_is_printed_is_the_slip_its_copy_a_test_and_a_checklist(hall: Lobby, printer: FakePrinter) -> None:
    worker, paper = PrintWorker(hall, printer), PrinterProfile()
    hall.take("A")
    ticket = hall.take("A", priority="elderly", procedure=COPY.code, language="en")
    hall.dismiss_slip("A001")
    worker.step()
    hall.reprint("A002")
    worker.step()
    with hall.store.write() as tx:
        jobs.enqueue(tx, JobKind.TEST, None, tx.now_ms)
    worker.step()
    hall.guide.print_checklist(wards.EXTRACT.code, "en")
    worker.step()
    assert printer.jobs == [
        encode_slip(_slip(ticket), paper),
        encode_slip(_slip(ticket, is_copy=True), paper),
        encode_test(paper),
        encode_checklist(checklist_of(hall.settings, wards.EXTRACT, "en", _AT), paper),
    ]


def test_a_slip_printed_under_a_doubtful_clock_says_so(hall: Lobby, printer: FakePrinter, clock: FakeClock) -> None:
    hall.take("A")
    clock.reboot(MONDAY_MORNING - timedelta(days=9))
    ticket = hall.ticket("A001")
    PrintWorker(hall, printer).step()
    plain = _slip(ticket, number="A001", procedure_name=None, priority_name=None, ready=())
    assert printer.jobs == [encode_slip(replace(plain, time_certain=False), PrinterProfile())]


_ENDS = {
    Outcome.CONFIRMED: (PrintState.PRINTED, "", 0.0),
    Outcome.ACCEPTED: (PrintState.PRINTED, "the printer took it and never answers", 0.0),
    Outcome.NOTHING_SENT: (PrintState.QUEUED, "nothing reached the printer", 1.0),
    Outcome.UNCERTAIN: (PrintState.UNCERTAIN, "the printer stopped in the middle of it, or no longer says", 0.0),
}


@pytest.mark.parametrize("outcome", Outcome)
def test_a_technician_finds_how_each_job_ended(
    hall: Lobby, printer: FakePrinter, outcome: Outcome, caplog: pytest.LogCaptureFixture
) -> None:
    state, detail, pause_s = _ENDS[outcome]
    printer.ends = outcome
    hall.take("A")
    assert PrintWorker(hall, printer).step() == pause_s
    job = jobs.find(look(hall.store), 1)
    assert job is not None
    assert (job.state, job.detail.startswith(detail)) == (state, True)
    assert bool([line for line in caplog.messages if line.startswith("print job 1: ")]) is bool(detail)


def test_a_job_that_cannot_be_drawn_is_dropped_with_its_reason(
    hall: Lobby, printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.take("A")
    monkeypatch.setattr(tickets, "by_id", lambda *_: None)
    assert PrintWorker(hall, printer).step() == 0.0
    job = jobs.find(look(hall.store), 1)
    assert job is not None
    assert (job.state, printer.jobs) == (PrintState.DISMISSED, [])
    assert job.detail == "it cannot be drawn: print job 1 names ticket 1, which is not there"


def test_a_printer_in_trouble_is_asked_more_often_while_somebody_waits(hall: Lobby, printer: FakePrinter) -> None:
    printer.says = PrinterStatus.PAPER_OUT
    worker = PrintWorker(hall, printer)
    idle_s = worker.step()
    hall.take("A")
    assert 0 < worker.step() < idle_s <= 20


def test_each_change_of_a_printer_is_logged_once_with_its_reason(
    hall: Lobby, printer: FakePrinter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kiosk.printing.print_worker")
    worker = PrintWorker(hall, printer)
    worker.step()
    printer.says, printer.why = PrinterStatus.OFFLINE, "no such device"
    worker.step()
    worker.step()
    printer.says, printer.why = PrinterStatus.PAPER_OUT, ""
    worker.step()
    printer.says = PrinterStatus.READY
    worker.step()
    assert caplog.messages == ["printer: offline (no such device)", "printer: paper_out", "printer: ready"]
    told = [
        event.payload["x"] for event in journal.pending(look(hall.store), 0, 100) if event.payload.get("d") == "printer"
    ]
    assert told == ["offline", "paper_out", "ready"]
