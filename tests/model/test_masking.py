"""What may be shown of a document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.cards import parse
from kiosk.model.identity import IdentityCard
from kiosk.model.masking import DOT, hide, mask_number, mask_text


@given(st.text())
def test_what_is_hidden_tells_whether_it_is_there_and_no_more(text: str) -> None:
    assert hide(text) == ("•••" if text else "")


@given(st.text(alphabet="0123456789", max_size=14))
def test_a_number_keeps_its_length_and_its_last_three_where_more_is_hidden(number: str) -> None:
    masked = mask_number(number)
    assert len(masked) == len(number)
    assert masked.lstrip(DOT) == (number[-3:] if len(number) > 3 else "")


@pytest.mark.parametrize(
    ("text", "keep", "masked"),
    [
        ("001|An", "", "•••|••"),
        ("XXXX", "", "••••"),
        ("aXXXXb", "", "••••••"),
        ("service:A service:A", "A", "•••••••:• •••••••:A"),
        ("https://a.vn/tok", "tok", "•••••://•.••/tok"),
    ],
)
def test_all_but_dividers_and_the_last_of_what_is_kept_are_dots(text: str, keep: str, masked: str) -> None:
    assert mask_text(text, keep) == masked
    assert mask_text(text) == mask_text(text, "")


def test_a_reading_has_its_kind_for_a_name_and_flags_are_shown_as_a_list() -> None:
    card = parse("999090000123||Nguyễn Văn An|02011990||Hà Nội|15042021")
    assert isinstance(card, IdentityCard)
    assert (repr(card), str(card)) == ("<IdentityCard>", "<IdentityCard>")
    assert card.masked()["flags"] == ["province_unknown", "sex_unreadable"]
    assert card.sealed_fields() == {
        "kind": "identity_card",
        "number": "999090000123",
        "name": "Nguyễn Văn An",
        "birth": "1990-01-02",
        "address": "Hà Nội",
        "issued": "2021-04-15",
    }
