"""Who is next: fair to both lanes, in order of arrival inside each."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.queue import Mix, Waiting, agreeing, arrival_of, calling_order

_WAITING = st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=40).map(
    lambda rows: [Waiting(ticket, arrival, lane) for ticket, (arrival, lane) in enumerate(rows)]
)
_MIX = st.builds(Mix, st.integers(1, 4), st.integers(1, 4))
_RECENT = st.lists(st.booleans(), max_size=12)


def _queue(*lanes: bool) -> list[Waiting]:
    return [Waiting(place, place, lane) for place, lane in enumerate(lanes)]


def test_priority_does_not_always_go_first() -> None:
    order = calling_order(_queue(False, False, True, True), [], Mix())
    assert [w.is_priority for w in order] == [True, False, True, False]


def test_the_turn_after_a_priority_call_is_ordinary() -> None:
    assert not calling_order(_queue(False, True), [True], Mix())[0].is_priority


def test_the_turn_after_an_ordinary_call_is_priority() -> None:
    assert calling_order(_queue(False, True), [False], Mix())[0].is_priority


def test_a_run_that_began_before_is_finished_first() -> None:
    order = calling_order(_queue(False, False, True, True), [True], Mix(priority_run=2, ordinary_run=1))
    assert [w.is_priority for w in order] == [True, False, True, False]


def test_a_booking_counts_from_a_little_before_its_time() -> None:
    assert arrival_of(3_000_000, 3_600_000, 10) == 3_000_000
    assert arrival_of(3_000_000, None, 10) == 3_000_000


def test_who_comes_long_after_the_booked_time_does_not_pass_those_who_waited() -> None:
    assert arrival_of(9_000_000, 3_600_000, 10) == 8_400_000


@given(_WAITING, _RECENT, _MIX)
def test_everybody_is_called_once(waiting: list[Waiting], recent: list[bool], mix: Mix) -> None:
    order = calling_order(waiting, recent, mix)
    assert sorted(w.ticket for w in order) == sorted(w.ticket for w in waiting)


@given(_WAITING, _RECENT, _MIX)
def test_each_lane_keeps_its_order_of_arrival(waiting: list[Waiting], recent: list[bool], mix: Mix) -> None:
    order = calling_order(waiting, recent, mix)
    for lane in (True, False):
        arrivals = [(w.arrival_ms, w.ticket) for w in order if w.is_priority is lane]
        assert arrivals == sorted(arrivals)


@given(_WAITING, _RECENT, _MIX)
def test_nobody_starves_while_both_lanes_wait(waiting: list[Waiting], recent: list[bool], mix: Mix) -> None:
    order = calling_order(waiting, recent, mix)
    lanes = [w.is_priority for w in order]
    for lane, longest in ((True, mix.priority_run), (False, mix.ordinary_run)):
        other_ends = max((place for place, was in enumerate(lanes) if was is not lane), default=-1)
        run = 0
        for was in lanes[: other_ends + 1]:
            run = run + 1 if was is lane else 0
            assert run <= longest


@given(_WAITING, _RECENT, _MIX)
def test_calling_one_by_one_gives_the_same_order(waiting: list[Waiting], recent: list[bool], mix: Mix) -> None:
    expected = calling_order(waiting, recent, mix)
    left, calls, called = list(waiting), list(recent), []
    while left:
        first = calling_order(left, calls, mix)[0]
        left.remove(first)
        called.append(first)
        calls.insert(0, first.is_priority)
    assert called == expected


@given(st.lists(st.integers(0, 10**13), max_size=30))
def test_of_times_that_disagree_with_the_order_of_tickets_the_newer_are_right(issued_ms: list[int]) -> None:
    agreed = agreeing(issued_ms)
    assert agreed == sorted(agreed)
    assert agreed == [min(issued_ms[place:]) for place in range(len(issued_ms))]
