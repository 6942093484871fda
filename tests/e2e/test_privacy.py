"""Planted persons are found nowhere after their visits, and the search would find them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.persons import forms, persons
from tests.e2e.private_day import spend, traces


@pytest.mark.parametrize("place", range(15))
def test_the_search_finds_whatever_form_a_person_lies_in(place: int) -> None:
    person = persons(3)[1]
    for secret in person.secrets:
        lying = list(forms(secret))
        held = b"something before " + lying[place % len(lying)] + b" and after"
        assert list(traces([person], {"var/kiosk.db": held})) == ["var/kiosk.db: person 0"]


def test_nobody_is_found_after_a_morning_of_cards_bookings_and_receipts(tmp_path: Path) -> None:
    try:
        day = spend(tmp_path, 14)
    except PermissionError:
        pytest.skip("listening on loopback needs root")
    assert day.traces == ()
    assert (day.issued, day.boxes, day.opened) == (10, 4, 4)
    assert day.searched_bytes > 100_000
