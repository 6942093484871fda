"""The health-insurance card: fields that are missing, wrong or too many."""

from __future__ import annotations

import pytest

from kiosk.model.identity import Sex
from kiosk.model.insurance import InsuranceCard, read


def _card(*, number: str = "0123456789", name: str = "", sex: str = "1", address: str = "", more: int = 0) -> str:
    fields = [number, name or "Nguyễn Văn An".encode().hex(), "02/01/1990", sex, address, *["-"] * more]
    return "|".join(fields) + "$"


def _read(text: str) -> InsuranceCard:
    card = read(text)
    assert card is not None
    return card


@pytest.mark.parametrize("more", [0, 1, 25])
def test_a_card_has_five_to_thirty_fields(more: int) -> None:
    card = _read(_card(address="Hà Nội".encode().hex(), more=more))
    assert (card.card_number, card.name, card.address, card.number) == ("0123456789", "Nguyễn Văn An", "Hà Nội", None)


@pytest.mark.parametrize(
    "text",
    [
        _card(more=26),
        _card().rpartition("|")[0] + "$",
        _card().removesuffix("$"),
        _card(number="012345678"),
        _card(number="0123456789X"),
        _card(name="Nguyen Van An"),
        _card(name="414"),
        _card(name="ff"),
        _card(name="0a"),
    ],
)
def test_what_is_no_card_by_its_fields_is_none(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("address", ["", "Ha Noi", "ff", b"\x1b@".hex(), ("a" * 301).encode().hex()])
def test_an_address_that_cannot_be_is_left_out(address: str) -> None:
    assert _read(_card(address=address)).address == ""


@pytest.mark.parametrize(("sex", "told"), [("1", Sex.MALE), ("2", Sex.FEMALE), ("0", None), ("", None)])
def test_the_sex_is_a_figure(sex: str, told: Sex | None) -> None:
    assert _read(_card(sex=sex)).sex is told
