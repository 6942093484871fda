"""Taking and calling: what visitors and officers may do, and what the rules refuse."""

from __future__ import annotations

import contextlib
import threading
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from kiosk.errors import CapReachedError, ClosedError, IllegalStepError, UnknownNameError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Fault
from kiosk.model.paper import PrintState
from kiosk.model.time import RELEASED_AT
from kiosk.records import replace
from kiosk.store import journal
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.databases import look, raw
from tests.halls import DAYS, text
from tests.halls import lobby as open_hall


def _kinds(hall: Lobby) -> list[str]:
    return [event.kind for event in journal.pending(look(hall.store), 0, 1000)]


def test_numbers_begin_at_one_and_rise(hall: Lobby) -> None:
    assert [hall.take(letter).number for letter in "AAB"] == ["A001", "A002", "B001"]


def test_a_taken_number_is_an_event_and_a_print_job(hall: Lobby) -> None:
    taken = hall.take("A", priority="elderly", language="en")
    assert _kinds(hall) == ["day.opened", "ticket.issued"]
    event = journal.pending(look(hall.store), 1, 1)[0]
    assert event.payload == {"t": 1, "n": "A001", "day": "2026-11-23", "s": "A", "l": "en", "g": "elderly"}
    assert taken.print_state is PrintState.QUEUED
    assert taken.follow_url.endswith(taken.token)


def test_the_number_of_people_ahead_counts_those_who_are_called_first(hall: Lobby) -> None:
    for _ in range(3):
        hall.take("A")
    assert hall.take("A").ahead == 3
    assert hall.take("A", priority="elderly").ahead == 0
    assert hall.ticket("A001").ahead == 1


def test_an_unknown_service_is_named_with_those_there_are(hall: Lobby) -> None:
    with pytest.raises(UnknownNameError, match="no service named 'Z'; known: A, B"):
        hall.take("Z")


@pytest.mark.parametrize("choice", [{"priority": "king"}, {"procedure": "9.999999"}, {"language": "xx"}])
def test_an_unknown_choice_takes_no_number(hall: Lobby, choice: dict[str, str]) -> None:
    with pytest.raises(UnknownNameError):
        hall.take("A", **choice)  # type: ignore[arg-type]  # each choice is one keyword of take
    assert journal.last_seq(look(hall.store)) == 0


