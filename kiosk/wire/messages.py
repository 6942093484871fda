"""The messages beside the batches: acknowledgements to the kiosk, states to the city. Pure: bytes in, values out.

The format is a contract, specified in docs/wire.md; kiosk and city use this module. It also defines the limits of all
messages, and the strict parser for untrusted bytes.
"""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import cast

import cbor2
import msgspec

from kiosk.errors import EncodingError, WireError
from kiosk.model.event import MAX_SEQ as MAX_SEQ
from kiosk.model.event import Value
from kiosk.records import Record
from kiosk.wire.columns import is_int64, is_scalar

EPOCH_BYTES = 8
INSTANCE_BYTES = 8
MAX_EVENTS = 200
MAX_BYTES = 1_200
"""One message fits a TCP segment on every line."""
MAX_NAME_CHARS = 64
MAX_RANGES = 32
MAX_AT_MS = 2**42 - 1
"""Year 2109: a later time means a broken clock."""
_MAX_DEPTH = 5
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Ack(Record):
    """The events that the city has on disk: all up to a sequence number, and the ranges (first, last) above the first
    gap.

    `city_ms` is the city's clock at that moment, in UTC milliseconds since 1970. `is_greeting`: the city has just begun
    to listen, so what was in flight is lost.
    """

    epoch: bytes
    up_to: int
    ranges: tuple[tuple[int, int], ...]
    city_ms: int
    is_greeting: bool = False


class DeviceState(Record):
    """A kiosk's state: the retained message, and the will that the broker publishes when the connection breaks.

    `oldest` is the first sequence number in its journal: a city without earlier events need not wait for them.
    `instance` is random for each process that publishes states; empty in states of older releases.
    """

    is_online: bool
    epoch: bytes
    oldest: int = 1
    release: str = ""
    health: dict[str, Value] = msgspec.field(default_factory=dict)
    instance: bytes = b""


def encode_ack(ack: Ack) -> bytes:
    """Return the bytes of an acknowledgement; ranges after the first 32 follow in a later one."""
    ranges = [list(pair) for pair in ack.ranges[:MAX_RANGES]]
    return cbor2.dumps([ack.epoch, ack.up_to, ranges, ack.city_ms, *([True] if ack.is_greeting else [])])


def decode_ack(body: bytes) -> Ack:
    """Return the acknowledgement in bytes from the line.


    Raises:
        WireError: they are too many, not CBOR, or not an acknowledgement; the message says where.
    """
    epoch, up_to, raw_ranges, city_ms, *more = open_array_of(load_strictly(body, "ack"), 4, "ack")
    up_to = integer_of(up_to, 0, MAX_SEQ, "ack: up to")
    if not isinstance(raw_ranges, list) or len(raw_ranges) > MAX_RANGES:
        raise WireError(f"ack: ranges: expected an array of at most {MAX_RANGES}")
    ranges, above = [], up_to + 2
    for place, raw in enumerate(raw_ranges):
        where = f"ack: ranges[{place}]"
        first, last = array_of(raw, 2, where)
        first = integer_of(first, above, MAX_SEQ, where)
        last = integer_of(last, first, MAX_SEQ, where)
        ranges.append((first, last))
        above = last + 2
    city_ms = integer_of(city_ms, 0, MAX_AT_MS, "ack: city time")
    return Ack(epoch_of(epoch, "ack"), up_to, tuple(ranges), city_ms, is_greeting=more[:1] == [True])


def encode_state(state: DeviceState) -> bytes:
    """Return the bytes of a state.

    Raises:
        EncodingError: it is larger than a message may be.
    """
    word = "online" if state.is_online else "offline"
    facts = {"state": word, "epoch": state.epoch, "oldest": state.oldest}
    if state.instance:
        facts["instance"] = state.instance
    body = cbor2.dumps(facts | {"release": state.release, "health": state.health} if state.is_online else facts)
    if len(body) > MAX_BYTES:
        raise EncodingError(f"state: {len(body)} bytes where {MAX_BYTES} is the limit; say less of the health")
    return body


