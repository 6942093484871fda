"""Acknowledgements and states: they survive the line, and nothing from outside hurts."""

from __future__ import annotations

from contextlib import suppress

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import EncodingError, WireError
from kiosk.wire.messages import (
    MAX_AT_MS,
    MAX_BYTES,
    MAX_RANGES,
    MAX_SEQ,
    Ack,
    DeviceState,
    decode_ack,
    decode_state,
    encode_ack,
    encode_state,
)
from tests.sync.events import epochs, int64s, texts

EPOCH = bytes(8)


@st.composite
def acks(draw: st.DrawFn) -> Ack:
    """Return any acknowledgement."""
    up_to = draw(st.integers(0, 2**40))
    ranges, above = [], up_to
    for gap, more in draw(st.lists(st.tuples(st.integers(2, 500), st.integers(0, 500)), max_size=MAX_RANGES)):
        ranges.append((above + gap, above + gap + more))
        above += gap + more
    return Ack(draw(epochs), up_to, tuple(ranges), draw(st.integers(0, MAX_AT_MS)), draw(st.booleans()))


@given(acks())
def test_an_ack_survives(ack: Ack) -> None:
    assert decode_ack(encode_ack(ack)) == ack


@given(epochs, st.dictionaries(texts, st.one_of(int64s, texts, st.booleans(), st.none()), max_size=6))
def test_a_state_survives(epoch: bytes, health: dict[str, int | str | bool | None]) -> None:
    state = DeviceState(True, epoch, 7, "1.2.3", health)
    assert decode_state(encode_state(state)) == state


@given(st.binary(max_size=MAX_BYTES + 10))
def test_random_bytes_are_refused_and_nothing_worse(body: bytes) -> None:
    for decode, name in ((decode_ack, "ack"), (decode_state, "state")):
        with pytest.raises(WireError, match=f"^{name}: "):
            decode(body)


@given(acks(), st.data())
def test_damaged_bytes_are_refused_or_read_and_nothing_worse(ack: Ack, data: st.DataObject) -> None:
    for decode, whole in (
        (decode_ack, encode_ack(ack)),
        (decode_state, encode_state(DeviceState(True, EPOCH, 1, "1", {"a": 1}))),
    ):
        body = bytearray(whole)
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
        with suppress(WireError):
            decode(bytes(body))


@pytest.mark.parametrize(
    "items",
    [
        [],
        [EPOCH, 1, []],
        [b"", 1, [], 1],
        [EPOCH, -1, [], 1],
        [EPOCH, True, [], 1],
        [EPOCH, MAX_SEQ + 1, [], 1],
        [EPOCH, 1, 1, 1],
        [EPOCH, 1, [[2, 3]], 1],  # no gap before the range
        [EPOCH, 1, [[4, 3]], 1],
        [EPOCH, 1, [[5, 6], [7, 8]], 1],  # no gap between the ranges
        [EPOCH, 1, [[3, 2**60]], 1],
        [EPOCH, 1, [[place, place] for place in range(3, 3 + 2 * (MAX_RANGES + 1), 2)], 1],
        [EPOCH, 1, [], 2**60],
        [EPOCH, 1, [], 1.5],
    ],
)
def test_an_ack_that_breaks_the_contract_is_refused(items: list[object]) -> None:
    with pytest.raises(WireError, match=r"^ack: "):
        decode_ack(cbor2.dumps(items))


def test_a_city_with_many_gaps_tells_the_first_of_them() -> None:
    ranges = tuple((place, place) for place in range(3, 203, 2))
    assert decode_ack(encode_ack(Ack(EPOCH, 1, ranges, 1))).ranges == ranges[:MAX_RANGES]


def test_a_range_of_three_items_is_read_as_its_first_two() -> None:
    assert decode_ack(cbor2.dumps([EPOCH, 1, [[5, 6, 0]], 5])) == Ack(EPOCH, 1, ((5, 6),), 5)


def test_what_a_later_version_adds_is_skipped() -> None:
    assert decode_ack(cbor2.dumps([EPOCH, 1, [], 5, False, "news"])) == Ack(EPOCH, 1, (), 5)
    assert decode_state(cbor2.dumps({"state": "offline", "epoch": EPOCH, "news": [1]})) == DeviceState(False, EPOCH)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "asleep"},
        {"state": ["online"]},
        {"epoch": None},
        {"oldest": 0},
        {"release": "1" * 65},
        {"release": 1},
        {"health": []},
        {"health": {"printer": [1]}},
        {"health": {"printer": b"1"}},
        {"health": {b"printer": 1}},
        {"instance": b""},
        {"instance": b"instances"},
        {"instance": None},
    ],
)
def test_a_state_that_breaks_the_contract_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(WireError, match=r"^state: "):
        decode_state(cbor2.dumps({"state": "online", "epoch": EPOCH, **change}))


def test_a_state_with_more_health_than_fits_is_an_error_of_ours() -> None:
    with pytest.raises(EncodingError, match="say less"):
        encode_state(DeviceState(True, EPOCH, health={"x": "y" * 2000}))


def test_the_will_says_only_that_the_kiosk_is_gone() -> None:
    assert cbor2.loads(encode_state(DeviceState(False, EPOCH))) == {"state": "offline", "epoch": EPOCH, "oldest": 1}
    with_instance = DeviceState(False, EPOCH, instance=b"instance")
    assert cbor2.loads(encode_state(with_instance))["instance"] == b"instance"
    assert decode_state(encode_state(with_instance)) == with_instance


def test_a_state_as_long_as_a_message_may_be_goes_and_arrives_and_a_longer_one_does_not() -> None:
    frame = len(encode_state(DeviceState(True, EPOCH, health={"x": "y" * 1000}))) - 1000
    longest = DeviceState(True, EPOCH, health={"x": "y" * (MAX_BYTES - frame)})
    assert len(encode_state(longest)) == MAX_BYTES
    assert decode_state(encode_state(longest)) == longest
    with pytest.raises(EncodingError, match=f"^state: {MAX_BYTES + 1} bytes"):
        encode_state(DeviceState(True, EPOCH, health={"x": "y" * (MAX_BYTES - frame + 1)}))


def test_a_release_may_be_as_long_as_a_name() -> None:
    state = DeviceState(True, EPOCH, release="1" * 64)
    assert decode_state(encode_state(state)) == state


def test_a_greeting_is_one_whatever_stands_behind_it() -> None:
    assert decode_ack(cbor2.dumps([EPOCH, 1, [], 5, True, "news"])).is_greeting
    assert not decode_ack(cbor2.dumps([EPOCH, 1, [], 5, 1.5])).is_greeting


def test_a_range_that_is_none_is_refused_with_its_place() -> None:
    for broken in ([], [5], 5):
        with pytest.raises(WireError, match=r"^ack: ranges\[1\]: "):
            decode_ack(cbor2.dumps([EPOCH, 1, [[3, 3], broken], 5]))
