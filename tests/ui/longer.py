"""A language that does not exist: English, a sixth longer and more."""

from __future__ import annotations

from kiosk.i18n import Words

_LONGER = 1 / 6
_ON_EVERY_SCREEN = frozenset(
    (
        "Back",
        "To the start",
        "Large text",
        "Normal text",
        "Read aloud",
        "Stop speaking",
        "See and hear",
        "Call for help",
        "Help called",
        "Monday",
        "{weekday}, {day}/{month}",
        "time unsure",
    )
)
"""The frame's few words are chosen to fit in each language."""


class Longer(Words):
    """The words of a catalogue, each sentence with some of its own words said twice."""

    def __init__(self, short: Words) -> None:
        super().__init__(short.language, short._translations)

    def __call__(self, message: str, **values: object) -> str:
        """Return the longer message."""
        words = super().__call__(message, **values)
        return words if message in _ON_EVERY_SCREEN else _longer(words)

    def plural(self, singular: str, plural: str, count: int, **values: object) -> str:
        """Return the longer form for `count`."""
        return _longer(super().plural(singular, plural, count, **values))


def _longer(text: str) -> str:
    return "\n".join(map(_longer_line, text.split("\n")))


def _longer_line(line: str) -> str:
    words, more, wanted = line.split(" "), "", round(len(line) * _LONGER)
    for word in words if len(words) > 1 else ():
        if len(more) >= wanted:
            break
        more += f" {word}"
    return line + more
