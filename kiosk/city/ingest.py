"""From batch to rows: each event is stored once under its name, then applied in the order of the sequence numbers.

An event's name is (device, epoch, seq). An unacceptable event is quarantined with its reason and counts as stored, so
one bad event never stops its kiosk.
"""

from __future__ import annotations

import logging
from contextlib import suppress

from kiosk.city import bookings, records
from kiosk.city.event_checks import PoisonError, is_word, read
from kiosk.city.records import NewTicket, Stream
from kiosk.model.event import (
    BookingCheckedIn,
    DayOpened,
    DeviceFault,
    Event,
    EventData,
    FeedbackGiven,
    HelpAnswered,
    HelpRequested,
    TicketIssued,
    TicketPost,
    TicketRecalled,
    TicketStep,
    TicketTransferred,
)
from kiosk.model.ticket import State, state_after
from kiosk.model.token import token_of
from kiosk.records import replace
from kiosk.sqlite.transactions import WriteTransaction
from kiosk.wire.batch import Batch
from kiosk.wire.messages import MAX_RANGES, Ack, DeviceState

log = logging.getLogger(__name__)

_MAX_ABOVE = 10_000
"""Events stored above a gap: many times what a kiosk has in flight, and few enough to scan each time."""
_MAX_CLONES = 1_000
"""Contents stored beside the first ones of one journal: an alarm needs no more."""
_LOGGED = 16
"""Quarantined events of one journal that are logged, each with its reason."""

_ENDED = (State.DONE, State.NO_SHOW, State.CANCELLED, State.EXPIRED)


def store_batch(tx: WriteTransaction, device: str, batch: Batch, now_ms: int) -> None:
    """Store a batch and apply all events without a gap before them.

    The same name with other content means two cards with one identity: the first content stays, the other is
    quarantined, and an alarm is logged.


    Raises:
        WireError: there are more devices, or journals of this one, than can be; nothing is stored.
    """
    records.heard(tx, device, now_ms)
    stream = records.stream_of(tx, device, batch.epoch)
    is_above = batch.events[0].seq > stream.up_to + 1
    if is_above and records.count_above(tx, stream, _MAX_ABOVE) == _MAX_ABOVE:
        return  # unacknowledged events are sent again, and by then the gap may be closed
    clones = records.insert_events(tx, stream, batch.events, now_ms)
    if clones and records.count_aside(tx, stream, _MAX_CLONES) < _MAX_CLONES:
        for event in clones:
            _put_aside(tx, stream, event, "one name came with two contents: a cloned card?", now_ms)
    _apply_pending(tx, stream, now_ms)


def store_state(tx: WriteTransaction, device: str, state: DeviceState, now_ms: int, *, is_news: bool) -> None:
    """Store a device's state; `is_news` is false for a retained message, which may be old.

    If the kiosk no longer has events that we lack (we were restored from a backup older than its journal), we do not
    wait for them.
    """
    if is_news and state.is_online:
        records.heard(tx, device, now_ms)
    records.set_state(tx, device, _clean(state), now_ms)
    if not state.is_online:
        return
    stream = records.stream_of(tx, device, state.epoch)
    if stream.up_to < state.oldest - 1:
        _give_up(tx, stream, state.oldest, now_ms)


def _give_up(tx: WriteTransaction, stream: Stream, oldest: int, now_ms: int) -> None:
    """Stop waiting for events that a journal has deleted, and apply those behind them."""
    gaps = [first for first, _ in records.ranges_above(tx, stream, _MAX_ABOVE)]
    for place, first in enumerate([*gaps, oldest]):
        before = min(first, oldest) - 1
        if stream.up_to < before:
            if place < _LOGGED:
                lost = stream.device, stream.up_to + 1, before
                log.error("%s: events %d to %d are lost: its journal keeps them no more", *lost)
            stream = _apply_pending(tx, replace(stream, up_to=before), now_ms)
            records.advance(tx, stream)


def _clean(state: DeviceState) -> DeviceState:
    """Return a state without its unprintable words."""
    health = {
        part: word
        for part, word in state.health.items()
        if is_word(part) and (not isinstance(word, str) or is_word(word))
    }
    return replace(state, release=state.release if is_word(state.release) else "", health=health)


def standing(tx: WriteTransaction, device: str, epoch: bytes, now_ms: int) -> Ack:
    """Return the acknowledgement of a device's journal.


    Raises:
        WireError: the device has more journals than can be.
    """
    stream = records.stream_of(tx, device, epoch)
    return Ack(epoch, stream.up_to, records.ranges_above(tx, stream, MAX_RANGES), now_ms)


def assign(tx: WriteTransaction, device: str, site: str) -> int:
    """Assign a device to a site; return how many quarantined events this released."""
    records.assign(tx, device, site)
    return sum(_take_up(tx, stream) for stream in records.streams_of(tx, device))


def _take_up(tx: WriteTransaction, stream: Stream) -> int:
    """Apply the quarantined events of a stream again, in their order."""
    there, taken = replace(stream, site=""), 0
    for event in records.events_aside(tx, stream):
        there = _moved(tx, there, event)
        try:
            _apply(tx, there, event)
        except PoisonError:
            continue
        records.take_back(tx, stream, event)
        taken += 1
    return taken


