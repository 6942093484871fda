"""The tickets of one day, read once: the basis of all views and of the choice of the next ticket."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence

from msgspec import Struct

from kiosk.config import Settings
from kiosk.model.queue import Mix, Waiting, agreeing, arrival_of, calling_order
from kiosk.model.ticket import State
from kiosk.model.wait import wait_minutes
from kiosk.store import tickets
from kiosk.store.database import Snapshot
from kiosk.store.tickets import TicketRow

_CALLS_REMEMBERED = 20
"""Enough for the run of any mixing ratio (at most 10) and for the last calls on the board."""

_TURNS_REMEMBERED = 60
"""About the last hour of a busy hall."""

_COUNTER_IDLE_MS = 30 * 60_000
"""A counter that has called nobody for this long counts as closed in wait estimates."""

_LONGEST_TURN_MS = 3 * 3_600_000
"""A longer or negative turn is ignored: the clock was set during it."""


class Hall(Struct, frozen=True):
    """The open tickets, the latest calls and the latest turns of one day."""

    settings: Settings
    day: str
    now_ms: int
    open: list[TicketRow]
    called: list[TicketRow]
    done: list[TicketRow]

    @classmethod
    def read(cls, snapshot: Snapshot, settings: Settings, day: str, now_ms: int) -> Hall:
        """Read the day from an open transaction."""
        return cls(
            settings,
            day,
            now_ms,
            tickets.still_open(snapshot, day),
            tickets.latest_announced(snapshot, day, _CALLS_REMEMBERED),
            tickets.latest_done(snapshot, day, _TURNS_REMEMBERED),
        )

    def waiting(self) -> Tally[str]:
        """Return how many wait, by service letter."""
        return Tally(ticket.service for ticket in self.open if ticket.state is State.WAITING)

    def order(self, services: Sequence[str]) -> list[TicketRow]:
        """Return the waiting tickets of some services in the order they will be called."""
        early = self.settings.site.policy.booking_early_minutes
        waiting = {t.id: t for t in self.open if t.state is State.WAITING and t.service in services}
        issued = agreeing([t.issued_ms for t in waiting.values()])
        lanes = [
            Waiting(t.id, arrival_of(at_ms, t.booked_ms, early), t.priority is not None)
            for t, at_ms in zip(waiting.values(), issued, strict=True)
        ]
        newest_first = sorted(self.called, key=lambda t: t.called_seq or 0, reverse=True)
        recent = [t.priority is not None for t in newest_first if t.service in services]
        policy = self.settings.site.policy
        mix = Mix(policy.priority_run, policy.ordinary_run)
        return [waiting[place.ticket] for place in calling_order(lanes, recent, mix)]

    def in_hand(self, counter: int) -> TicketRow | None:
        """Return the ticket a counter has called or is serving."""
        states = (State.CALLED, State.SERVING)
        return next((t for t in self.open if t.counter == counter and t.state in states), None)

    def wait_minutes(self, letter: str, ahead: int) -> int | None:
        """Return the estimated wait for a service with `ahead` people before one, or None for unknown."""
        turns: dict[str, list[float]] = {}
        for t in self.done:
            if t.ended_ms is not None and t.called_ms is not None:
                taken_ms = t.ended_ms - t.called_ms
                if 0 <= taken_ms <= _LONGEST_TURN_MS:
                    turns.setdefault(t.service, []).append(taken_ms / 1000)
        waiting = {**self.waiting(), letter: ahead}
        return wait_minutes(letter, waiting, turns, self._open_counters())

    def _open_counters(self) -> list[list[str]]:
        lately = {t.counter for t in self.called if 0 <= self.now_ms - (t.announced_ms or 0) < _COUNTER_IDLE_MS}
        busy = {t.counter for t in self.open if t.state in (State.CALLED, State.SERVING)}
        return [counter.services for counter in self.settings.site.counters if counter.id in lately | busy]
