"""Parsing JSON from untrusted sources: one error for everything that may be wrong."""

from __future__ import annotations

from typing import TypeVar

import msgspec

_T = TypeVar("_T")


def json_of(body: bytes | str, kind: type[_T]) -> _T:
    """Return the value of a type from JSON.


    Raises:
        msgspec.DecodeError: it is no JSON, or not of this type. msgspec itself also lets through what Python says of
            text that is not UTF-8, and of thousands of brackets.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except (UnicodeError, RecursionError) as error:
        raise msgspec.DecodeError(f"not JSON as we use it: {error}") from error
