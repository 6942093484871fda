"""Batches: everything survives the line, nothing from outside hurts, and a day costs few bytes."""

from __future__ import annotations

import random
from contextlib import suppress

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.errors import EncodingError, WireError
from kiosk.model.event import Event
from kiosk.records import replace
from kiosk.wire.batch import (
    FIELDS,
    KINDS,
    UNSENDABLE,
    Batch,
    content_hash,
    decode_batch,
    encode_batch,
    fit_batch,
)
from kiosk.wire.messages import MAX_AT_MS, MAX_BYTES, MAX_EVENTS
from tests.sync.events import epochs, runs
from tests.sync.lobby_day import lobby_day

EPOCH = bytes(range(8))


def _lone(**payload: object) -> Event:
    return Event(1, "ticket.done", 1_795_413_600_000, payload)  # type: ignore[arg-type]


def _encoded(events: list[Event]) -> bytes:
    return encode_batch(Batch(EPOCH, tuple(events)))


@given(epochs, runs())
def test_kinds_and_fields_nobody_knows_survive_with_their_types(epoch: bytes, events: list[Event]) -> None:
    body, count = fit_batch(epoch, events)
    found = decode_batch(body)
    assert found == Batch(epoch, tuple(events[:count]))
    assert [content_hash(event) for event in found.events] == [content_hash(event) for event in events[:count]]


@given(st.binary(max_size=MAX_BYTES + 10))
def test_random_bytes_are_refused_and_nothing_worse(body: bytes) -> None:
    with pytest.raises(WireError, match=r"^batch: "):
        decode_batch(body)


@settings(max_examples=400)
@given(runs(max_size=8), st.data())
def test_a_damaged_batch_is_refused_or_read_and_nothing_worse(events: list[Event], data: st.DataObject) -> None:
    body = bytearray(fit_batch(EPOCH, events)[0])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place] = data.draw(st.integers(0, 255))
    try:
        found = decode_batch(bytes(body))
    except WireError as error:
        assert str(error).startswith("batch: ")
    else:
        assert decode_batch(encode_batch(found)) == found


def test_ten_thousand_damaged_lobby_batches_never_raise_anything_else() -> None:
    chance = random.Random(11)
    whole, _ = fit_batch(EPOCH, lobby_day()[300:350])
    for _ in range(10_000):
        body = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 8))):
            body[chance.randrange(len(body))] = chance.choice((0, 0x1B, 0x5B, 0x80, 0x9B, 0xFF, chance.randrange(256)))
        if chance.random() < 0.2:
            del body[chance.randrange(len(body)) :]
        with suppress(WireError):
            assert len(decode_batch(bytes(body)).events) <= MAX_EVENTS


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({0: 2}, "version 2"),
        ({0: True}, "version True"),
        ({1: b"short"}, "epoch"),
        ({2: 0}, "first seq"),
        ({2: 2**60}, "first seq"),
        ({3: 201}, "count"),
        ({3: -1}, "count"),
        ({4: 2**50}, "first time"),
        ({5: []}, "shapes"),
        ({5: [[99, 1]]}, "99 is not a name"),
        ({5: [[0, 2**11]]}, r"shapes\[0\]"),
        ({5: [["", 1]]}, "not a name"),
        ({5: [["x" * 65, 1]]}, "not a name"),
        ({5: [[0, 1, "a", "a"]]}, "twice"),
        ({5: [[0, 1, *map(str, range(40))]]}, "more than 32 fields"),
        ({6: 1}, "not among the 1"),
        ({6: "a"}, "which"),
        ({7: -(2**60)}, "a time before 1970"),
        ({8: []}, "columns"),
        ({8: [[0, []]]}, "column 't' of 'ticket.done'"),
        ({8: [1.5]}, "column 't' of 'ticket.done'"),
    ],
)
def test_a_batch_that_breaks_the_contract_is_refused_with_the_place(change: dict[int, object], complaint: str) -> None:
    items: list[object] = cbor2.loads(_encoded([_lone(t=1), replace(_lone(t=1), seq=2)]))
    for place, item in change.items():
        items[place] = item
    with pytest.raises(WireError, match=f"^batch: .*{complaint}"):
        decode_batch(cbor2.dumps(items))


def test_what_a_later_version_adds_at_the_end_is_skipped() -> None:
    items = cbor2.loads(_encoded([_lone(t=1)]))
    assert decode_batch(cbor2.dumps([*items, "news"])).events == (_lone(t=1),)


@pytest.mark.parametrize("tail", [b"\x00", b"\xff", b"\x80" * 100])
def test_bytes_after_the_end_are_refused(tail: bytes) -> None:
    with pytest.raises(WireError, match="after its end"):
        decode_batch(_encoded([_lone(t=1)]) + tail)


