"""Printed choices: a QR code that, when scanned, acts like a touch on the target of that name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

from kiosk.model.masking import Reading, as_it_is, shown

_PREFIX = "HNK:"
_ID = re.compile(r"[a-z]{1,16}(?::[A-Za-z0-9._-]{0,24})?")


@dataclass(frozen=True, slots=True, repr=False)
class ChoiceCode(Reading):
    """A choice, by the id of its target: a word, and mostly a colon and a value, as in `service:A`."""

    kind: ClassVar[str] = "choice"
    id: str = field(metadata=shown(as_it_is))

    @property
    def public(self) -> str:
        """The whole id."""
        return self.id


def choice_payload(id: str) -> str:
    """Return the content of a choice's code."""
    return _PREFIX + id


def read(text: str) -> ChoiceCode | None:
    """Return the choice in a text, or None; the case of its prefix does not count."""
    prefix, id = text[: len(_PREFIX)], text[len(_PREFIX) :]
    return ChoiceCode(id) if prefix.upper() == _PREFIX and _ID.fullmatch(id) else None
