"""Batches of journal events as bytes: transposed by column, delta-coded, versioned. Pure: bytes in, values out.

The format is a contract, specified in docs/wire.md; kiosk and city use this module.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import cast

import cbor2

from kiosk.errors import EncodingError, WireError
from kiosk.model.event import (
    BookingCheckedIn,
    DayClosed,
    DayOpened,
    DeviceCleared,
    DeviceFault,
    DossierAsked,
    Event,
    EventUnsendable,
    FeedbackGiven,
    HelpRequested,
    IdentitySealed,
    TicketCalled,
    TicketCancelled,
    TicketDone,
    TicketExpired,
    TicketIssued,
    TicketNoShow,
    TicketParked,
    TicketRecalled,
    TicketResumed,
    TicketServing,
    TicketTransferred,
    Value,
)
from kiosk.records import Record
from kiosk.wire.columns import Column, Scalar, is_scalar, pack_column, pack_ints, unpack_column, unpack_ints
from kiosk.wire.messages import (
    EPOCH_BYTES,
    MAX_AT_MS,
    MAX_BYTES,
    MAX_EVENTS,
    MAX_NAME_CHARS,
    MAX_SEQ,
    array_of,
    epoch_of,
    integer_of,
    load_strictly,
    open_array_of,
    shown,
    version_of,
)

log = logging.getLogger(__name__)

VERSION = 1
MAX_FIELDS = 32

KINDS = tuple(
    str(data.kind)
    for data in (
        TicketIssued,
        TicketCalled,
        TicketRecalled,
        TicketServing,
        TicketDone,
        TicketNoShow,
        TicketParked,
        TicketResumed,
        TicketTransferred,
        TicketCancelled,
        TicketExpired,
        BookingCheckedIn,
        FeedbackGiven,
        HelpRequested,
        DossierAsked,
        IdentitySealed,
        DeviceFault,
        DeviceCleared,
        DayOpened,
        DayClosed,
    )
)
"""Kinds that version 1 writes as their index here. This tuple never changes: newer kinds travel by name."""

FIELDS = ("t", "c", "n", "day", "s", "l", "g", "p", "to", "x", "site")
"""Fields that version 1 writes as bits, 1 for the first. This tuple never changes: newer fields travel by name."""

UNSENDABLE = EventUnsendable.kind
"""The kind of the event that replaces one too large for the line, so that later events need not wait."""

Shape = tuple[str, tuple[str, ...]]
"""A kind and the fields that its events carry."""


class Batch(Record):
    """Events of one epoch in the order of their sequence numbers, without gaps."""

    epoch: bytes
    events: tuple[Event, ...]


def encode_batch(batch: Batch) -> bytes:
    """Return the bytes of a batch, whatever their number.

    Raises:
        EncodingError: no, too many or not contiguous events, or one that the format cannot carry.
    """
    events = batch.events
    _check_events(batch)
    kinds = [_shape(event) for event in events]
    shapes = list(dict.fromkeys(kinds))
    places = {shape: place for place, shape in enumerate(shapes)}
    times = [event.at_ms for event in events]
    body = [
        VERSION,
        batch.epoch,
        events[0].seq,
        len(events),
        times[0],
        [_pack_shape(shape) for shape in shapes],
        pack_ints([places[kind] for kind in kinds]),
        pack_ints([after - before for before, after in pairwise(times)]),
        _pack_fields(events, shapes),
    ]
    try:
        return cbor2.dumps(body)
    except (cbor2.CBOREncodeError, UnicodeEncodeError) as error:
        raise EncodingError(f"events from seq {events[0].seq} cannot be written as CBOR: {error}") from error


def fit_batch(epoch: bytes, events: Sequence[Event]) -> tuple[bytes, int]:
    """Return a batch of as many of the first events as fit one message, and their number, which is at least 1.

    If the first event alone is too large or cannot be encoded, an event that says so replaces it.
    """
    count = _contiguous(events[:MAX_EVENTS])
    while count:
        try:
            body = encode_batch(Batch(epoch, tuple(events[:count])))
        except EncodingError:
            count //= 2
            continue
        if len(body) <= MAX_BYTES:
            return body, count
        # Bytes grow almost in proportion to events; a little less than the share fits at the first or second try.
        count = min(count - 1, max(count // 2, count * MAX_BYTES * 31 // (len(body) * 32)))
    log.error("event %d (%.64r) does not fit the line: a stand-in goes in its place", events[0].seq, events[0].kind)
    return encode_batch(Batch(epoch, (_stand_in(events[0]),))), 1


def decode_batch(body: bytes) -> Batch:
    """Return the batch in bytes from the line.


    Raises:
        WireError: they are too many, not CBOR, or not a batch; the message says where.
    """
    items = array_of(load_strictly(body, "batch"), 9, "batch")
    version, epoch, first_seq, count, at_ms, raw_shapes, which, steps, columns = items
    version_of(version, VERSION, "batch")
    first_seq = integer_of(first_seq, 1, MAX_SEQ, "batch: first seq")
    count = integer_of(count, 1, MAX_EVENTS, "batch: count")
    shapes = _unpack_shapes(raw_shapes)
    kinds = unpack_ints(which, count, "batch: which")
    if not 0 <= min(kinds) <= max(kinds) < len(shapes):
        raise WireError(f"batch: which: an event of a shape that is not among the {len(shapes)}")
    times = [integer_of(at_ms, 0, MAX_AT_MS, "batch: first time")]
    for step in unpack_ints(steps, count - 1, "batch: times"):
        times.append(times[-1] + step)
    if not 0 <= min(times) <= max(times) <= MAX_AT_MS:
        raise WireError("batch: times: a time before 1970 or past 2109")
    values = _unpack_fields(columns, shapes, kinds)
    events = []
    for offset, place in enumerate(kinds):
        kind, names = shapes[place]
        # Today no event of a kiosk contains bytes; the format already allows them.
        payload = cast("dict[str, Value]", {name: next(values[kind, name]) for name in names})
        events.append(Event(first_seq + offset, kind, times[offset], payload))
    return Batch(epoch_of(epoch, "batch"), tuple(events))


def content_hash(event: Event) -> bytes:
    """Return 16 bytes that are the same for the same content: kind, time and payload, not the event's name.

    BLAKE2b of the CBOR array [kind, at_ms, payload] in RFC 8949 section 4.2.1 form (keys sorted, shortest lengths).
    """
    body = cbor2.dumps([event.kind, event.at_ms, event.payload], canonical=True)
    return hashlib.blake2b(body, digest_size=16).digest()


def _check_events(batch: Batch) -> None:
    events = batch.events
    if not events or _contiguous(events) != len(events) or len(events) > MAX_EVENTS:
        raise EncodingError(f"a batch holds 1 to {MAX_EVENTS} events whose seqs rise by one")
    if len(batch.epoch) != EPOCH_BYTES or events[0].seq < 1 or events[-1].seq > MAX_SEQ:
        raise EncodingError(f"an epoch has {EPOCH_BYTES} bytes and a seq is 1 to {MAX_SEQ}")
    for event in events:
        where = f"event {event.seq} ({event.kind!r:.80})"
        if not 0 <= event.at_ms <= MAX_AT_MS:
            raise EncodingError(f"{where}: its time {event.at_ms} is before 1970 or past 2109")
        names = (event.kind, *event.payload)
        if len(names) > MAX_FIELDS + 1 or not all(0 < len(name) <= MAX_NAME_CHARS for name in names):
            raise EncodingError(f"{where}: over {MAX_FIELDS} fields, or a name not of 1 to {MAX_NAME_CHARS} characters")
        if not all(map(is_scalar, event.payload.values())):
            raise EncodingError(f"{where}: a field is neither text, bytes, boolean, null nor an integer of 64 bits")


def _contiguous(events: Sequence[Event]) -> int:
    """Return how many of the first events have consecutive sequence numbers."""
    return next((n for n, event in enumerate(events) if event.seq != events[0].seq + n), len(events))


def _stand_in(event: Event) -> Event:
    at_ms = min(max(event.at_ms, 0), MAX_AT_MS)
    kind = event.kind[:MAX_NAME_CHARS].encode("utf-8", "replace").decode()
    return Event(event.seq, UNSENDABLE, at_ms, {"kind": kind})


def _shape(event: Event) -> Shape:
    known = tuple(name for name in FIELDS if name in event.payload)
    return event.kind, known + tuple(name for name in event.payload if name not in FIELDS)


def _pack_shape(shape: Shape) -> list[int | str]:
    kind, names = shape
    mask = sum(1 << FIELDS.index(name) for name in names if name in FIELDS)
    return [KINDS.index(kind) if kind in KINDS else kind, mask, *(name for name in names if name not in FIELDS)]


def _columns(shapes: Sequence[Shape]) -> list[tuple[str, str]]:
    """Return (kind, field) of each column in the order of the batch: that of first mention in the shapes."""
    return list(dict.fromkeys((kind, name) for kind, names in shapes for name in names))


def _pack_fields(events: Sequence[Event], shapes: Sequence[Shape]) -> list[Column]:
    values: dict[tuple[str, str], list[Scalar]] = {key: [] for key in _columns(shapes)}
    for event in events:
        for name, value in event.payload.items():
            values[event.kind, name].append(value)
    return [pack_column(column) for column in values.values()]


def _unpack_fields(
    columns: object, shapes: Sequence[Shape], kinds: Sequence[int]
) -> dict[tuple[str, str], Iterator[Scalar]]:
    expected = _columns(shapes)
    if not isinstance(columns, list) or len(columns) != len(expected):
        raise WireError(f"batch: columns: expected an array of {len(expected)}")
    counts = dict.fromkeys(expected, 0)
    for place in kinds:
        kind, names = shapes[place]
        for name in names:
            counts[kind, name] += 1
    return {
        key: iter(unpack_column(column, counts[key], f"batch: column {key[1]!r} of {key[0]!r}"))
        for key, column in zip(expected, columns, strict=True)
    }


def _unpack_shapes(raw: object) -> list[Shape]:
    if not isinstance(raw, list) or not 1 <= len(raw) <= MAX_EVENTS:
        raise WireError(f"batch: shapes: expected an array of 1 to {MAX_EVENTS}")
    return [_unpack_shape(shape, f"batch: shapes[{place}]") for place, shape in enumerate(raw)]


def _unpack_shape(raw: object, where: str) -> Shape:
    kind, mask, *others = open_array_of(raw, 2, where)
    bits = integer_of(mask, 0, (1 << len(FIELDS)) - 1, where)
    if type(kind) is int and 0 <= kind < len(KINDS):
        kind = KINDS[kind]
    names = [name for place, name in enumerate(FIELDS) if bits >> place & 1]
    for name in (kind, *others):
        if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME_CHARS:
            raise WireError(f"{where}: {shown(name)} is not a name")
    names += cast("list[str]", others)
    if len(names) > MAX_FIELDS or len(set(names)) != len(names):
        raise WireError(f"{where}: more than {MAX_FIELDS} fields, or one of them twice")
    return cast(str, kind), tuple(names)