def _apply_pending(tx: WriteTransaction, stream: Stream, now_ms: int) -> Stream:
    seq = stream.up_to
    for event in list(records.events_after(tx, stream)):
        stream = _moved(tx, stream, event)
        try:
            _apply(tx, stream, event)
        except PoisonError as poison:
            _put_aside(tx, stream, event, str(poison), now_ms)
        seq = event.seq
    if seq != stream.up_to:
        stream = replace(stream, up_to=seq)
        records.advance(tx, stream)
    return stream


def _put_aside(tx: WriteTransaction, stream: Stream, event: Event, reason: str, now_ms: int) -> None:
    """Quarantine an event with the reason, and log the first few: a malicious device must not flood the log."""
    before = records.count_aside(tx, stream, _LOGGED + 1)
    if records.put_aside(tx, stream, event, reason, now_ms) and before <= _LOGGED:
        further = "" if before < _LOGGED else "; further ones are not logged, the dashboard shows them"
        log.error("%s: event %d (%r) put aside: %s%s", stream.device, event.seq, event.kind, reason, further)


def _moved(tx: WriteTransaction, stream: Stream, event: Event) -> Stream:
    """Return the stream after an event: the opening of a day names the site.

    A device that the city does not know belongs to the first site that it names; `assign` moves it.
    """
    if event.kind != DayOpened.kind:
        return stream
    with suppress(PoisonError):
        opened = read(event)
        if isinstance(opened, DayOpened):
            home = stream.home or records.adopt(tx, stream.device, opened.site)
            stream = replace(stream, site=opened.site, home=home)
    return stream


def _apply(tx: WriteTransaction, stream: Stream, event: Event) -> None:
    """Apply one event to devices and tickets; other kinds are skipped.


    Raises:
        PoisonError: it says what cannot be; nothing was changed.
    """
    match data := read(event):
        case DayOpened(day=day):
            _home_of(stream)
            records.open_day(tx, stream.device, day)
        case TicketIssued(ticket=ticket):
            if not records.insert_ticket(tx, stream, _issued(stream, event, data)):
                raise PoisonError(f"ticket {ticket} was issued before")
        case TicketRecalled(ticket=ticket):
            _require(records.count_recall(tx, stream, ticket), ticket)
        case TicketStep(ticket=ticket):
            _require(records.update_ticket(tx, stream, ticket, _columns(event, data)), ticket)
        case TicketPost(ticket=ticket, is_by_post=is_by_post):
            by_post = int(is_by_post is not False)
            _require(records.update_ticket(tx, stream, ticket, {"by_post": by_post}), ticket)
        case _:
            _apply_visit(tx, stream, event, data)


def _apply_visit(tx: WriteTransaction, stream: Stream, event: Event, data: EventData | None) -> None:
    """Apply one event to what belongs to a visit beside the ticket.

    A sealed box stays in its event, unread: the key for it is not here.
    """
    match data:
        case BookingCheckedIn(code=code):
            bookings.checked_in(tx, code, _home_of(stream), event.at_ms)
        case FeedbackGiven():
            records.insert_feedback(tx, stream, event, data, _home_of(stream))
        case HelpRequested():
            records.insert_help_call(tx, stream, event, _home_of(stream))
        case HelpAnswered(counter=counter):
            records.answer_help_call(tx, stream, event, counter)
        case DeviceFault(status="taken_over"):
            raise PoisonError("a second machine uses its name: a copied card? find it, and give one of them a new name")


def _home_of(stream: Stream) -> str:
    """Return the site that a stream may write for: that of its device.


    Raises:
        PoisonError: it says that it stands elsewhere, or nobody knows where it belongs.
    """
    if not stream.home:
        raise PoisonError("no day was opened, and no site is known for this device")
    if stream.site not in ("", stream.home):
        command = f"kiosk city device assign {stream.device} {stream.site}"
        raise PoisonError(f"it says site {stream.site} and belongs to {stream.home}; if it was moved: {command}")
    return stream.home


def _issued(stream: Stream, event: Event, issued: TicketIssued) -> NewTicket:
    site = _home_of(stream)
    return NewTicket(
        id=issued.ticket,
        site=site,
        day=issued.day,
        number=issued.number,
        service=issued.service,
        token=token_of(stream.epoch, site, issued.day, issued.number),
        priority=issued.priority,
        procedure=issued.procedure,
        language=issued.language,
        issued_ms=event.at_ms,
    )


def _columns(event: Event, step: TicketStep) -> dict[str, int | str | None]:
    """Return the columns that a step of a ticket sets."""
    state = state_after(step.kind)
    columns: dict[str, int | str | None] = {"state": state}
    if step.counter is not None:
        columns["counter"] = step.counter
    if state is State.CALLED:
        columns |= {"called_ms": event.at_ms, "called_seq": event.seq, "calls": 1}
    elif state is State.SERVING:
        columns["serving_ms"] = event.at_ms
    elif state is State.WAITING:
        columns |= {"counter": None, "serving_ms": None}
    elif state in _ENDED:
        columns["ended_ms"] = event.at_ms
    if isinstance(step, TicketTransferred):
        columns["service"] = step.service
    return columns


def _require(exists: bool, ticket: int) -> None:
    if not exists:
        raise PoisonError(f"no ticket {ticket} was issued")
