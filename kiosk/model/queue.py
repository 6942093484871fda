"""Who is called next: a pure function of the waiting tickets, the recent calls and the policy.

Two lanes, priority and ordinary, are merged in runs (one to one by default), so neither starves. Within a lane the
order is arrival; a booking counts as arrived a little before its booked time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, takewhile

from msgspec import Struct


class Waiting(Struct, frozen=True):
    """A ticket that waits. `arrival_ms` is UTC milliseconds, see `arrival_of`."""

    ticket: int
    arrival_ms: int
    is_priority: bool


class Mix(Struct, frozen=True):
    """How the lanes alternate: `priority_run` priority tickets, then `ordinary_run` ordinary ones."""

    priority_run: int = 1
    ordinary_run: int = 1


def arrival_of(issued_ms: int, booked_ms: int | None, early_minutes: int) -> int:
    """Return the arrival time that orders a ticket: a booking counts from `early_minutes` before its time.

    A late visitor counts from that long before the real arrival: nobody passes those who have waited all morning.
    """
    return issued_ms if booked_ms is None else max(booked_ms, issued_ms) - early_minutes * 60_000


def agreeing(issued_ms: Sequence[int]) -> list[int]:
    """Return the times at which tickets were taken, corrected where they contradict their order.

    A clock that was ahead and then corrected gave earlier tickets later times. The newest times are trusted.


    Args:
        issued_ms: UTC milliseconds, in the order of the journal.
    """
    return list(accumulate(reversed(issued_ms), min))[::-1]


def calling_order(waiting: Sequence[Waiting], recent: Sequence[bool], mix: Mix) -> list[Waiting]:
    """Return the waiting tickets in the order they will be called.

    Args:
        waiting: the tickets that the asking counter serves, in any order.
        recent: whether each of the latest calls for these services was priority, newest first.
    """
    by_arrival = sorted(waiting, key=lambda ticket: (ticket.arrival_ms, ticket.ticket))
    lanes = {is_priority: [t for t in by_arrival if t.is_priority is is_priority] for is_priority in (True, False)}
    runs = {True: mix.priority_run, False: mix.ordinary_run}
    lane = recent[0] if recent else False
    run = len(list(takewhile(lambda was: was is lane, recent))) if recent else mix.ordinary_run
    order: list[Waiting] = []
    while lanes[True] or lanes[False]:
        if run >= runs[lane] or not lanes[lane]:
            lane, run = not lane, 0
        if lanes[lane]:
            order.append(lanes[lane].pop(0))
            run += 1
    return order
