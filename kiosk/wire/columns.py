"""Columns of a batch: many values of one field, written the shortest of a few ways.

A column is a CBOR value. What is not an array stands for itself, as often as the column is long; an array begins with
its form. All sequences of integers use one primitive, `ints`: the integer itself when all are equal, else bytes: one
byte `width`, then `low` (zigzag LEB128), then each integer minus `low` in `width` bits, most significant bit first, one
after another, the last byte filled up with zero bits. docs/wire.md says the same with an example.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import cbor2

from kiosk.errors import WireError

Scalar = int | str | bool | bytes | None
Ints = int | bytes
Column = Scalar | list[object]

RAW, INTEGERS, STEPS, DICTIONARY, NUMBERED = range(5)
"""Forms: values one by one · integers · first and steps · distinct values and indexes · text that ends in digits."""

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1
_MAX_WIDTH = 64
_MAX_DIGITS = 15
_NUMBERED_TEXT = re.compile(rf"(.*?)([0-9]{{1,{_MAX_DIGITS}}})", re.DOTALL)


def is_int64(value: object) -> bool:
    """Tell whether this is an integer (no boolean) of 64 bits with sign."""
    return type(value) is int and _INT_MIN <= value <= _INT_MAX


def is_scalar(value: object) -> bool:
    """Tell whether this can stand in a column."""
    return is_int64(value) or value is None or type(value) in (str, bool, bytes)


def pack_ints(values: Sequence[int]) -> Ints:
    """Return integers of 64 bits as `ints`."""
    low = min(values, default=0)
    width = (max(values, default=0) - low).bit_length()
    if width == 0:
        return low
    word = 0
    for value in values:
        word = word << width | value - low
    size = (len(values) * width + 7) // 8
    bits = (word << size * 8 - len(values) * width).to_bytes(size, "big")
    return bytes([width]) + _zigzag(low) + bits


def unpack_ints(packed: object, count: int, where: str) -> list[int]:
    """Return the `count` integers of an `ints`.

    Raises:
        WireError: it is not an `ints` of this many integers, or one needs more than 64 bits.
    """
    if is_int64(packed):
        return [cast(int, packed)] * count
    if not isinstance(packed, bytes) or not packed or not 1 <= packed[0] <= _MAX_WIDTH:
        raise WireError(f"{where}: expected an integer, or bytes that begin with a width of 1 to {_MAX_WIDTH}")
    width = packed[0]
    low, start = _unzigzag(packed, where)
    padding = (len(packed) - start) * 8 - count * width
    word = int.from_bytes(packed[start:], "big")
    if not 0 <= padding < 8 or word & (1 << padding) - 1:
        raise WireError(f"{where}: {len(packed) - start} bytes do not hold {count} integers of {width} bits")
    word >>= padding
    mask = (1 << width) - 1
    values = [low + (word >> shift & mask) for shift in range((count - 1) * width, -1, -width)]
    if values and max(values) > _INT_MAX:
        raise WireError(f"{where}: an integer needs more than 64 bits")
    return values


def _zigzag(value: int) -> bytes:
    rest, body = (value << 1) ^ (value >> 63), bytearray()
    while rest > 0x7F:
        body.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes([*body, rest])


def _unzigzag(packed: bytes, where: str) -> tuple[int, int]:
    """Return the integer that begins at byte 1, and where it ends."""
    value = 0
    for place, byte in enumerate(packed[1:11]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            low = value >> 1 ^ -(value & 1)
            if is_int64(low):
                return low, place + 2
            break
    raise WireError(f"{where}: the lowest integer does not end, or needs more than 64 bits")


def pack_column(values: Sequence[Scalar]) -> Column:
    """Return the shortest column for values that are all scalars; there is at least one."""
    distinct = {(type(value), value): value for value in values}  # the type, because True equals 1
    if len(distinct) == 1:
        return values[0]
    places = {key: place for place, key in enumerate(distinct)}
    indexes = pack_ints([places[type(value), value] for value in values])
    forms: list[list[object]] = [[RAW, list(values)], [DICTIONARY, list(distinct.values()), indexes]]
    kinds = {kind for kind, _ in distinct}
    if kinds == {int}:
        forms += _integer_forms(cast(Sequence[int], values))
    if kinds == {str}:
        forms += _numbered_forms(cast(Sequence[str], values))
    return min(forms, key=lambda form: len(cbor2.dumps(form)))


def _integer_forms(values: Sequence[int]) -> list[list[object]]:
    steps = [after - before for before, after in pairwise(values)]
    forms: list[list[object]] = [[INTEGERS, pack_ints(values)]]
    if all(map(is_int64, steps)):
        forms.append([STEPS, values[0], pack_ints(steps)])
    return forms


def _numbered_forms(values: Sequence[str]) -> list[list[object]]:
    """Return the form for queue numbers and codes: a few series, each going on from its last number."""
    last: dict[tuple[str, int], int] = {}
    first, which, steps = [], [], []
    for value in values:
        match = _NUMBERED_TEXT.fullmatch(value)
        if match is None:
            return []
        key, number = (match[1], len(match[2])), int(match[2])
        if key in last:
            steps.append(number - last[key])
        else:
            first.append(value)
        last[key] = number
        which.append(list(last).index(key))
    return [[NUMBERED, first, pack_ints(which), pack_ints(steps)]]


def unpack_column(column: object, count: int, where: str) -> list[Scalar]:
    """Return the `count` values of a column.

    Raises:
        WireError: it is not a column of this many values; the message begins with `where`.
    """
    if is_scalar(column):
        return [cast(Scalar, column)] * count
    if not isinstance(column, list) or not column or not is_int64(column[0]):
        raise WireError(f"{where}: neither a plain value nor an array that begins with its form")
    form, parts = column[0], column[1:]
    unpack = _UNPACK.get((form, len(parts)))
    if unpack is None:
        raise WireError(f"{where}: no form {form} with {len(parts)} parts")
    return unpack(parts, count, where)


def _unpack_raw(parts: list[object], count: int, where: str) -> list[Scalar]:
    (values,) = parts
    if not isinstance(values, list) or len(values) != count or not all(map(is_scalar, values)):
        raise WireError(f"{where}: expected {count} plain values")
    return values


def _unpack_integers(parts: list[object], count: int, where: str) -> list[Scalar]:
    return list(unpack_ints(parts[0], count, where))


def _unpack_steps(parts: list[object], count: int, where: str) -> list[Scalar]:
    first, packed = parts
    if not is_int64(first) or count == 0:
        raise WireError(f"{where}: steps begin with an integer")
    value = cast(int, first)
    values: list[Scalar] = [value]
    for step in unpack_ints(packed, count - 1, where):
        value += step
        values.append(value)
    if not all(map(is_int64, values)):
        raise WireError(f"{where}: steps lead beyond 64 bits")
    return values


def _unpack_dictionary(parts: list[object], count: int, where: str) -> list[Scalar]:
    entries, packed = parts
    if not isinstance(entries, list) or not all(map(is_scalar, entries)):
        raise WireError(f"{where}: a dictionary is an array of plain values")
    indexes = unpack_ints(packed, count, where)
    if indexes and not 0 <= min(indexes) <= max(indexes) < len(entries):
        raise WireError(f"{where}: an index outside the dictionary of {len(entries)}")
    return [entries[index] for index in indexes]


def _unpack_numbered(parts: list[object], count: int, where: str) -> list[Scalar]:
    first, packed_which, packed_steps = parts
    if not isinstance(first, list) or len(first) > count:
        raise WireError(f"{where}: numbered text needs an array with the first value of each series")
    series = [_unpack_series(text, where) for text in first]
    steps = iter(unpack_ints(packed_steps, count - len(series), where))
    last: dict[int, int] = {}
    values: list[Scalar] = []
    for index in unpack_ints(packed_which, count, where):
        if not 0 <= index < len(series):
            raise WireError(f"{where}: no series {index} of {len(series)}")
        prefix, digits, number = series[index]
        if index in last:
            number = last[index] + next(steps, 0)
        if not 0 <= number <= _INT_MAX:
            raise WireError(f"{where}: a series of numbers leads to {number}")
        last[index] = number
        values.append(f"{prefix}{number:0{digits}d}")
    if len(last) != len(series):
        raise WireError(f"{where}: a series that no value uses")
    return values


def _unpack_series(text: object, where: str) -> tuple[str, int, int]:
    """Return prefix, number of digits and number of a text that ends in digits."""
    match = _NUMBERED_TEXT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise WireError(f"{where}: a series begins with text that ends in 1 to {_MAX_DIGITS} digits")
    return match[1], len(match[2]), int(match[2])


_UNPACK = {
    (RAW, 1): _unpack_raw,
    (INTEGERS, 1): _unpack_integers,
    (STEPS, 2): _unpack_steps,
    (DICTIONARY, 2): _unpack_dictionary,
    (NUMBERED, 3): _unpack_numbered,
}
