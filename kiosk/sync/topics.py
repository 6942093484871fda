"""The names of the topics: one letter for what they carry, then the device, under an optional prefix."""

from __future__ import annotations

import re

_DEVICE = re.compile(r"[a-z0-9][a-z0-9-]{1,31}")

EVENTS, ACKS, STATE = "e", "a", "s"


def topic_of(prefix: str, letter: str, device: str) -> str:
    """Return a topic such as `e/k00082-1`, or `hanoi/e/k00082-1` with the prefix `hanoi`; device `+` means all."""
    return "/".join(part for part in (prefix.strip("/"), letter, device) if part)


def split_topic(prefix: str, topic: str) -> tuple[str, str] | None:
    """Return the letter and the device of a topic, or None when it is not one of ours."""
    start = prefix.strip("/") + "/" if prefix.strip("/") else ""
    letter, slash, device = topic.removeprefix(start).partition("/")
    if not topic.startswith(start) or not slash or len(letter) != 1 or not _DEVICE.fullmatch(device):
        return None
    return letter, device
