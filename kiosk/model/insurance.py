"""The health-insurance card (BHYT), which visitors also scan.

Source: cards in circulation: `|` between the fields, name and address as hex of UTF-8, sex 1 or 2, `$` at the end.
Positions of the first five fields and sex 1 = male come from practice, not from a published layout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from kiosk.model.identity import (
    Birth,
    Sex,
    age_between,
    as_address,
    as_name,
    is_address,
    is_name,
    read_birth,
    read_number,
    tidy,
)
from kiosk.model.masking import Personal, mask_name, mask_number, shown

_NUMBER = re.compile("(?:[A-Z]{2}[0-9]{3})?[0-9]{10}|[0-9]{12}")
"""Ten digits of social insurance, on older cards after the group, the level of benefit and the province; or the twelve
of the person's identity, which are to replace them.
"""

_HEX = re.compile("(?:[0-9A-Fa-f]{2})+")
_FEWEST_FIELDS, _MOST_FIELDS = 5, 30


@dataclass(frozen=True, slots=True, repr=False)
class InsuranceCard(Personal):
    """A health-insurance card's QR code; missing fields are "" or None."""

    kind: ClassVar[str] = "insurance_card"
    card_number: str = field(metadata=shown(mask_number))
    name: str = field(metadata=shown(mask_name))
    birth: Birth | None
    sex: Sex | None
    address: str

    @property
    def number(self) -> str | None:
        """The 12 digits of the person's identity, if the card has them as its number."""
        return self.card_number if read_number(self.card_number) else None

    @property
    def masked_name(self) -> str:
        """The masked name."""
        return mask_name(self.name)

    def age_on(self, day: date) -> int | None:
        """Return the certain age in full years (some cards state only the year); None without a birth."""
        return age_between(self.birth, day)


def read(text: str) -> InsuranceCard | None:
    """Return the card in a text, recognised by its format, or None."""
    parts = [part.strip() for part in text.removesuffix("$").split("|")]
    if not text.endswith("$") or not _FEWEST_FIELDS <= len(parts) <= _MOST_FIELDS or not _NUMBER.fullmatch(parts[0]):
        return None
    name, address = as_name(_unhex(parts[1])), as_address(_unhex(parts[4]))
    if not is_name(name):
        return None
    return InsuranceCard(
        card_number=parts[0],
        name=name,
        birth=read_birth(parts[2]),
        sex={"1": Sex.MALE, "2": Sex.FEMALE}.get(parts[3]),
        address=address if is_address(address) else "",
    )


def _unhex(text: str) -> str:
    """Return a text from hex of UTF-8, or ""."""
    if not _HEX.fullmatch(text):
        return ""
    try:
        return tidy(bytes.fromhex(text).decode())
    except UnicodeDecodeError:
        return ""
