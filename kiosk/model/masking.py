"""Masking: enough of a document for its owner to recognise it, too little for anybody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import ClassVar

DOT = "•"

_STRUCTURE = frozenset("|.-:/<$ \n")
"""The separators of payloads. They contain no personal data, and show a technician the kind of payload."""

Mask = Callable[[str], str]


class Reading:
    """A parsed payload. Its fields may be personal, so its repr and str show none."""

    __slots__ = ()
    kind: ClassVar[str]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def fields(self) -> dict[str, str | list[str]]:
        """Return every field as text, dates as YYYY-MM-DD, what is not known as ""."""
        return {field.name: _as_text(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]  # every reading is a dataclass

    def masked(self) -> dict[str, str | list[str]]:
        """Return every field as it may be shown; one that does not say how is hidden."""
        masks: dict[str, Mask] = {
            field.name: field.metadata.get("mask", hide)
            for field in fields(self)  # type: ignore[arg-type]  # as above
        }
        return {name: masks[name](value) if isinstance(value, str) else value for name, value in self.fields().items()}

    @property
    def public(self) -> str:
        """The part of the payload that may be shown as it is, or ""."""
        return ""


class Personal(Reading):
    """A reading about a person. Each has `number`, the 12 digits of the person's identity or None, `age_on`, and
    `masked_name`.
    """

    __slots__ = ()

    def sealed_fields(self) -> dict[str, str]:
        """Return what the document tells, in the clear, for a sealed box and for nothing else: its kind and its fields
        that are not empty, dates as YYYY-MM-DD.
        """
        told = {name: value for name, value in self.fields().items() if isinstance(value, str) and value}
        return {"kind": self.kind, **told}


def shown(mask: Mask) -> Mapping[str, Mask]:
    """Return the metadata of a dataclass field that is shown through this mask."""
    return {"mask": mask}


def as_it_is(text: str) -> str:
    """Return a value that is not personal, unchanged."""
    return text


def hide(text: str) -> str:
    """Return three dots for any text, and nothing for none, so that not even the length shows."""
    return DOT * 3 if text else ""


def mask_name(name: str) -> str:
    """Return a name with the first letter of each word: "N••••• V•• A•". A word of one letter becomes a dot."""
    return " ".join(_initial(word) + DOT * (len(word) - 1) for word in name.split())


def mask_number(number: str) -> str:
    """Return a number with its last three characters: "•••••••••123". One as short as that is hidden whole."""
    return DOT * (len(number) - 3) + number[-3:] if len(number) > 3 else DOT * len(number)


def mask_text(text: str, keep: str = "") -> str:
    """Return a payload with dots for all but its dividers, and for all but the last `keep` in it."""
    head, kept, tail = text.rpartition(keep) if keep else ("", "", text)
    return _dotted(head) + kept + _dotted(tail)


def _initial(word: str) -> str:
    return word[0] if len(word) > 1 and word[0].isalpha() else DOT


def _dotted(text: str) -> str:
    return "".join(letter if letter in _STRUCTURE else DOT for letter in text)


def _as_text(value: object) -> str | list[str]:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value else ""
