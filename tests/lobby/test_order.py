"""Order is the journal's: a clock that was wrong for a while turns no queue and hides no call."""

from __future__ import annotations

from datetime import timedelta

from kiosk.lobby.lobby import Lobby
from kiosk.ui.board.call_rotation import CallRotation
from tests.clocks import MONDAY_MORNING, FakeClock


def _called(hall: Lobby, counter: int) -> str:
    called = hall.call_next(counter)
    assert called is not None
    hall.serve(called.number)
    hall.done(called.number)
    return called.number


def test_a_board_whose_clock_was_ahead_shows_and_says_the_new_calls(hall: Lobby, clock: FakeClock) -> None:
    for _ in range(9):
        hall.take("A")
    clock.step(hours=3)
    for _ in range(7):
        _called(hall, 1)
    stage = CallRotation.opened(hall.board())
    clock.synchronise(MONDAY_MORNING)
    hall.call_next(2)
    board = hall.board()
    assert board.current is not None
    assert board.current.number == "A008"
    assert [call.number for call in stage.updated(board).queue] == ["A008"]
    assert [call.number for call in board.last] == ["A007", "A006", "A005", "A004", "A003"]


def test_a_recall_under_the_very_same_time_is_another_call(hall: Lobby) -> None:
    hall.take("A")
    hall.call_next(1)
    stage = CallRotation.opened(hall.board())
    hall.recall("A001")
    assert [call.calls for call in stage.updated(hall.board()).queue] == [2]


def test_who_came_first_is_called_first_though_the_clock_was_ahead(hall: Lobby, clock: FakeClock) -> None:
    clock.step(hours=3)
    hall.take("A")
    hall.take("A")
    clock.synchronise(MONDAY_MORNING + timedelta(minutes=1))
    hall.take("A")
    assert [row.number for row in hall.counter(1).queue] == ["A001", "A002", "A003"]
    assert _called(hall, 1) == "A001"


def test_the_lanes_alternate_by_the_order_of_the_calls_though_the_clock_was_ahead(
    hall: Lobby, clock: FakeClock
) -> None:
    for _ in range(3):
        hall.take("A")
        hall.take("A", priority="elderly")
    clock.step(hours=3)
    first = [_called(hall, 1), _called(hall, 1)]
    clock.synchronise(MONDAY_MORNING)
    assert [*first, *(_called(hall, 1) for _ in range(4))] == ["A002", "A001", "A004", "A003", "A006", "A005"]


def test_a_turn_over_which_the_clock_jumped_says_nothing_of_how_long_turns_take(hall: Lobby, clock: FakeClock) -> None:
    for jump in (timedelta(hours=5), timedelta(0)):
        hall.take("A")
        hall.call_next(1)
        hall.serve(hall.board().current.number)  # type: ignore[union-attr]  # it was called just now
        clock.step(seconds=jump.total_seconds())
        if not jump:
            clock.synchronise(MONDAY_MORNING)
        hall.done(hall.board().current.number)  # type: ignore[union-attr]  # the same
    hall.take("A")
    assert hall.take("A").wait_minutes is None
    hall.call_next(1)
    clock.pass_time(minutes=6)
    hall.serve("A003")
    hall.done("A003")
    hall.take("A")
    assert hall.take("A").wait_minutes == 12


def test_a_counter_that_called_under_a_clock_that_was_ahead_is_not_open_for_hours(
    hall: Lobby, clock: FakeClock
) -> None:
    hall.take("A")
    hall.call_next(1)
    hall.serve("A001")
    clock.pass_time(minutes=6)
    hall.done("A001")
    hall.take("B")
    clock.step(hours=5)
    hall.call_next(3)
    hall.serve("B001")
    hall.done("B001")
    clock.synchronise(MONDAY_MORNING + timedelta(minutes=7))
    clock.pass_time(hours=1)
    assert hall.take("B").wait_minutes is None


def test_a_call_for_help_under_a_clock_that_was_ahead_does_not_ring_for_hours(hall: Lobby, clock: FakeClock) -> None:
    clock.step(hours=5)
    hall.help.request()
    assert hall.hall().help is not None
    clock.synchronise(MONDAY_MORNING)
    assert hall.hall().help is None
    assert hall.counter(1).help_requested_at is None
