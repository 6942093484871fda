"""From batch to rows: each event stored once under its name, then applied in the order of the seqs.

An event's name is (device, epoch, seq). What cannot be accepted is put aside with its reason and counts as stored: one
poisoned event never stops the line of its kiosk.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from dataclasses import replace

from kiosk.city import bookings, records
from kiosk.city.records import NewTicket, Stream
from kiosk.model.ticket import State
from kiosk.model.token import token_of
from kiosk.store.journal import Event
from kiosk.sync.batch import Batch
from kiosk.sync.wire import MAX_RANGES, Ack, DeviceState

log = logging.getLogger(__name__)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAX_TEXT_CHARS = 32

_STATES = {
    "ticket.called": State.CALLED,
    "ticket.serving": State.SERVING,
    "ticket.done": State.DONE,
    "ticket.no_show": State.NO_SHOW,
    "ticket.parked": State.PARKED,
    "ticket.resumed": State.WAITING,
    "ticket.transferred": State.WAITING,
    "ticket.cancelled": State.CANCELLED,
    "ticket.expired": State.EXPIRED,
}
_LAST_FACE = 5
_MAX_REASONS_CHARS = 200
_ENDED = (State.DONE, State.NO_SHOW, State.CANCELLED, State.EXPIRED)


class _PoisonError(ValueError):
    """An event says what cannot be: the reason it is put aside for."""


def store_batch(connection: sqlite3.Connection, device: str, batch: Batch, now_ms: int) -> None:
    """Store a batch and apply what has no gap before it. Called inside a transaction.

    A name that comes again with other content means two cards with one identity: the first content stays, the other is
    put aside, and an alarm is logged.
    """
    records.heard(connection, device, now_ms)
    stream = records.stream_of(connection, device, batch.epoch)
    for event in records.insert_events(connection, stream, batch.events, now_ms):
        if records.put_aside(connection, stream, event, "same name, other content: a cloned card?", now_ms):
            log.error("%s: event %d came with two contents: is its card cloned?", device, event.seq)
    _apply_pending(connection, stream, now_ms)


def store_state(connection: sqlite3.Connection, device: str, state: DeviceState, now_ms: int, *, is_news: bool) -> None:
    """Keep a device's state; `is_news` is false for a retained message, which may be old. Called inside a transaction.

    A kiosk that no longer has what we lack (we were restored from a backup older than its journal) is not waited for.
    """
    if is_news and state.is_online:
        records.heard(connection, device, now_ms)
    records.set_state(connection, device, state, now_ms)
    if not state.is_online:
        return
    stream = records.stream_of(connection, device, state.epoch)
    while stream.up_to < state.oldest - 1:
        ranges = records.ranges_above(connection, stream, 1)
        before = min([state.oldest - 1, *(first - 1 for first, _ in ranges)])
        log.error("%s: events %d to %d are lost: its journal keeps them no more", device, stream.up_to + 1, before)
        stream = _apply_pending(connection, replace(stream, up_to=before), now_ms)
        records.advance(connection, stream)


def standing(connection: sqlite3.Connection, device: str, epoch: bytes, now_ms: int) -> Ack:
    """Return what the city has of a device's journal, as it acknowledges it."""
    stream = records.stream_of(connection, device, epoch)
    return Ack(epoch, stream.up_to, records.ranges_above(connection, stream, MAX_RANGES), now_ms)


def _apply_pending(connection: sqlite3.Connection, stream: Stream, now_ms: int) -> Stream:
    seq = stream.up_to
    for event in list(records.events_after(connection, stream)):
        try:
            stream = _apply(connection, stream, event)
        except _PoisonError as poison:
            log.warning("%s: event %d (%s) put aside: %s", stream.device, event.seq, event.kind, poison)
            records.put_aside(connection, stream, event, str(poison), now_ms)
        seq = event.seq
    if seq != stream.up_to:
        stream = replace(stream, up_to=seq)
        records.advance(connection, stream)
    return stream


