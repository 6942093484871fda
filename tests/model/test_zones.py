"""Machine readable zones: read by their shape, as every card is."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.model import mrz
from kiosk.model.cards import Opaque, Reason, parse
from kiosk.model.identity import Sex
from kiosk.model.mrz import TravelDocument
from tests.model.payloads import TD1, TD3


def travel_document(payload: str) -> TravelDocument:
    """Read what must be a machine readable zone."""
    parsed = parse(payload)
    assert isinstance(parsed, TravelDocument), payload
    return parsed


@pytest.mark.parametrize(
    "zone",
    [
        TD1.lower(),
        TD1.rstrip("<"),
        TD1.replace("\n", "\r"),
        TD1.replace("\n", "\r\n") + "\r\n",
        TD3.lower(),
    ],
)
def test_a_zone_is_read_however_its_reader_writes_it(zone: str) -> None:
    assert travel_document(zone).fields() == travel_document(TD1 if "vnm" in zone.lower() else TD3).fields()


@pytest.mark.parametrize(
    ("birth", "ages"),
    [
        ("460000", [79, 79, 80]),
        ("46<<<<", [79, 79, 80]),
        ("4611<<", [79, 80, 80]),
        ("461100", [79, 80, 80]),
        ("46<<02", [79, 79, 80]),
        ("<<<<<<", [None] * 3),
        ("461302", [None] * 3),
    ],
)
def test_a_zone_that_tells_a_part_of_the_birth_has_the_age_that_is_sure(birth: str, ages: list[int | None]) -> None:
    second = f"{birth}{mrz.check_digit(birth)}M3001020VNM".ljust(29, "<")
    first, _, third = TD1.split("\n")
    composite = mrz.check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    read = travel_document(first + second + composite + third)
    assert [read.age_on(day) for day in (date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 31))] == ages


def test_a_card_s_zone_is_read() -> None:
    read = travel_document(TD1)
    assert (read.form, read.issuer, read.document_number, read.number) == ("TD1", "VNM", "090000123", "001090000123")
    assert (read.name, read.birth, read.sex, read.expires) == ("NGUYEN VAN AN", "900102", Sex.MALE, "300102")
    assert read.age_on(date(2026, 1, 1)) == 35


def test_a_passport_s_zone_is_read_with_and_without_line_ends() -> None:
    for payload in (TD3, TD3.replace("\n", ""), TD3.replace("\n", "\r\n")):
        read = travel_document(payload)
        assert (read.form, read.document_number, read.personal_number) == ("TD3", "L898902C3", "ZE184226B")
        assert read.number is None
        assert (read.name, read.nationality, read.sex) == ("ERIKSSON ANNA MARIA", "UTO", Sex.FEMALE)


def test_a_number_of_more_than_nine_characters_goes_on_in_the_optional_field() -> None:
    """Source: the specimen of ICAO 9303 part 5, section 4.2.4 on long document numbers."""
    number = "D23145890734"
    first = f"I<UTO{number[:9]}<{number[9:]}{mrz.check_digit(number)}".ljust(30, "<")
    second = f"740812{mrz.check_digit('740812')}F120415{mrz.check_digit('120415')}UTO".ljust(29, "<")
    composite = mrz.check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    read = travel_document(first + second + composite + "ERIKSSON<<ANNA<MARIA".ljust(30, "<"))
    assert (read.document_number, read.personal_number) == (number, "")


@pytest.mark.parametrize(("text", "digit"), [("520727", "3"), ("AB2134<<<", "5"), ("D23145890", "7"), ("<<<", "0")])
def test_check_digits_are_icao_s(text: str, digit: str) -> None:
    assert mrz.check_digit(text) == digit


@pytest.mark.parametrize("zone", [TD1, TD3])
def test_a_zone_with_any_checked_digit_misread_is_not_believed(zone: str) -> None:
    first_digits = [place for place, letter in enumerate(zone) if letter.isdigit()]
    assert len(first_digits) > 20
    for place in first_digits:
        misread = zone[:place] + str((int(zone[place]) + 1) % 10) + zone[place + 1 :]
        assert parse(misread) == Opaque(Reason.MISREAD), misread


def test_a_passport_of_ours_has_the_12_digits_and_a_stranger_s_has_not() -> None:
    def passport(issuer: str) -> str:
        personal = "001090000123<<"
        checked = [f"{part}{mrz.check_digit(part)}" for part in ("C1234567<", "900102", "300102", personal)]
        second = f"{checked[0]}{issuer}{checked[1]}M{checked[2]}{checked[3]}"
        composite = mrz.check_digit(second[:10] + second[13:20] + second[21:43])
        return f"P<{issuer}NGUYEN<<VAN<AN".ljust(44, "<") + second + composite

    assert travel_document(passport("VNM")).number == "001090000123"
    assert travel_document(passport("UTO")).number is None
