"""Persons nobody is, with the cards, bookings and receipts they carry, for a day whose traces are looked for."""

from __future__ import annotations

import base64
import random
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from kiosk.records import Record

_FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý"
_MIDDLES = "Văn Thị Hữu Đức Minh Ngọc Thanh Quốc Xuân Thuỳ Khánh Bảo"
_GIVEN = "An Bình Chi Dũng Giang Hạnh Khôi Linh Mai Nghĩa Oanh Phúc Quỳnh Sơn Trang Uyên Vinh Yến"
_STREETS = ["Hàng Trống", "Lý Thường Kiệt", "Phan Bội Châu", "Quán Sứ", "Thợ Nhuộm", "Trần Hưng Đạo"]
_WARDS = ["Cửa Nam", "Hoàn Kiếm", "Ba Đình", "Hai Bà Trưng"]
_FIRST = date(1935, 1, 1)


class Person(Record):
    """Somebody invented: name, 12 digits, birth and address."""

    name: str
    number: str
    birth: date
    address: str
    is_male: bool

    @property
    def card(self) -> str:
        """The QR code of the identity card of 2021."""
        sex = "Nam" if self.is_male else "Nữ"
        return f"{self.number}||{self.name}|{self.birth:%d%m%Y}|{sex}|{self.address}|15042021"

    @property
    def new_card(self) -> str:
        """The QR code of the identity card of 2024."""
        return f"{self.card}||||"

    @property
    def insurance(self) -> str:
        """The QR code of the health-insurance card: name and address as hex."""
        name, address = self.name.encode().hex(), self.address.encode().hex()
        return f"GD401{self.number[2:]}|{name}|{self.birth:%d/%m/%Y}|1|{address}|01 - 001|01/01/2026$"

    @property
    def zone(self) -> str:
        """The machine readable zone of the card's back."""
        document = self.number[-9:]
        head = f"IDVNM{document}{_check(document)}{self.number}<<"
        birth, until = f"{self.birth:%y%m%d}", "350102"
        middle = f"{birth}{_check(birth)}{'M' if self.is_male else 'F'}{until}{_check(until)}VNM" + "<" * 11
        family, _, others = folded(self.name).upper().partition(" ")
        names = f"{family}<<{others.replace(' ', '<')}"[:30].ljust(30, "<")
        head += _check(head[5:30])
        both = head[5:30] + birth + _check(birth) + until + _check(until) + "<" * 11
        return "\n".join((head, middle + _check(both), names))

    @property
    def secrets(self) -> Iterator[str]:
        """Everything that would tell who this is."""
        yield from (self.number, self.name, folded(self.name), folded(self.name).upper(), self.address)
        yield from (self.card, self.insurance, self.zone.splitlines()[0], self.zone.splitlines()[2].rstrip("<"))


def persons(count: int, seed: int = 1) -> list[Person]:
    """Return so many different persons, old and young."""
    chance = random.Random(seed)
    return [_person(chance, place) for place in range(count)]


def folded(text: str) -> str:
    """Return a text without marks."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def forms(text: str) -> Iterator[bytes]:
    """Return all the bytes a text could lie somewhere as: UTF-8 and UTF-16, plain, in base64 and in hex."""
    for raw in (text.encode(), unicodedata.normalize("NFD", text).encode(), text.encode("utf-16-le")):
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for offset in range(3):  # base64 looks different by where in three bytes a text begins
            coded = base64.b64encode(bytes(offset) + raw)
            yield coded[4 if offset else 0 : len(coded) - 4]
    yield text.encode("utf-16-be")
    yield text.encode("unicode_escape")


def _person(chance: random.Random, place: int) -> Person:
    is_male = chance.random() < 0.5
    birth = _FIRST + timedelta(days=chance.randrange(29_000))
    century = (0 if birth.year < 2000 else 2) + (0 if is_male else 1)
    number = f"001{century}{birth:%y}{900_000 - place * 7:06}"
    name = " ".join(chance.choice(words.split()) for words in (_FAMILIES, _MIDDLES, _MIDDLES, _GIVEN))
    address = f"Số {137 + place} {chance.choice(_STREETS)}, {chance.choice(_WARDS)}, Hà Nội"
    return Person(name, number, birth, address, is_male)


def _check(text: str) -> str:
    """Return the check digit of a machine readable zone. Source: ICAO 9303, part 3, section 4.9."""
    values = (int(sign) if sign.isdigit() else 0 if sign == "<" else ord(sign) - 55 for sign in text)
    return str(sum(value * weight for value, weight in zip(values, (7, 3, 1) * 30, strict=False)) % 10)
