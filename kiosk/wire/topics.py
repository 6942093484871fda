"""Topic names: one letter for the content, then the device or site, under an optional prefix."""

from __future__ import annotations

import re

from kiosk.errors import EncodingError

_PLACE = re.compile(r"[a-z0-9][a-z0-9-]{1,31}")
"""A device, or a site's five digits."""

EVENTS, ACKS, STATE = "e", "a", "s"
QUESTIONS, ANSWERS = "q", "p"
BOOKINGS = "b"
"""The only topic of a site; all others are of devices."""


def is_place(text: str) -> bool:
    """Tell whether this can be the name of a device or the code of a site."""
    return _PLACE.fullmatch(text) is not None


def topic_of(prefix: str, letter: str, place: str) -> str:
    """Return a topic such as `e/k00082-1`, or `hanoi/e/k00082-1` with the prefix `hanoi`; the place `+` means all.


    Raises:
        EncodingError: the place is neither a device nor a site, and would make another topic of it.
    """
    if place != "+" and not is_place(place):
        raise EncodingError(f"{place!r:.40} is neither a device nor a site")
    return "/".join(part for part in (prefix.strip("/"), letter, place) if part)


def split_topic(prefix: str, topic: str) -> tuple[str, str] | None:
    """Return the letter and the device or site of a topic, or None when it is not one of ours."""
    start = prefix.strip("/") + "/" if prefix.strip("/") else ""
    letter, _, place = topic.removeprefix(start).partition("/")
    if not topic.startswith(start) or len(letter) != 1 or not is_place(place):
        return None
    return letter, place
