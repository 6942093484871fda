"""The citizen's identity card (CCCD, căn cước) and its 12 digits, as its QR code tells them.

The 12 digits: province or country of birth (3), sex and century of birth (1), year of birth (2), random (6). They have
no check digit, so that the only thing to hold them against is the card's own other fields.

Source: the cards of 2021 and 2024 as they are in circulation; the order of the 2024 card's four further fields is
not published, and they are not read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar

from kiosk.model.masking import Personal, as_it_is, mask_name, mask_number, shown

MAX_NAME_CHARS, MAX_ADDRESS_CHARS = 100, 300
"""No card has room for more; what is longer is not a name or an address."""

_NUMBER = re.compile(r"[0-9]{12}")
_OLD_NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}")
_FIELDS = range(6, 12)
"""Seven on the card of 2021, eleven on that of 2024, six where the date of issue is missing."""

_PROVINCES = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 "
    "044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 "
    "089 091 092 093 094 095 096"
)
"""The 63 provinces as they were when the numbers were given. Source: Decision 124/2004/QĐ-TTg and its amendments."""


class Sex(StrEnum):
    """As a document says it."""

    MALE = "male"
    FEMALE = "female"


class Flag(StrEnum):
    """What is odd about a document that was read all the same. A person decides what it means."""

    BIRTH_UNREADABLE = "birth_unreadable"
    SEX_UNREADABLE = "sex_unreadable"
    SEX_DIFFERS = "sex_differs"
    CENTURY_DIFFERS = "century_differs"
    YEAR_DIFFERS = "year_differs"
    PROVINCE_UNKNOWN = "province_unknown"
    """Not one of ours: also the card of somebody born abroad, whose number begins with a country."""


@dataclass(frozen=True, slots=True, repr=False)
class IdentityNumber(Personal):
    """The bare 12 digits, typed or from a reader that sends no more."""

    kind: ClassVar[str] = "identity_number"
    number: str = field(metadata=shown(mask_number))

    @property
    def birth_year(self) -> int:
        """The year of birth, 1900 to 2399."""
        return 1900 + 100 * (int(self.number[3]) // 2) + int(self.number[4:6])

    @property
    def sex(self) -> Sex:
        """The sex that was entered when the number was given."""
        return Sex.FEMALE if int(self.number[3]) % 2 else Sex.MALE

    @property
    def flags(self) -> frozenset[Flag]:
        """PROVINCE_UNKNOWN, or none."""
        return frozenset() if self.number[:3] in _PROVINCES.split() else frozenset({Flag.PROVINCE_UNKNOWN})

    @property
    def masked_name(self) -> str:
        """The last three digits, for want of a name: enough for its owner to know that it was read."""
        return mask_number(self.number)

    def age_on(self, day: date) -> int | None:
        """Return the full years that are sure, whatever the birthday; None when the birth is after that day."""
        return age_between(date(self.birth_year, 12, 31), day)


@dataclass(frozen=True, slots=True, repr=False)
class IdentityCard(Personal):
    """A card's QR code. What it does not tell is "" or None; `old_number` has 9 digits, or 12 of an earlier card."""

    kind: ClassVar[str] = "identity_card"
    number: str = field(metadata=shown(mask_number))
    old_number: str
    name: str = field(metadata=shown(mask_name))
    birth: date | None
    sex: Sex | None
    address: str
    issued: date | None
    flags: frozenset[Flag] = field(metadata=shown(as_it_is))

    @property
    def masked_name(self) -> str:
        """The name as it may be shown."""
        return mask_name(self.name)

    def age_on(self, day: date) -> int | None:
        """Return the age in full years; None when the birth cannot be read or is after that day."""
        return age_between(self.birth, day)


def read_number(text: str) -> IdentityNumber | None:
    """Return the bare number that this is, or None."""
    return IdentityNumber(text) if _NUMBER.fullmatch(text) else None


def read_card(text: str) -> IdentityCard | None:
    """Return the identity card that this is by its shape, or None."""
    parts = [tidy(part) for part in text.split("|")]
    if len(parts) not in _FIELDS:
        return None
    number = read_number(parts[0])
    old_number, name, birth, sex, address = parts[1:6]
    if number is None or not is_name(name) or not is_address(address):
        return None
    born, told_sex = read_date(birth), {"nam": Sex.MALE, "nữ": Sex.FEMALE}.get(sex.lower())
    return IdentityCard(
        number=number.number,
        old_number=old_number if _OLD_NUMBER.fullmatch(old_number) else "",
        name=name,
        birth=born,
        sex=told_sex,
        address=address,
        issued=read_date(parts[6]) if len(parts) > 6 else None,
        flags=_odd(number, born, told_sex),
    )


def _odd(number: IdentityNumber, birth: date | None, sex: Sex | None) -> frozenset[Flag]:
    """Hold the number against the card's own fields."""
    flags = set(number.flags)
    if sex is None:
        flags.add(Flag.SEX_UNREADABLE)
    elif sex is not number.sex:
        flags.add(Flag.SEX_DIFFERS)
    if birth is None:
        flags.add(Flag.BIRTH_UNREADABLE)
    else:
        if birth.year // 100 != number.birth_year // 100:
            flags.add(Flag.CENTURY_DIFFERS)
        if birth.year % 100 != number.birth_year % 100:
            flags.add(Flag.YEAR_DIFFERS)
    return frozenset(flags)


def age_between(birth: date | None, day: date) -> int | None:
    """Return the full years from birth to day, or None; who was born on 29 February is older on 1 March."""
    if birth is None or birth > day:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def tidy(text: str) -> str:
    """Return text with single spaces and composed letters (NFC)."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def is_name(text: str) -> bool:
    """Tell whether this can be somebody's name: letters and what joins them, and nothing a printer would obey."""
    return 0 < len(text) <= MAX_NAME_CHARS and text[0].isalpha() and all(_is_of_a_name(letter) for letter in text)


def is_address(text: str) -> bool:
    """Tell whether this can be an address: nothing, or a line of printable letters without markup."""
    return len(text) <= MAX_ADDRESS_CHARS and text.isprintable() and not set("<>{}") & set(text)


def read_date(text: str) -> date | None:
    """Return the date of ddMMyyyy, or None when it is none."""
    if not re.fullmatch("[0-9]{8}", text):
        return None
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def _is_of_a_name(letter: str) -> bool:
    # Names in Vietnam are written in Latin letters, whoever bears them. Other scripts would let a stranger's code turn
    # the direction of a line, and are not in the fonts.
    return letter in " '’-.," or unicodedata.name(letter, "").startswith(("LATIN ", "COMBINING "))
