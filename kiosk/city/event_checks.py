"""What an event must say before the city makes something of it. Pure: an event in, a `PoisonError` or nothing out.

A kind that is not in the table is kept as it came, and so is a field that the table does not name: a later release of
a kiosk says more than we know.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from kiosk.model.event import Event, Value
from kiosk.wire.messages import MAX_SEQ

LAST_FACE = 5
_LAST_COUNTER = 99
_MAX_REMARK_CHARS = 200
_MAX_WORD_CHARS = 64

Rule = Callable[[Value], bool]


class PoisonError(ValueError):
    """An event says what cannot be: the reason it is put aside for."""


def check(event: Event) -> None:
    """Check each field that the city knows of an event; one that may be missing may be null as well.

    Raises:
        PoisonError: a field is missing, or is not what it must be; the message says which.
    """
    for name, rule in _KINDS.get(event.kind, {}).items():
        is_optional = name.endswith("?")
        value = event.payload.get(name.rstrip("?"))
        if not (is_optional and value is None) and not rule(value):
            raise PoisonError(f"{name.rstrip('?')} = {value!r:.40} is not what {event.kind} may say")


def is_word(value: object) -> bool:
    """Tell whether this is a short text that can be shown: no control characters, nothing that turns a line round."""
    return isinstance(value, str) and 0 < len(value) <= _MAX_WORD_CHARS and value.isprintable()


def _text(pattern: str) -> Rule:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _integer(low: int, high: int) -> Rule:
    return lambda value: type(value) is int and low <= value <= high


def _is_day(value: Value) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_remark(value: Value) -> bool:
    return isinstance(value, str) and len(value) <= _MAX_REMARK_CHARS and value.isprintable()


_is_site = _text("[0-9]{5}")
_is_ticket = _integer(1, MAX_SEQ)
_is_counter = _integer(1, _LAST_COUNTER)
_is_letter = _text("[A-Z]")
_STEP: dict[str, Rule] = {"t": _is_ticket, "c?": _is_counter}
_DEVICE: dict[str, Rule] = {"d": _text("[a-z][a-z_]{0,31}"), "x": is_word, "r?": _is_remark}

_KINDS: dict[str, dict[str, Rule]] = {
    "day.opened": {"site": _is_site, "day": _is_day},
    "day.closed": {"day": _is_day},
    "ticket.issued": {
        "t": _is_ticket,
        "n": _text("[A-Z][0-9]{1,4}"),
        "day": _is_day,
        "s": _is_letter,
        "l": _text("[a-z]{2}"),
        "g?": _text("[a-z][a-z0-9_]{1,23}"),
        "p?": _text(r"[0-9]\.[0-9]{6}"),
    },
    "ticket.called": _STEP,
    "ticket.recalled": _STEP,
    "ticket.serving": _STEP,
    "ticket.done": _STEP,
    "ticket.no_show": _STEP,
    "ticket.parked": _STEP,
    "ticket.resumed": _STEP,
    "ticket.transferred": {**_STEP, "s": _is_letter},
    "ticket.cancelled": _STEP,
    "ticket.expired": _STEP,
    "ticket.reprinted": {"t": _is_ticket},
    "ticket.post": {"t": _is_ticket, "on?": lambda value: type(value) is bool},
    "booking.checked_in": {"t?": _is_ticket, "k": _text("[0-9A-Z]{8}")},
    "feedback.given": {"x": _integer(1, LAST_FACE), "r?": _is_remark, "t?": _is_ticket},
    "help.answered": {"c": _is_counter},
    "identity.sealed": {"t": _is_ticket, "b": _text("[A-Za-z0-9+/]{1,1200}={0,2}")},
    "water.poured": {"x": is_word},
    "device.fault": _DEVICE,
    "device.cleared": _DEVICE,
}
"""Of each kind the fields that the city reads, and what they must be; `?` marks one that may be missing."""
