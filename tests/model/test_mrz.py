"""The machine readable zone where its rules are finest: ages at the turn of a century, a month, an empty field."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.mrz import TravelDocument, check_digit, read


def _card(birth: str) -> TravelDocument:
    """Return the card of somebody born then, YYMMDD as written in the zone."""
    first = f"IDVNM090000123{check_digit('090000123')}001090000123<<4"
    second = f"{birth}{check_digit(birth)}M300102{check_digit('300102')}VNM".ljust(29, "<")
    composite = check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    document = read(first + second + composite + "NGUYEN<<VAN<AN".ljust(30, "<"))
    assert document
    return document


def _passport(personal: str, check: str) -> TravelDocument | None:
    second = f"L898902C36UTO7408122F1204159{personal.ljust(14, '<')}{check}"
    composite = check_digit(second[:10] + second[13:20] + second[21:43])
    return read("P<UTOERIKSSON<<ANNA<MARIA".ljust(44, "<") + second + composite)


@given(st.dates(date(1927, 1, 1), date(2046, 12, 31)), st.dates(date(2026, 11, 1), date(2046, 11, 1)))
def test_the_age_is_the_oldest_below_a_hundred(born: date, day: date) -> None:
    """Of the dates of birth that the two digits can mean, those of a living person; worked out day by day."""
    birthdays = [year for year in range(1900, 2047) if year % 100 == born.year % 100]
    ages = []
    for year in birthdays:
        if (born.month, born.day) == (2, 29) and year % 4:
            continue
        age = day.year - year - (f"{day:%m%d}" < f"{born:%m%d}")
        if f"{year}{born:%m%d}" <= f"{day:%Y%m%d}" and age < 100:
            ages.append(age)
    assert _card(f"{born:%y%m%d}").age_on(day) == (max(ages) if ages else None)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("261202", date(2026, 12, 1), 99),
        ("261202", date(2026, 12, 2), 0),
        ("050102", date(2026, 1, 2), 21),
        ("000229", date(2026, 3, 1), 26),
        ("990102", date(2100, 1, 2), 1),
        ("900102", date(2100, 1, 2), 10),
        ("461200", date(2026, 12, 30), 79),
        ("461200", date(2026, 12, 31), 80),
        ("461300", date(2026, 12, 31), None),
        ("461332", date(2026, 12, 31), None),
        ("46A102", date(2026, 12, 31), None),
        ("460<02", date(2026, 12, 31), None),
        ("4<0102", date(2026, 12, 31), None),
        ("4600A1", date(2026, 12, 31), None),
    ],
)
def test_ages_at_the_turn_of_a_century_and_of_months_that_are_none(birth: str, day: date, age: int | None) -> None:
    assert _card(birth).age_on(day) == age


@pytest.mark.parametrize("check", ["<", "0"])
def test_an_empty_personal_number_may_have_a_filler_for_its_check_digit(check: str) -> None:
    passport = _passport("", check)
    assert passport is not None
    assert (passport.personal_number, passport.number, passport.expires) == ("", None, "120415")


@pytest.mark.parametrize(("personal", "check"), [("", "1"), ("XX", "<"), ("ZE184226B", "<"), ("ZE184226B", "2")])
def test_a_personal_number_needs_its_check_digit(personal: str, check: str) -> None:
    assert _passport(personal, check) is None
