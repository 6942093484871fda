"""What an officer does at a counter, guarded against doing it twice.

Every step names the ticket it means. A page that has not yet seen the newest state, a second click, a second tablet
at the same counter: all of these name a ticket that is no longer in hand, and are refused instead of hitting the next.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from kiosk.counter.replies import ApiError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import QueueRow
from kiosk.model.ticket import State

RECALL_REST_S = 2.0
"""A call rings through the whole hall; one that comes this soon after the last was an accident."""


class CounterActions:
    """The steps of all counters, each on a lobby and in its thread.

    Raises ApiError 409 `not_in_hand`, and what the lobby refuses.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._called_monotonic_s: dict[int, float] = {}

    def call_next(self, lobby: Lobby, counter: int, finish: str | None) -> str | None:
        """Call the next ticket and return its number; None when nobody waits. `finish` is done with first."""
        if finish is not None:
            self.done(lobby, counter, finish)
        ticket = lobby.call_next(counter)
        if ticket is None:
            return None
        self._called_monotonic_s[counter] = self._monotonic()
        return ticket.number

    def recall(self, lobby: Lobby, counter: int, number: str) -> None:
        """Call the ticket in hand again; ApiError 429 `too_soon` within `RECALL_REST_S` of the last call."""
        self._in_hand(lobby, counter, number)
        wait_s = self._called_monotonic_s.get(counter, -RECALL_REST_S) + RECALL_REST_S - self._monotonic()
        if wait_s > 0:
            raise ApiError(429, "too_soon", f"{number} was called just now", retry_after_s=math.ceil(wait_s))
        lobby.recall(number)
        self._called_monotonic_s[counter] = self._monotonic()

    def serve(self, lobby: Lobby, counter: int, number: str) -> None:
        """Start serving the ticket in hand."""
        self._in_hand(lobby, counter, number)
        lobby.serve(number)

    def done(self, lobby: Lobby, counter: int, number: str) -> None:
        """Finish the ticket in hand. One that was only called counts as served: the officer need not say so first."""
        if self._in_hand(lobby, counter, number).state == State.CALLED:
            lobby.serve(number)
        lobby.done(number)

    def no_show(self, lobby: Lobby, counter: int, number: str) -> None:
        """Say that nobody came with the ticket in hand."""
        self._in_hand(lobby, counter, number)
        lobby.no_show(number)

    def park(self, lobby: Lobby, counter: int, number: str) -> None:
        """Put the ticket in hand aside."""
        self._in_hand(lobby, counter, number)
        lobby.park(number)

    def transfer(self, lobby: Lobby, counter: int, number: str, service: str) -> None:
        """Let the ticket in hand wait for another service."""
        self._in_hand(lobby, counter, number)
        lobby.transfer(number, service)

    def resume(self, lobby: Lobby, counter: int, number: str) -> None:
        """Let a parked ticket of this counter's list wait again."""
        if number not in [row.number for row in lobby.counter(counter).parked]:
            raise ApiError(409, "not_parked", f"{number} is not parked at counter {counter}")
        lobby.resume(number)

    def _in_hand(self, lobby: Lobby, counter: int, number: str) -> QueueRow:
        active = lobby.counter(counter).active
        if active is None or active.number != number:
            active_text = f"{active.number} is" if active else "no ticket is"
            raise ApiError(409, "not_in_hand", f"{number} is not in hand at counter {counter}; {active_text}")
        return active
