"""Help calls: a visitor asks for an officer, and an officer answers "I am coming"."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiosk.errors import UnknownNameError
from kiosk.lobby.context import Context
from kiosk.model.event import HelpAnswered, HelpRequested, data_of
from kiosk.records import Record
from kiosk.store import journal
from kiosk.store.database import Snapshot, to_utc

_SHOWN = timedelta(minutes=3)
"""How long the screen shows a call; after that the visitor has been helped or has left."""

_EVENTS_SEARCHED = 100
"""A busy hall writes this many events in a quarter of an hour; the counters show a call for ten minutes."""


class HelpCall(Record):
    """A visitor's call; `counter` is the counter whose officer is coming, None until then."""

    asked_ms: int
    counter: int | None = None


def latest(snapshot: Snapshot) -> HelpCall | None:
    """Return the newest call. If it is not among the latest events, it is too old to matter."""
    call = None
    for event in journal.pending(snapshot, journal.last_seq(snapshot) - _EVENTS_SEARCHED, _EVENTS_SEARCHED):
        if event.kind == HelpRequested.kind:
            call = HelpCall(event.at_ms)
        elif event.kind == HelpAnswered.kind and call is not None:
            answer = data_of(event)
            call = HelpCall(call.asked_ms, answer.counter if isinstance(answer, HelpAnswered) else None)
    return call


def shown(snapshot: Snapshot, now: datetime) -> HelpCall | None:
    """Return the call that the screen still shows, or None. `now` is aware UTC."""
    call = latest(snapshot)
    return call if call is not None and timedelta() <= now - to_utc(call.asked_ms) <= _SHOWN else None


class Help:
    """The actions of the help button and of the officers' answer."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def request(self) -> None:
        """Record that a visitor asks for an officer."""
        with self._context.change() as (tx, _):
            tx.append(HelpRequested())

    def answer(self, counter: int) -> None:
        """Record that the officer of a counter is coming; the first answer counts.


        Raises:
            UnknownNameError: the site has no such counter.
        """
        if self._context.settings.counter(counter) is None:
            known = tuple(str(desk.id) for desk in self._context.settings.site.counters)
            raise UnknownNameError("counter", str(counter), known)
        with self._context.change() as (tx, _):
            call = latest(tx)
            if call is not None and call.counter is None:
                tx.append(HelpAnswered(counter))
