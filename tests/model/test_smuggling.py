"""Whatever a stranger's code holds: it is answered, and nothing of it reaches what may be shown, printed or spoken."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.fuzz import judge, smuggled
from benchmarks.payloads import Mint
from kiosk.model.cards import parse
from kiosk.model.identity import IdentityCard
from tests.model.payloads import CARD_2021, VALID

MINT = Mint.of("smuggling")
DIVIDERS = "|\n"
NASTY = ["", "|", "$", "<", "\0", "\n", "0", "²", "ễ", "\x1b@", "\ud800", "\u202e", "<script>", "a\u0301\u0301\u0301"]

texts = st.text() | st.text(st.characters(categories=["Cs", "Cc", "Cf", "Lo", "Mn", "Nd", "Lu"]), max_size=60)


def _is_harmless(text: str) -> bool:
    return not judge(text, "", MINT)[1]


@given(texts)
def test_no_text_is_too_strange(text: str) -> None:
    assert _is_harmless(text)


@given(st.binary(max_size=200))
def test_no_bytes_are_too_strange(content: bytes) -> None:
    assert _is_harmless(content.decode("latin-1"))


@given(
    payload=st.sampled_from(VALID),
    edits=st.lists(st.tuples(st.integers(0, 120), st.sampled_from(NASTY)), max_size=6),
)
def test_no_card_is_too_damaged(payload: str, edits: list[tuple[int, str]]) -> None:
    for place, letters in edits:
        payload = payload[:place] + letters + payload[place + 1 :]
    assert _is_harmless(payload)


@given(payload=st.sampled_from(VALID), place=st.integers(0, 10), text=texts, is_hex=st.booleans())
@example(CARD_2021, 2, "Nguyễn <b>Văn</b> An", False)
@example(CARD_2021, 2, "An \x1dV\0", False)
def test_no_field_carries_anything_out(payload: str, place: int, text: str, is_hex: bool) -> None:
    divider = next((one for one in DIVIDERS if one in payload), "|")
    parts = payload.split(divider)
    parts[place % len(parts)] = text.encode("utf-8", "replace").hex() if is_hex else text
    assert _is_harmless(divider.join(parts))


@given(st.text(st.characters(categories=["L", "M", "P"]), min_size=1, max_size=120))
def test_a_name_shows_first_letters_and_dots_alone(name: str) -> None:
    payload = CARD_2021.replace("Nguyễn Văn An", name)
    read = parse(payload)
    assert not smuggled(read, payload)
    if isinstance(read, IdentityCard):
        assert all(len(word) == 1 or set(word[1:]) == {"•"} for word in read.masked_name.split(" "))


def test_a_flood_of_marks_is_not_shown() -> None:
    read = parse(CARD_2021.replace("Văn", "V" + "\u0489" * 50))
    assert isinstance(read, IdentityCard)
    assert read.masked_name == "N••••• V" + "•" * 50 + " A•"


def test_100_kb_of_text_are_put_aside_unread() -> None:
    for payload in VALID:
        flooded = payload + "A" * 100_000
        assert _is_harmless(flooded)
        assert parse(flooded).masked() == {"reason": "too_long"}
