"""A slip's texts: always in Vietnamese, and in the visitor's second language where there is a translation."""

from __future__ import annotations

from typing import NamedTuple

from kiosk.config import Text
from kiosk.i18n import Words, chosen, marked, words
from kiosk.receipt.slip import Slip, clean

_WEEKDAYS = (
    marked("Monday"),
    marked("Tuesday"),
    marked("Wednesday"),
    marked("Thursday"),
    marked("Friday"),
    marked("Saturday"),
    marked("Sunday"),
)
_LONGEST_RANGES = 12
"""Longest list of counter numbers in characters: more does not fit into a cell on the narrowest paper."""


class Pair(NamedTuple):
    """A text in two languages; `second` is empty without a second language or a translation."""

    vi: str
    second: str = ""


class Figure(NamedTuple):
    """One cell of the box below the service: a number or a word, and its label."""

    value: str
    label: Pair


class Bilingual:
    """Translates the kiosk's messages and the ward's texts into the languages of one slip.

    Raises:
        ConfigError: the kiosk has no slip translations for this language.
    """

    def __init__(self, second_language: str | None) -> None:
        self._vi = words("slip", "vi")
        self._second: Words | None = words("slip", second_language) if second_language not in (None, "", "vi") else None

    def own(self, message: str) -> Pair:
        """Return a message of the kiosk."""
        return Pair(self._vi(message), self._second(message) if self._second else "")

    def ward(self, text: Text) -> Pair:
        """Return a text of the ward; a text that is the same in both languages is printed once."""
        vi = clean(chosen(text, "vi"))
        second = clean(chosen(text, self._second.language)) if self._second else ""
        return Pair(vi, "" if second == vi else second)

    def taken(self, slip: Slip) -> tuple[str, str]:
        """Return the time and the date of a slip, in Vietnamese only: they are mostly digits."""
        at = slip.issued_at
        day = self._vi(_WEEKDAYS[at.weekday()])
        return self._vi("Taken at {time}", time=f"{at:%H:%M}"), f"{day} {at:%d/%m/%Y}"

    def figures(self, slip: Slip) -> tuple[Figure, Figure, Figure]:
        """Return the number ahead, the estimated wait, and the counters."""
        return (
            Figure(str(slip.ahead), self.own("ahead")),
            self._wait(slip.wait_minutes),
            self._where(slip.counters),
        )

    def _wait(self, minutes: int | None) -> Figure:
        if minutes is None:
            return self._in_words(marked("unknown"), marked("waiting time"))
        return Figure(f"~{minutes}" if minutes else "0", self.own("minutes’ wait"))

    def _where(self, counters: tuple[int, ...]) -> Figure:
        where = _ranges(counters)
        if not 0 < len(where) <= _LONGEST_RANGES:
            return self._in_words(marked("see the board"), marked("counter"))
        return Figure(where, self.own("counter"))

    def _in_words(self, value: str, label: str) -> Figure:
        """Return a cell with a word; the second language is in the label."""
        said, told = self.own(value), self.own(label)
        return Figure(said.vi, Pair(told.vi, f"{told.second}: {said.second}" if told.second else ""))


def _ranges(numbers: tuple[int, ...]) -> str:
    """Return counter numbers as ranges: 1·2, 1–4, 1–4·7."""
    stretches: list[list[int]] = []
    for number in sorted(set(numbers)):
        if stretches and number == stretches[-1][-1] + 1:
            stretches[-1].append(number)
        else:
            stretches.append([number])
    return "·".join(f"{s[0]}–{s[-1]}" if len(s) > 2 else "·".join(map(str, s)) for s in stretches)