def decode_state(body: bytes) -> DeviceState:
    """Return the state in bytes from the line; unknown keys are skipped.


    Raises:
        WireError: they are too many, not CBOR, or not a state; the message says where.
    """
    found = load_strictly(body, "state")
    if not isinstance(found, dict) or found.get("state") not in ("online", "offline"):
        raise WireError("state: expected a map whose `state` is online or offline")
    release, health = found.get("release", ""), found.get("health", {})
    if not isinstance(release, str) or len(release) > MAX_NAME_CHARS:
        raise WireError("state: release: expected a short text")
    if not isinstance(health, dict) or not all(type(key) is str and _is_plain(word) for key, word in health.items()):
        raise WireError("state: health: expected a map of names to integers, texts, booleans or nulls")
    oldest = integer_of(found.get("oldest", 1), 1, MAX_SEQ, "state: oldest")
    epoch = epoch_of(found.get("epoch"), "state")
    instance = bytes_of(found["instance"], INSTANCE_BYTES, "state: instance") if "instance" in found else b""
    return DeviceState(found["state"] == "online", epoch, oldest, release, health, instance)


def _is_plain(value: object) -> bool:
    return is_scalar(value) and not isinstance(value, bytes)


def load_strictly(body: bytes, where: str, limit: int = MAX_BYTES) -> object:
    """Return the CBOR value of a message of at most `limit` bytes; no tags, no indefinite lengths, limited depth.


    Raises:
        WireError: it is too long, or not CBOR as we use it.
    """
    if len(body) > limit:
        raise WireError(f"{where}: {len(body)} bytes where {limit} is the limit")
    stream = BytesIO(body)
    decoder = cbor2.CBORDecoder(
        stream,
        semantic_decoders=_NO_TAGS,
        max_depth=_MAX_DEPTH,
        allow_indefinite=False,
        allow_duplicate_keys=False,
        strict_hashable_types=True,
    )
    try:
        value: object = decoder.decode()
    except cbor2.CBORError as error:
        raise WireError(f"{where}: not CBOR as we use it: {error}") from error
    if stream.tell() != len(body):
        raise WireError(f"{where}: goes on after its end, at byte {stream.tell()}")
    return value


def _refuse_tag(value: object, is_immutable: bool) -> object:
    raise ValueError("tags have no place on this line")


_NO_TAGS = dict.fromkeys(range(512), _refuse_tag)
"""cbor2 interprets many tags (regular expressions, big floats, cycles); none is allowed here."""


def array_of(value: object, size: int, where: str) -> list[object]:
    """Return the first `size` items of an array; later versions append items."""
    return open_array_of(value, size, where)[:size]


def open_array_of(value: object, size: int, where: str) -> list[object]:
    """Return an array of at least `size` items."""
    if not isinstance(value, list) or len(value) < size:
        raise WireError(f"{where}: expected an array of {size}")
    return value


def integer_of(value: object, low: int, high: int, where: str) -> int:
    """Return an integer from `low` to `high`."""
    if not is_int64(value) or not low <= cast(int, value) <= high:
        raise WireError(f"{where}: expected an integer from {low} to {high}, not {shown(value)}")
    return cast(int, value)


def text_of(value: object, pattern: re.Pattern[str], where: str) -> str:
    """Return a text that matches the pattern."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise WireError(f"{where}: expected a text like {pattern.pattern}, not {shown(value)}")
    return value


def bytes_of(value: object, size: int, where: str) -> bytes:
    """Return `size` bytes; the error does not show other values, because bytes may be a secret."""
    if not isinstance(value, bytes) or len(value) != size:
        raise WireError(f"{where}: expected {size} bytes")
    return value


def day_of(value: object, where: str) -> date:
    """Return a day of the calendar, such as `2026-11-23`."""
    text = text_of(value, _DAY, where)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WireError(f"{where}: {text} is not in the calendar") from error


def version_of(value: object, version: int, where: str) -> None:
    """Check the version."""
    if value != version or type(value) is not int:
        raise WireError(f"{where}: version {shown(value)} where we read {version}")


def epoch_of(value: object, where: str) -> bytes:
    """Return an epoch."""
    return bytes_of(value, EPOCH_BYTES, f"{where}: epoch")


def shown(value: object) -> str:
    """Return a value, short enough for a log."""
    return f"{value!r:.40}"