def _apply(connection: sqlite3.Connection, stream: Stream, event: Event) -> Stream:
    """Bring devices and tickets up to one event; kinds that they do not need are skipped."""
    if event.kind == "day.opened":
        site, day = _text(event, "site"), _day(event)
        records.open_day(connection, stream.device, site, day)
        return replace(stream, site=site)
    if event.kind == "ticket.issued":
        if not records.insert_ticket(connection, stream, _issued(stream, event)):
            raise _PoisonError(f"ticket {event.payload['t']} was issued before")
    elif event.kind == "ticket.recalled":
        _require(records.count_recall(connection, stream, _ticket_id(event)), event)
    elif event.kind in _STATES:
        _require(records.update_ticket(connection, stream, _ticket_id(event), _step(event)), event)
    else:
        _apply_visit(connection, stream, event)
    return stream


def _apply_visit(connection: sqlite3.Connection, stream: Stream, event: Event) -> None:
    """Bring up to one event what stands beside the tickets.

    What a visitor sealed for the city stays in its event, unread: nothing here has the key for it.
    """
    if event.kind == "booking.checked_in":
        bookings.checked_in(connection, _text(event, "k"), event.at_ms)
    elif event.kind == "ticket.post":
        by_post = int(event.payload.get("on") is not False)
        _require(records.update_ticket(connection, stream, _ticket_id(event), {"by_post": by_post}), event)
    elif event.kind == "feedback.given":
        records.insert_feedback(connection, stream, event, *_feedback(event))
    elif event.kind == "help.requested":
        records.insert_help_call(connection, stream, event)
    elif event.kind == "help.answered":
        records.answer_help_call(connection, stream, event, _counter(event))


def _issued(stream: Stream, event: Event) -> NewTicket:
    day, number = _day(event), _text(event, "n")
    return NewTicket(
        id=_ticket_id(event),
        site=stream.site,
        day=day,
        number=number,
        service=_text(event, "s"),
        token=token_of(stream.epoch, stream.site, day, number),
        priority=_text(event, "g") if "g" in event.payload else None,
        procedure=_text(event, "p") if "p" in event.payload else None,
        language=_text(event, "l"),
        issued_ms=event.at_ms,
    )


def _step(event: Event) -> dict[str, int | str | None]:
    """Return the columns that a step of a ticket sets."""
    state = _STATES[event.kind]
    columns: dict[str, int | str | None] = {"state": state}
    if "c" in event.payload:
        columns["counter"] = _counter(event)
    if state is State.CALLED:
        columns |= {"called_ms": event.at_ms, "calls": 1}
    elif state is State.SERVING:
        columns["serving_ms"] = event.at_ms
    elif state is State.WAITING:
        columns |= {"counter": None, "serving_ms": None}
    elif state in _ENDED:
        columns["ended_ms"] = event.at_ms
    if event.kind == "ticket.transferred":
        columns["service"] = _text(event, "s")
    return columns


def _require(exists: bool, event: Event) -> None:
    if not exists:
        raise _PoisonError(f"no ticket {event.payload['t']} was issued")


def _ticket_id(event: Event) -> int:
    ticket = event.payload.get("t")
    if type(ticket) is not int:
        raise _PoisonError(f"t = {ticket!r:.40} is no ticket")
    return ticket


def _counter(event: Event) -> int:
    counter = event.payload.get("c")
    if type(counter) is not int:
        raise _PoisonError(f"c = {counter!r:.40} is no counter")
    return counter


def _feedback(event: Event) -> tuple[int, str]:
    """Return the face, 1 (worst) to 5, and the reasons, words with commas between."""
    face, reasons = event.payload.get("x"), event.payload.get("r") or ""
    if type(face) is not int or not 1 <= face <= _LAST_FACE:
        raise _PoisonError(f"x = {face!r:.40} is none of the {_LAST_FACE} faces")
    if not isinstance(reasons, str) or len(reasons) > _MAX_REASONS_CHARS or not reasons.isprintable():
        raise _PoisonError(f"r is no text of at most {_MAX_REASONS_CHARS} characters")
    return face, reasons


def _text(event: Event, name: str) -> str:
    value = event.payload.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_TEXT_CHARS or not value.isprintable():
        raise _PoisonError(f"{name} = {value!r:.40} is no word of 1 to {_MAX_TEXT_CHARS} characters")
    return value


def _day(event: Event) -> str:
    day = _text(event, "day")
    if not _DAY.fullmatch(day):
        raise _PoisonError(f"day = {day!r} is no date")
    return day
