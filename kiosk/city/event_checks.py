"""The checks of an event before the city uses it. Pure: an event in, its data or a `PoisonError` out.

Kinds that the city does not use, and unknown fields, are stored unchanged: they are of a later release of the kiosk.
"""

from __future__ import annotations

import re
from datetime import date

import msgspec

from kiosk.model.event import Event, EventData, EventUnsendable, TimeSet, data_of

_MAX_WORD_CHARS = 64
_UNREAD = (TimeSet.kind, EventUnsendable.kind)
_FIELD = re.compile(r"at `\$\.(\w+)|field `(\w+)")
"""Where msgspec's message names the wrong or missing field."""


class PoisonError(ValueError):
    """An event has impossible content; the message is the reason for its quarantine."""


def read(event: Event) -> EventData | None:
    """Return the data of an event, or None for a kind that the city does not use.


    Raises:
        PoisonError: a field is missing, or is not what it must be; the message says which.
    """
    if event.kind in _UNREAD:
        return None
    try:
        data = data_of(event)
    except msgspec.ValidationError as error:
        found = _FIELD.search(str(error))
        raise _poison(event, found[1] or found[2] if found else "") from error
    for field in msgspec.structs.fields(data) if data is not None else ():
        value = getattr(data, field.name)
        if isinstance(value, str) and not (value.isprintable() and (field.name != "day" or _is_day(value))):
            raise _poison(event, field.encode_name)
    return data


def is_word(value: object) -> bool:
    """Tell whether this is a short printable text: no control characters, none that change the direction of writing."""
    return isinstance(value, str) and 0 < len(value) <= _MAX_WORD_CHARS and value.isprintable()


def _poison(event: Event, name: str) -> PoisonError:
    return PoisonError(f"{name} = {event.payload.get(name)!r:.40} is not what {event.kind} may say")


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
