"""The citizen's identity card (CCCD, căn cước) and its 12 digits, from its QR code.

The 12 digits: province or country of birth (3), sex and century of birth (1), year of birth (2), random (6). They have
no check digit, so they can only be compared with the card's other fields. Source: the cards of 2021 and 2024 in
circulation; the order of the 2024 card's four further fields is not published, and they are not read.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar

from kiosk.model.masking import Personal, as_it_is, mask_name, mask_number, shown
from kiosk.records import Record

MAX_NAME_CHARS, MAX_ADDRESS_CHARS = 100, 300
"""No card has room for more; a longer text is no name or address."""

_FIRST_YEAR = 1900
"""Nobody alive was born earlier, and the 12 digits have no earlier century: an earlier date is a mistake."""

_NUMBER = re.compile(r"[0-9]{12}")
_FIRST_FIELD = re.compile(r"(?:[A-Za-z][0-9A-Za-z]{0,2})?(?P<number>[0-9]{12})")
"""Readers can be set to send the letters of a code's kind before it; each maker has its own."""
_OLD_NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}")
_FIELDS = range(6, 12)
"""Seven on the card of 2021, eleven on that of 2024, six without the date of issue."""

_PROVINCES = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 "
    "044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 "
    "089 091 092 093 094 095 096"
)
"""The 63 provinces as they were when the numbers were given. Source: Decision 124/2004/QĐ-TTg and its amendments."""


DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
"""For `str.translate`: every look-alike of the hyphen → hyphen."""
_AS_WRITTEN_HERE = DASHES | str.maketrans(dict.fromkeys("\u2018\u201b\u02bb\u02bc\u00b4\u0060\u2032\uff07", "\u2019"))
"""What people type as apostrophe or dash in a name; NFC turns U+1FEF and the like into one of these."""
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\u00ad\ufeff"))
"""Breaks and joiners without width, which come with copied texts."""
_MARKUP = str.maketrans("<>{}", "    ")


class Sex(StrEnum):
    """As a document states it."""

    MALE = "male"
    FEMALE = "female"


class Flag(StrEnum):
    """An oddity of a document that was read nevertheless. A person decides what it means."""

    BIRTH_UNREADABLE = "birth_unreadable"
    SEX_UNREADABLE = "sex_unreadable"
    SEX_DIFFERS = "sex_differs"
    CENTURY_DIFFERS = "century_differs"
    YEAR_DIFFERS = "year_differs"
    PROVINCE_UNKNOWN = "province_unknown"
    """No province code; also the card of a person born abroad, whose number begins with a country."""


class PartialDate(Record):
    """A date of birth with an unknown day, or unknown day and month (0)."""

    year: int
    month: int = 0

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}" if self.month else str(self.year)

    @property
    def latest(self) -> date:
        """The latest possible day, on which the person is youngest."""
        month = self.month or 12
        return date(self.year, month, monthrange(self.year, month)[1])


Birth = date | PartialDate


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
        """The last three digits, in place of a name: enough for its owner to recognise it."""
        return mask_number(self.number)

    def age_on(self, day: date) -> int | None:
        """Return the certain age in full years, whatever the birthday; None if the birth is after that day."""
        return age_between(date(self.birth_year, 12, 31), day)


@dataclass(frozen=True, slots=True, repr=False)
class IdentityCard(Personal):
    """A card's QR code. Missing fields are "" or None; `old_number` has 9 digits, or 12 of an earlier card."""

    kind: ClassVar[str] = "identity_card"
    number: str = field(metadata=shown(mask_number))
    old_number: str
    name: str = field(metadata=shown(mask_name))
    birth: Birth | None
    sex: Sex | None
    address: str
    issued: date | None
    flags: frozenset[Flag] = field(metadata=shown(as_it_is))

    @property
    def masked_name(self) -> str:
        """The masked name."""
        return mask_name(self.name)

    def age_on(self, day: date) -> int | None:
        """Return the certain age in full years; None if the birth is after that day. Without a birth field, the
        number's year counts; if both state different years, the later one.
        """
        number = IdentityNumber(self.number)
        told, by_number = age_between(self.birth, day), number.age_on(day)
        if self.birth is None:
            return by_number
        if self.birth.year == number.birth_year or told is None or by_number is None:
            return told
        return min(told, by_number)