def test_a_closed_hall_gives_no_number(tmp_path: Path) -> None:
    hours: dict[str, object] = {day: [["08:00", "09:00"]] for day in DAYS[:5]}
    hours |= {"saturday": [], "sunday": [], "closed": text("closed, come tomorrow")}
    with contextlib.closing(open_hall(tmp_path, hours=hours)) as hall:
        with pytest.raises(ClosedError, match="come tomorrow"):
            hall.take("A")
        assert journal.last_seq(look(hall.store)) == 0
        view = hall.hall()
        assert Fault.CLOSED in view.faults
        assert view.opens_at == datetime(2026, 11, 24, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.mark.parametrize("limit", [{"daily_cap": 2}, {"last_number": 2}])
def test_a_spent_service_refuses_and_uses_up_nothing(tmp_path: Path, limit: dict[str, int]) -> None:
    name = text("Copies")
    service = {"letter": "A", "name": name, "short": name, "hint": name, "icon": "stamp", **limit}
    counters = [{"id": 1, "services": ["A"]}]
    with contextlib.closing(open_hall(tmp_path, services=[service], counters=counters)) as hall:
        hall.take("A")
        assert hall.hall().services[0].refusal == ""
        hall.take("A")
        for _ in range(2):
            with pytest.raises(CapReachedError, match="all its numbers"):
                hall.take("A")
        assert _kinds(hall).count("ticket.issued") == 2
        assert hall.hall().services[0].refusal == "cap_reached"


def test_a_ticket_goes_through_to_done(hall: Lobby) -> None:
    hall.take("A")
    called = hall.call_next(1)
    assert called is not None
    assert called.state == "called"
    hall.recall("A001")
    hall.serve("A001")
    assert hall.done("A001").state == "done"
    expected = ["ticket.called", "ticket.recalled", "ticket.serving", "ticket.done"]
    assert _kinds(hall)[2:] == expected
    assert hall.counter(1).done_today == 1


def test_a_counter_with_a_ticket_in_hand_cannot_call_another(hall: Lobby) -> None:
    hall.take("A")
    hall.take("A")
    hall.call_next(1)
    with pytest.raises(IllegalStepError, match="counter 1 still has A001"):
        hall.call_next(1)


def test_nobody_waiting_is_a_value(hall: Lobby) -> None:
    hall.take("B")
    assert hall.call_next(1) is None


def test_an_illegal_step_says_why_and_changes_nothing(hall: Lobby) -> None:
    hall.take("A")
    seq = journal.last_seq(look(hall.store))
    with pytest.raises(IllegalStepError, match="A001 is waiting and cannot become done"):
        hall.done("A001")
    assert journal.last_seq(look(hall.store)) == seq


@pytest.mark.parametrize("number", ["A999", "hello", "", "A0001; DROP TABLE ticket", "Ａ００１"])
def test_a_number_nobody_has_is_named(hall: Lobby, number: str) -> None:
    hall.take("A")
    with pytest.raises(UnknownNameError, match="no ticket of today"):
        hall.serve(number)


def test_a_parked_ticket_comes_back_to_its_place(hall: Lobby) -> None:
    for _ in range(3):
        hall.take("A")
    hall.call_next(1)
    hall.park("A001")
    assert [row.number for row in hall.counter(1).parked] == ["A001"]
    hall.resume("A001")
    assert [row.number for row in hall.counter(1).queue] == ["A001", "A002", "A003"]


def test_a_transferred_ticket_keeps_its_number_and_waits_elsewhere(hall: Lobby) -> None:
    hall.take("A")
    hall.call_next(1)
    hall.serve("A001")
    moved = hall.transfer("A001", "B")
    assert (moved.number, moved.service, moved.state) == ("A001", "B", "waiting")
    assert hall.call_next(1) is None
    called = hall.call_next(3)
    assert called is not None
    assert called.number == "A001"


def test_a_cancelled_ticket_is_not_called(hall: Lobby) -> None:
    hall.take("A")
    hall.cancel("A001")
    assert hall.call_next(1) is None


def test_a_new_day_begins_at_one_and_ends_what_was_open(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    hall.take("A")
    clock.pass_time(days=1)
    assert hall.hall().waiting == 0
    assert hall.board().current is None
    assert hall.take("A").number == "A001"
    assert _kinds(hall)[-5:] == ["ticket.expired", "ticket.expired", "day.closed", "day.opened", "ticket.issued"]


@pytest.mark.parametrize("days", [-1, 365])
def test_a_jumping_clock_neither_repeats_a_number_nor_begins_a_day(hall: Lobby, clock: FakeClock, days: int) -> None:
    assert hall.take("A").number == "A001"
    clock.step(days=days)
    second = hall.take("A")
    assert (second.number, second.day) == ("A002", "2026-11-23")
    assert Fault.CLOCK_UNSURE in hall.board().faults


def test_a_reboot_in_the_past_repeats_no_number(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    clock.reboot(RELEASED_AT)
    second = hall.take("A")
    assert (second.number, second.day) == ("A002", "2026-11-23")
    assert second.issued_at >= MONDAY_MORNING


def test_the_board_shows_the_newest_call_and_those_before(hall: Lobby, clock: FakeClock) -> None:
    for _ in range(3):
        hall.take("A")
        clock.pass_time(minutes=1)
    for counter in (1, 2):
        hall.call_next(counter)
        clock.pass_time(minutes=1)
    board = hall.board()
    assert board.current is not None
    assert (board.current.number, board.current.counter) == ("A002", 2)
    assert [call.number for call in board.last] == ["A001"]
    hall.recall("A001")
    again = hall.board().current
    assert again is not None
    assert (again.number, again.calls) == ("A001", 2)


@pytest.mark.parametrize("step", ["no_show", "cancel", "serve", "park"])
def test_the_board_tells_which_calls_nobody_has_answered(hall: Lobby, clock: FakeClock, step: str) -> None:
    for counter in (1, 2):
        hall.take("A")
        hall.call_next(counter)
        clock.pass_time(seconds=1)
    assert [call.number for call in hall.board().unanswered] == ["A002", "A001"]
    getattr(hall, step)("A001")
    board = hall.board()
    assert [call.number for call in board.unanswered] == ["A002"]
    assert [call.number for call in board.last] == ["A001"], "it was called all the same"


def test_the_board_knows_every_call_that_is_unanswered_however_many(hall: Lobby, clock: FakeClock) -> None:
    for _ in range(9):
        hall.take("A")
        hall.call_next(1)
        clock.pass_time(seconds=1)
        raw(hall.store).execute("UPDATE ticket SET counter = 4 WHERE counter = 1")  # nine desks
    board = hall.board()
    assert len(board.unanswered) == 9
    assert len(board.last) == 5


def test_tickets_of_more_than_a_year_ago_are_let_go_with_their_paper(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A")
    clock.pass_time(days=300)
    hall.take("A")
    clock.pass_time(days=70)
    hall.take("A")
    count = raw(hall.store).execute("SELECT (SELECT count(*) FROM ticket), (SELECT count(*) FROM print_job)")
    assert tuple(count.fetchone()) == (2, 2)


def test_the_wait_is_unknown_until_the_day_has_shown_something(hall: Lobby, clock: FakeClock) -> None:
    assert hall.take("A").wait_minutes is None
    hall.call_next(1)
    hall.serve("A001")
    clock.pass_time(minutes=6)
    hall.done("A001")
    hall.take("A")
    assert hall.take("A").wait_minutes == 6


def test_a_photographed_number_needs_no_paper_any_more(hall: Lobby) -> None:
    hall.take("A")
    hall.dismiss_slip("A001")
    assert hall.ticket("A001").print_state is PrintState.DISMISSED


def test_two_officers_calling_at_once_never_get_the_same_ticket(tmp_path: Path) -> None:
    with contextlib.closing(open_hall(tmp_path)) as hall:
        for _ in range(40):
            hall.take("A")
    called: dict[int, list[str]] = {1: [], 2: []}

    def officer(counter: int) -> None:
        with contextlib.closing(open_hall(tmp_path)) as desk:
            while ticket := desk.call_next(counter):
                called[counter].append(ticket.number)
                desk.no_show(ticket.number)

    officers = [threading.Thread(target=officer, args=(counter,)) for counter in called]
    for thread in officers:
        thread.start()
    for thread in officers:
        thread.join()
    assert sorted(called[1] + called[2]) == [f"A{n:03d}" for n in range(1, 41)]


def test_a_call_for_help_reaches_the_officers(hall: Lobby, clock: FakeClock) -> None:
    assert hall.counter(1).help_requested_at is None
    hall.help.request()
    asked = hall.counter(1).now
    clock.pass_time(minutes=1)
    assert hall.counter(1).help_requested_at == asked


def test_a_kiosk_that_is_renamed_in_the_middle_of_a_day_repeats_no_number(tmp_path: Path, hall: Lobby) -> None:
    hall.take("A")
    hall.take("A")
    renamed = replace(hall.settings, kiosk=msgspec.structs.replace(hall.settings.kiosk, device="k00082-2"))
    with contextlib.closing(Lobby.open(renamed, FakeClock())) as other:
        assert other.take("A").number == "A003"
