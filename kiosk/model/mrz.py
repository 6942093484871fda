"""The machine readable zone of identity cards (TD1, 3×30) and passports (TD3, 2×44).

Source: ICAO 9303 part 3, section 4.9 (check digits), part 4 (TD3), part 5 (TD1); the back of the 2021 card for
what a Vietnamese card writes in the optional field: its full 12 digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from kiosk.model.identity import PartialDate, Sex, age_between, read_number
from kiosk.model.masking import Personal, as_it_is, mask_name, mask_number, shown

_TD1 = re.compile("[ACI][A-Z0-9<]{89}")
_TD3 = re.compile("P[A-Z0-9<]{87}")
_WEIGHTS = (7, 3, 1)

_FIRST_LINE = re.compile(rb"[ACI][A-Z0-9<]{29}|[ACI][A-Z0-9<]{35}|[PV][A-Z0-9<]{43}", re.IGNORECASE)
_FURTHER_LINE = re.compile(rb"[A-Z0-9<]+", re.IGNORECASE)
_NAME_LINE = re.compile(rb"[A-Z<]+", re.IGNORECASE)
_LINES = {30: 3, 36: 2, 44: 2}
"""By width: TD1; TD2, which is assembled but not read; TD3 and visas."""


@dataclass(frozen=True, slots=True, repr=False)
class TravelDocument(Personal):
    """A card or passport by its machine readable zone, every check digit right.

    `form` is TD1 or TD3; `issuer` and `nationality` are ICAO's codes of up to three letters; `birth` and `expires` are
    YYMMDD, as written: the century is nowhere in the zone.
    """

    kind: ClassVar[str] = "mrz"
    form: str = field(metadata=shown(as_it_is))
    issuer: str = field(metadata=shown(as_it_is))
    document_number: str = field(metadata=shown(mask_number))
    personal_number: str = field(metadata=shown(mask_number))
    name: str = field(metadata=shown(mask_name))
    birth: str
    sex: Sex | None
    nationality: str
    expires: str

    @property
    def number(self) -> str | None:
        """The 12 digits of a Vietnamese identity, in the optional field of cards and newer passports."""
        is_ours = self.issuer == "VNM" and read_number(self.personal_number) is not None
        return self.personal_number if is_ours else None

    @property
    def masked_name(self) -> str:
        """The masked name."""
        return mask_name(self.name)

    def age_on(self, day: date) -> int | None:
        """Return the certain age in full years, 0 to 99; None if the year of birth is unknown. A person of 100 or more
        looks like a child here: use the card's QR code, or ask.
        """
        return max(_ages(self.birth, day), default=None)


def has_shape(text: str) -> bool:
    """Tell whether this has the form of a zone, right or misread; line ends, spaces and case do not count."""
    zone = _zone(text)
    return bool(_TD1.fullmatch(zone) or _TD3.fullmatch(zone))


def lines_of(first: bytes) -> int:
    """Return the number of lines of a zone with this first line; 0 if it is none."""
    return _LINES[len(first)] if _FIRST_LINE.fullmatch(first) else 0


def goes_on(zone: Sequence[bytes], line: bytes) -> bool:
    """Tell whether a line can be the next of a zone; fillers at the end of TD1's last line may be missing."""
    width = len(zone[0])
    if len(zone) == 2:
        return len(line) <= width and bool(_NAME_LINE.fullmatch(line))
    return len(line) == width and bool(_FURTHER_LINE.fullmatch(line))


def read(text: str) -> TravelDocument | None:
    """Return the document of a zone; None if it is no zone or a check digit is wrong."""
    zone = _zone(text)
    if _TD1.fullmatch(zone):
        return _td1(zone[:30], zone[30:60], zone[60:])
    if _TD3.fullmatch(zone):
        return _td3(zone[:44], zone[44:])
    return None


def check_digit(text: str) -> str:
    """Return ICAO's check digit of text from A–Z, 0–9 and <: weights 7, 3, 1, sum modulo 10."""
    values = (0 if letter == "<" else int(letter, 36) for letter in text)
    return str(sum(value * _WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)


def _zone(text: str) -> str:
    """Return the zone in one line. Some readers omit the fillers at the end of its last line."""
    if not text.isascii():
        return ""
    lines = text.upper().split()
    if len(lines) > 1:
        lines[-1] = lines[-1].ljust(len(lines[0]), "<")
    return "".join(lines)


def _td1(first: str, second: str, third: str) -> TravelDocument | None:
    number, check, optional = first[5:14], first[14], first[15:]
    if check == "<":
        # A number of more than nine characters continues in the optional field, with its check digit after it.
        rest, _, optional = optional.partition("<")
        number, check = number + rest[:-1], rest[-1:]
    composite = first[5:] + second[:7] + second[8:15] + second[18:29]
    checks = ((number, check), (second[:6], second[6]), (second[8:14], second[14]), (composite, second[29]))
    if not _are_right(checks):
        return None
    return TravelDocument(
        form="TD1",
        issuer=_words(first[2:5]),
        document_number=_words(number),
        personal_number=_personal_number(optional),
        name=_words(third),
        birth=second[:6],
        sex=_sex(second[7]),
        nationality=_words(second[15:18]),
        expires=second[8:14],
    )


def _td3(first: str, second: str) -> TravelDocument | None:
    # An empty personal number may have < as its check digit.
    personal, personal_check = second[28:42], second[42]
    if not personal.strip("<"):
        personal_check = personal_check.replace("<", "0")
    composite = second[:10] + second[13:20] + second[21:43]
    checks = (
        (second[:9], second[9]),
        (second[13:19], second[19]),
        (second[21:27], second[27]),
        (personal, personal_check),
        (composite, second[43]),
    )
    if not _are_right(checks):
        return None
    return TravelDocument(
        form="TD3",
        issuer=_words(first[2:5]),
        document_number=_words(second[:9]),
        personal_number=_personal_number(personal),
        name=_words(first[5:]),
        birth=second[13:19],
        sex=_sex(second[20]),
        nationality=_words(second[10:13]),
        expires=second[21:27],
    )


def _are_right(checks: tuple[tuple[str, str], ...]) -> bool:
    return all(check_digit(text) == check for text, check in checks)


def _personal_number(optional: str) -> str:
    """Return the text before the first filler: the 12 digits on a Vietnamese card; a check digit follows fillers."""
    return optional.partition("<")[0]


def _words(text: str) -> str:
    return " ".join(text.replace("<", " ").split())


def _sex(letter: str) -> Sex | None:
    return {"M": Sex.MALE, "F": Sex.FEMALE}.get(letter)


def _ages(birth: str, day: date) -> list[int]:
    """Return the possible ages below 100, or none. An unknown month or day is `<<` or `00` (9303-3, 4.8)."""
    year, month, on = birth[:2], birth[2:4].replace("<<", "00"), birth[4:].replace("<<", "00")
    if not f"{year}{month}{on}".isdigit():
        return []
    is_partial = "00" in (month, on)
    ages = []
    for century in (day.year // 100 * 100 - 100, day.year // 100 * 100):
        try:
            born = PartialDate(century + int(year), int(month)) if is_partial else None
            age = age_between(born or date(century + int(year), int(month), int(on)), day)
        except ValueError:
            continue
        if age is not None and age < 100:
            ages.append(age)
    return ages
