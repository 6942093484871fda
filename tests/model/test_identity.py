"""The identity card's fields at their limits, and the 12 digits by the rule that gives them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.cards import MAX_PAYLOAD_CHARS, Opaque, Reason, is_noise, parse
from kiosk.model.identity import (
    MAX_ADDRESS_CHARS,
    MAX_NAME_CHARS,
    Birth,
    Flag,
    IdentityCard,
    IdentityNumber,
    PartialDate,
    Sex,
    age_between,
    is_address,
    is_name,
    read_birth,
    read_card,
)


def _card(
    *, number: str = "001090000123", old: str = "", birth: str = "02011990", sex: str = "Nam", more: str = ""
) -> str:
    return f"{number}|{old}|Nguyễn Văn An|{birth}|{sex}|Hà Nội{more}"


def _read(text: str) -> IdentityCard:
    card = read_card(text)
    assert card is not None
    return card


@pytest.mark.parametrize("digit", range(10))
def test_the_fourth_digit_tells_sex_and_century(digit: int) -> None:
    centuries = (1900, 1900, 2000, 2000, 2100, 2100, 2200, 2200, 2300, 2300)
    number = IdentityNumber(f"001{digit}05000123")
    assert number.birth_year == centuries[digit] + 5
    assert number.sex is (Sex.MALE if digit in (0, 2, 4, 6, 8) else Sex.FEMALE)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["", "/", "-", "."]))
def test_every_date_of_birth_is_read_whole_and_in_part(born: date, between: str) -> None:
    day, month, year = f"{born:%d}", f"{born:%m}", f"{born.year}"
    assert read_birth(between.join((day, month, year))) == born
    assert read_birth(between.join(("00", month, year))) == PartialDate(born.year, born.month)
    assert read_birth(between.join(("00", "00", year))) == PartialDate(born.year)
    assert read_birth(year) == PartialDate(born.year)
    if between:
        assert read_birth(between.join((month, year))) == PartialDate(born.year, born.month)


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("01011900", date(1900, 1, 1)),
        ("31121899", None),
        ("1899", None),
        ("00121990", PartialDate(1990, 12)),
        ("00131990", None),
        ("12/1990", PartialDate(1990, 12)),
        ("13/1990", None),
        ("011990", None),
        ("29022001", None),
        ("31111990", None),
        ("01001990", None),
        ("", None),
        ("2/1/1990", None),
    ],
)
def test_a_birth_that_cannot_be_is_none(text: str, birth: Birth | None) -> None:
    assert read_birth(text) == birth


@pytest.mark.parametrize(
    ("birth", "text", "latest"),
    [
        (PartialDate(1990), "1990", date(1990, 12, 31)),
        (PartialDate(1992, 2), "1992-02", date(1992, 2, 29)),
        (PartialDate(1990, 11), "1990-11", date(1990, 11, 30)),
    ],
)
def test_of_a_birth_known_in_part_the_last_day_counts(birth: PartialDate, text: str, latest: date) -> None:
    assert (str(birth), birth.latest) == (text, latest)


@given(st.dates(date(1900, 1, 1), date(2046, 12, 31)), st.dates(date(1900, 1, 1), date(2046, 12, 31)))
def test_the_age_is_how_many_birthdays_have_passed(born: date, day: date) -> None:
    birthdays = [year for year in range(born.year + 1, day.year + 1) if f"{year}{born:%m%d}" <= f"{day:%Y%m%d}"]
    assert age_between(born, day) == (len(birthdays) if born <= day else None)
    assert age_between(None, day) is None


@pytest.mark.parametrize("fields", range(1, 15))
def test_a_card_has_six_to_eleven_fields(fields: int) -> None:
    whole = [*_card().split("|"), "15042021", "", "", "", "", "", "", "", ""]
    card = read_card("|".join(whole[:fields]))
    assert (card is not None) is (6 <= fields <= 11)
    assert card is None or card.issued == (date(2021, 4, 15) if fields > 6 else None)


@pytest.mark.parametrize(
    ("old", "told"),
    [("123456789", "123456789"), ("001090000123", "001090000123"), ("12345678", ""), ("1234567890", ""), ("x", "")],
)
def test_an_old_number_has_nine_digits_or_twelve(old: str, told: str) -> None:
    assert _read(_card(old=old)).old_number == told


@pytest.mark.parametrize(
    ("sex", "told"), [("Nam", Sex.MALE), ("NAM", Sex.MALE), ("nữ", Sex.FEMALE), ("NỮ", Sex.FEMALE)]
)
def test_the_sex_is_read_in_any_case(sex: str, told: Sex) -> None:
    card = _read(_card(sex=sex))
    assert card.sex is told
    assert card.flags == (frozenset() if told is Sex.MALE else {Flag.SEX_DIFFERS})


@pytest.mark.parametrize(
    ("birth", "flags"),
    [
        ("02011990", set()),
        ("02012090", {Flag.CENTURY_DIFFERS}),
        ("02011991", {Flag.YEAR_DIFFERS}),
        ("02012091", {Flag.CENTURY_DIFFERS, Flag.YEAR_DIFFERS}),
        ("31021990", {Flag.BIRTH_UNREADABLE}),
    ],
)
def test_the_number_is_held_against_the_birth(birth: str, flags: set[Flag]) -> None:
    assert _read(_card(birth=birth)).flags == flags


@pytest.mark.parametrize(("province", "is_ours"), [("001", True), ("096", True), ("003", False), ("000", False)])
def test_a_number_of_no_province_is_flagged(province: str, is_ours: bool) -> None:
    assert IdentityNumber(f"{province}090000123").flags == (set() if is_ours else {Flag.PROVINCE_UNKNOWN})


def test_names_and_addresses_end_where_a_card_has_no_more_room() -> None:
    assert is_name("A" * MAX_NAME_CHARS)
    assert not is_name("A" * (MAX_NAME_CHARS + 1))
    assert is_name("A")
    assert not is_name("")
    assert is_address("")
    assert is_address("Số 1" * (MAX_ADDRESS_CHARS // 4))
    assert not is_address("a" * (MAX_ADDRESS_CHARS + 1))


@pytest.mark.parametrize(
    "name", ["-An", "'An", " An", ".An", "An1", "An<", "An\x1b", "Ань", "An\u202e", "阮", "An|", "An_"]
)
def test_what_no_card_has_in_a_name_is_no_name(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize("address", ["a<b", "a>b", "a{b", "a}b", "a\nb", "a\x1bb", "a\u202eb"])
def test_what_a_printer_or_a_page_would_obey_is_no_address(address: str) -> None:
    assert not is_address(address)


def test_a_payload_of_the_most_characters_is_looked_at() -> None:
    card = _card()
    assert isinstance(parse(card + " " * (MAX_PAYLOAD_CHARS - len(card))), IdentityCard)
    longer = parse(card + " " * (MAX_PAYLOAD_CHARS - len(card) + 1))
    assert isinstance(longer, Opaque)
    assert longer.reason is Reason.TOO_LONG


@pytest.mark.parametrize(
    ("payload", "noise"),
    [("abc", True), ("abcd", False), ("a-b-c-d", False), ("-----", True), ("abcd\x06", True), ("\x07abcd", False)],
)
def test_fewer_than_four_letters_or_a_signal_among_them_are_noise(payload: str, noise: bool) -> None:
    assert is_noise(payload) is noise
