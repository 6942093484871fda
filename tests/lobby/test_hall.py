"""Who is next and how long it takes, as a whole day of calls, recalls, parkings and transfers makes it."""

from __future__ import annotations

import pytest

from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import TicketView
from tests.clocks import FakeClock


def _call(hall: Lobby, counter: int) -> TicketView:
    called = hall.call_next(counter)
    assert called is not None
    return called


def _serve_one(hall: Lobby, clock: FakeClock, counter: int, minutes: float) -> None:
    """Have one visitor of service A served, so that the day has shown how long a turn is."""
    hall.take("A")
    number = _call(hall, counter).number
    hall.serve(number)
    clock.pass_time(minutes=minutes)
    hall.done(number)


def _at_counter(hall: Lobby, number: str) -> int | None:
    return next(row.counter for row in hall.tickets() if row.number == number)


def test_a_parked_ticket_that_waits_again_belongs_to_no_counter(hall: Lobby) -> None:
    hall.take("A")
    _call(hall, 1)
    hall.park("A001")
    hall.resume("A001")
    assert _at_counter(hall, "A001") is None
    assert hall.counter(1).active is None
    assert hall.board().current is None  # nobody is called: the board sends no one to a counter


def test_a_transferred_ticket_belongs_to_no_counter_until_it_is_called_there(hall: Lobby) -> None:
    hall.take("A")
    _call(hall, 1)
    hall.serve("A001")
    hall.transfer("A001", "B")
    assert _at_counter(hall, "A001") is None
    assert _call(hall, 3).number == "A001"
    assert _at_counter(hall, "A001") == 3


def test_a_ticket_that_waits_again_tells_no_time_of_serving(hall: Lobby) -> None:
    hall.take("A")
    _call(hall, 1)
    hall.serve("A001")
    hall.park("A001")
    hall.resume("A001")
    row = next(iter(hall.tickets()))
    assert row.serving_at is None


def test_a_recall_does_not_change_whose_turn_it_is(hall: Lobby, clock: FakeClock) -> None:
    """The lanes take turns by calls: who was told twice was called once."""
    for group in ("elderly", None, "elderly", None):
        hall.take("A", priority=group)
    first = _call(hall, 1)
    clock.pass_time(minutes=1)
    second = _call(hall, 2)
    assert (first.priority, second.priority) == ("elderly", None)
    clock.pass_time(minutes=1)
    hall.recall(first.number)
    hall.no_show(second.number)
    assert _call(hall, 2).priority == "elderly"


def test_a_counter_that_is_long_with_one_visitor_is_open_all_the_same(hall: Lobby, clock: FakeClock) -> None:
    _serve_one(hall, clock, 1, minutes=6)
    hall.take("A")
    hall.serve(_call(hall, 1).number)
    clock.pass_time(minutes=45)
    hall.take("A")
    assert hall.take("A").wait_minutes == 6


def test_a_counter_that_has_gone_home_is_not_counted_as_open(hall: Lobby, clock: FakeClock) -> None:
    _serve_one(hall, clock, 1, minutes=6)
    clock.pass_time(minutes=31)
    assert hall.take("A").wait_minutes is None


def test_two_open_counters_halve_the_wait(hall: Lobby, clock: FakeClock) -> None:
    for counter in (1, 2):
        _serve_one(hall, clock, counter, minutes=10)
    for _ in range(4):
        hall.take("A")
    assert hall.take("A").wait_minutes == 20


@pytest.mark.parametrize(("minutes", "expected"), [(29, 6), (31, None)])
def test_a_counter_is_open_for_half_an_hour_after_its_last_call(
    hall: Lobby, clock: FakeClock, minutes: int, expected: int | None
) -> None:
    _serve_one(hall, clock, 1, minutes=6)
    hall.take("A")
    clock.pass_time(minutes=minutes - 6)
    assert hall.take("A").wait_minutes == expected


def test_a_turn_that_was_over_at_once_makes_no_wait_impossible(hall: Lobby, clock: FakeClock) -> None:
    for _ in range(3):
        _serve_one(hall, clock, 1, minutes=0)
    for _ in range(3):
        hall.take("A")
    assert hall.take("A").wait_minutes == 1