def read_number(text: str) -> IdentityNumber | None:
    """Return the bare number in a text, or None."""
    return IdentityNumber(text) if _NUMBER.fullmatch(text) else None


def read_card(text: str) -> IdentityCard | None:
    """Return the identity card in a text, recognised by its format, or None."""
    parts = [tidy(part) for part in text.split("|")]
    if len(parts) not in _FIELDS:
        return None
    first = _FIRST_FIELD.fullmatch(parts[0])
    old_number, name, birth, sex, address = parts[1], as_name(parts[2]), parts[3], parts[4], as_address(parts[5])
    if first is None or not is_name(name) or not is_address(address):
        return None
    number = IdentityNumber(first["number"])
    born, told_sex = read_birth(birth), {"nam": Sex.MALE, "nữ": Sex.FEMALE}.get(sex.lower())
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


def _odd(number: IdentityNumber, birth: Birth | None, sex: Sex | None) -> frozenset[Flag]:
    """Compare the number with the card's own fields."""
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


def age_between(birth: Birth | None, day: date) -> int | None:
    """Return the certain full years from birth to a day, or None; a person born on 29 February is older on 1 March. For
    a partial date of birth, the age from its latest possible day.
    """
    if isinstance(birth, PartialDate):
        birth = birth.latest
    if birth is None or birth > day:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def tidy(text: str) -> str:
    """Return text with single spaces and composed letters (NFC), without characters of no width."""
    return unicodedata.normalize("NFC", " ".join(text.translate(_UNSEEN).split()))


def as_name(text: str) -> str:
    """Return a name with one kind of dash and apostrophe instead of all look-alikes."""
    return text.translate(_AS_WRITTEN_HERE)


def as_address(text: str) -> str:
    """Return an address without markup characters."""
    return tidy(text.translate(_MARKUP))


def is_name(text: str) -> bool:
    """Tell whether this can be a name: letters and what joins them, and nothing that a printer would execute."""
    return 0 < len(text) <= MAX_NAME_CHARS and text[0].isalpha() and all(_is_of_a_name(letter) for letter in text)


def is_address(text: str) -> bool:
    """Tell whether this can be an address: empty, or a line of printable letters without markup."""
    return len(text) <= MAX_ADDRESS_CHARS and text.isprintable() and not set("<>{}") & set(text)


def read_date(text: str) -> date | None:
    """Return the date of ddMMyyyy, or None."""
    if not re.fullmatch("[0-9]{8}", text):
        return None
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def read_birth(text: str) -> Birth | None:
    """Return the birth on a card: ddMMyyyy, with 00 for unknown parts, or the year alone. Full stops, dashes and
    slashes may stand between. None if it is no date, or before 1900.
    """
    digits = re.fullmatch(r"(?:([0-9]{2})?[/.-]?([0-9]{2})[/.-]?)?([0-9]{4})", text)
    if digits is None or int(digits[3]) < _FIRST_YEAR or (digits[2] and not digits[1] and text.isdigit()):
        return None
    day, month, year = (int(part or 0) for part in digits.groups())
    if not day:
        return PartialDate(year, month) if month <= 12 else None
    return read_date(f"{day:02}{month:02}{year}")


def _is_of_a_name(letter: str) -> bool:
    # Names in Vietnam are written in Latin letters, whoever bears them. Other scripts would let a stranger's code turn
    # the direction of a line, and are not in the fonts.
    return letter in " '’-.," or unicodedata.name(letter, "").startswith(("LATIN ", "COMBINING "))
