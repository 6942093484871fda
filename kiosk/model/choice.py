"""A printed choice: a QR code that, held under the scanner, means touching the target of that name on the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

from kiosk.model.masking import Reading, as_it_is, shown

_PREFIX = "HNK:"
_ID = re.compile(r"[a-z]{1,16}(?::[A-Za-z0-9._-]{0,24})?")


@dataclass(frozen=True, slots=True, repr=False)
class ChoiceCode(Reading):
    """A choice by the id of its target: a word, and for most a colon and which one, as in `service:A`."""

    kind: ClassVar[str] = "choice"
    id: str = field(metadata=shown(as_it_is))

    @property
    def public(self) -> str:
        """All of it."""
        return self.id


def choice_payload(id: str) -> str:
    """Return what the code of a choice holds."""
    return _PREFIX + id


def read(text: str) -> ChoiceCode | None:
    """Return the choice that this is, or None; the case of its prefix does not count."""
    prefix, id = text[: len(_PREFIX)], text[len(_PREFIX) :]
    return ChoiceCode(id) if prefix.upper() == _PREFIX and _ID.fullmatch(id) else None