@pytest.mark.parametrize(
    "body",
    [
        bytes.fromhex("9b7fffffffffffffff"),  # an array of 2^63
        bytes.fromhex("5b00000000ffffffff"),  # 4 GB of bytes
        bytes.fromhex("c5821b0000010000000000") + b"\x01",  # a big float of 2^(2^40)
        bytes.fromhex("d81c81d81d00"),  # an array that holds itself
        b"\x81" * 1000,  # deeper than Python's stack
        b"\x9f" * 1000,
        b"\xd8\x23" * 500,
    ],
)
def test_a_bomb_is_refused_before_it_takes_memory(body: bytes) -> None:
    with pytest.raises(WireError, match=r"^batch: "):
        decode_batch(body)


def test_a_batch_with_hostile_repetition_stays_small_in_memory() -> None:
    names = [f"{place:02}" for place in range(32)]
    items = [1, EPOCH, 1, 200, 0, [["k", 0, *names]], 0, 0, ["x" * 900, *[0] * 31]]
    found = decode_batch(cbor2.dumps(items))
    assert len({id(event.payload["00"]) for event in found.events}) == 1


def test_a_full_journal_is_cut_into_batches_that_fit() -> None:
    events = lobby_day()
    found: list[Event] = []
    while len(found) < len(events):
        body, count = fit_batch(EPOCH, events[len(found) :])
        assert len(body) <= MAX_BYTES
        assert count <= MAX_EVENTS
        found += decode_batch(body).events
    assert found == events


def test_a_gap_in_the_journal_ends_the_batch() -> None:
    events = [_lone(t=1), replace(_lone(t=2), seq=3)]
    assert fit_batch(EPOCH, events)[1] == 1


@pytest.mark.parametrize(
    "event",
    [
        _lone(x="a" * 2000),
        _lone(x=2**63),
        _lone(x=1.5),
        _lone(**{f"f{place}": 1 for place in range(33)}),
        replace(_lone(), kind="k" * 2000),
        replace(_lone(), kind="\ud800"),
        replace(_lone(), at_ms=-1),
        replace(_lone(), at_ms=MAX_AT_MS + 1),
    ],
)
def test_an_event_that_cannot_travel_is_replaced_and_holds_nothing_up(event: Event) -> None:
    others = [replace(_lone(t=seq), seq=seq) for seq in range(2, 5)]
    body, count = fit_batch(EPOCH, [event, *others])
    (found,) = decode_batch(body).events
    assert (count, found.seq, found.kind) == (1, 1, UNSENDABLE)
    before = [replace(_lone(t=9), seq=0 + seq) for seq in range(1, 4)]
    body, count = fit_batch(EPOCH, [*before, replace(event, seq=4)])
    assert decode_batch(body).events == tuple(before[:count])


def test_nothing_and_too_much_are_not_a_batch() -> None:
    for events in ([], [replace(_lone(), seq=seq) for seq in range(1, 202)], [replace(_lone(), seq=0)]):
        with pytest.raises(EncodingError):
            _encoded(events)


def test_the_content_hash_tells_content_and_not_name_or_order() -> None:
    event = _lone(t=1, c=2)
    assert content_hash(replace(event, seq=9, payload={"c": 2, "t": 1})) == content_hash(event)
    for other in (replace(event, at_ms=1), replace(event, kind="ticket.called"), _lone(t=1, c=True), _lone(t=1)):
        assert content_hash(other) != content_hash(event)


def test_the_tables_of_version_1_are_never_changed() -> None:
    assert (len(KINDS), KINDS[0], KINDS[-1]) == (20, "ticket.issued", "day.closed")
    assert FIELDS == ("t", "c", "n", "day", "s", "l", "g", "p", "to", "x", "site")


@pytest.mark.parametrize(("size", "bytes_each"), [(1, 42.0), (10, 16.5), (50, 8.0), (200, 5.4)])
def test_a_lobby_day_stays_as_cheap_as_it_is(size: int, bytes_each: float) -> None:
    events, total, place = lobby_day(), 0, 0
    while place < len(events):
        body, count = fit_batch(EPOCH, events[place : place + size])
        total += len(body)
        place += count
    assert total / len(events) <= bytes_each


def test_the_stand_in_says_what_kind_it_stands_for_and_when_that_was() -> None:
    for kind, at_ms, told in (("k" * 99, 0, ("k" * 64, 0)), ("\ud800", -5, ("?", 0)), ("x", 2**60, ("x", MAX_AT_MS))):
        event = Event(1, kind, at_ms, {"x": "a" * 2000})
        (found,) = decode_batch(fit_batch(EPOCH, [event])[0]).events
        assert (found.kind, found.payload, found.at_ms) == (UNSENDABLE, {"kind": told[0]}, told[1])
