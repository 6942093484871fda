"""An officer's steps at a counter, guarded against repetition.

Every step names its ticket. An outdated page, a second click or a second tablet at the same counter names a ticket that
is no longer in hand. Such a step is refused, so it does not affect the next ticket.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from kiosk.counter.replies import ApiError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import QueueRow
from kiosk.model.ticket import State

RECALL_REST_S = 2.0
"""The shortest interval between calls: a call sounds in the whole hall, and an earlier repetition is an accident."""


class CounterActions:
    """The steps of all counters; each is called with a lobby, in the lobby's thread.

    Raises ApiError 409 `not_in_hand`, and the lobby's refusals.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._called_monotonic_s: dict[int, float] = {}

    def call_next(self, lobby: Lobby, counter: int, finish: str | None) -> str | None:
        """Call the next ticket and return its number; None when nobody waits. The ticket `finish` is finished first."""
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
        """Finish the ticket in hand. A ticket that was only called is served first, without a step of the officer."""
        if self._in_hand(lobby, counter, number).state == State.CALLED:
            lobby.serve(number)
        lobby.done(number)

    def no_show(self, lobby: Lobby, counter: int, number: str) -> None:
        """Mark the ticket in hand as a no-show."""
        self._in_hand(lobby, counter, number)
        lobby.no_show(number)

    def park(self, lobby: Lobby, counter: int, number: str) -> None:
        """Park the ticket in hand."""
        self._in_hand(lobby, counter, number)
        lobby.park(number)

    def transfer(self, lobby: Lobby, counter: int, number: str, service: str) -> None:
        """Transfer the ticket in hand to the queue of another service."""
        self._in_hand(lobby, counter, number)
        lobby.transfer(number, service)

    def resume(self, lobby: Lobby, counter: int, number: str) -> None:
        """Return a parked ticket of this counter's list to its queue."""
        if number not in [row.number for row in lobby.counter(counter).parked]:
            raise ApiError(409, "not_parked", f"{number} is not parked at counter {counter}")
        lobby.resume(number)

    def _in_hand(self, lobby: Lobby, counter: int, number: str) -> QueueRow:
        active = lobby.counter(counter).active
        if active is None or active.number != number:
            active_text = f"{active.number} is" if active else "no ticket is"
            raise ApiError(409, "not_in_hand", f"{number} is not in hand at counter {counter}; {active_text}")
        return active
