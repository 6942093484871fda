"""VietQR: codes that others published come out the same, and a reader that knows nothing of ours reads them back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import EncodingError
from kiosk.model.vietqr import MAX_PURPOSE_CHARS, payload, purpose


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE bit by bit: polynomial 0x1021, from 0xFFFF, nothing reflected. Source: ISO/IEC 13239."""
    value = 0xFFFF
    for byte in text.encode("ascii"):
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return f"{value:04X}"


def fields(text: str) -> dict[str, str]:
    """Read ids, lengths and values, in rising order of ids, up to the end."""
    found: dict[str, str] = {}
    while text:
        id, length, text = text[:2], int(text[2:4]), text[4:]
        assert len(text) >= length
        assert id > max(found, default="")
        found[id], text = text[:length], text[length:]
    return found


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            ("970415", "0011001932418", 120_000, "ung ho lu lut"),
            "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN"
            "62170813ung ho lu lut6304C15C",
        ),
        (
            ("970416", "106545446", 80_100, "Thanh toan anyLEARN 8"),
            "00020101021238530010A0000007270123000697041601091065454460208QRIBFTTA53037045405801005802VN"
            "62250821Thanh toan anyLEARN 86304",
        ),
        (
            ("970436", "1023456789", 1_943_000, "TT000069"),
            "00020101021238540010A00000072701240006970436011010234567890208QRIBFTTA5303704540719430005802VN"
            "62120808TT0000696304A8E5",
        ),
    ],
)
def test_a_published_code_comes_out_the_same(asked: tuple[str, str, int, str], expected: str) -> None:
    made = payload(*asked)
    assert made.startswith(expected)
    assert made[-4:] == crc(made[:-4])


def test_the_reading_of_the_checksum_here_is_the_standard_s() -> None:
    assert crc("123456789") == "29B1"
    # The example for transfers to an account in NAPAS's own description of the format.
    example = (
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
        "62340107NPS68690819thanh toan don hang6304"
    )
    assert crc(example) == "2E2E"


@given(
    bank=st.from_regex(r"\A[0-9]{6}\Z").filter(str.isascii),
    account=st.from_regex(r"\A[0-9A-Za-z]{1,19}\Z").filter(str.isascii),
    amount=st.integers(1, 10**13 - 1),
    message=st.text(max_size=60),
)
def test_what_was_asked_is_read_back(bank: str, account: str, amount: int, message: str) -> None:
    text = payload(bank, account, amount, message)
    read = fields(text)
    told = fields(read["38"])
    assert (read["00"], read["01"], read["53"], read["58"]) == ("01", "12", "704", "VN")
    assert (told["00"], told["02"], fields(told["01"])) == ("A000000727", "QRIBFTTA", {"00": bank, "01": account})
    assert int(read["54"]) == amount
    assert (fields(read["62"])["08"] if "62" in read else "") == purpose(message)
    assert list(read)[-1] == "63"
    assert read["63"] == crc(text[:-4])


@given(st.text())
def test_a_purpose_is_plain_whatever_was_asked(message: str) -> None:
    plain = purpose(message)
    assert len(plain) <= MAX_PURPOSE_CHARS
    assert plain.isascii()
    assert plain.replace(" ", "").replace(".", "").replace("-", "").isalnum() or not plain.strip(".- ")
    assert plain == purpose(plain) == " ".join(plain.split())


def test_a_purpose_loses_its_marks_and_keeps_its_words() -> None:
    assert purpose("Phí đăng ký: ĐẶNG\u0300 <b>00082</b>\x1b@") == "Phi dang ky DANG b 00082"
    assert purpose("\x1b@") == ""
    assert "62" not in fields(payload("970436", "1", 1, "!"))


@pytest.mark.parametrize(
    ("bank", "account", "amount"),
    [("97043", "1", 1), ("٩٧٠٤٣٦", "1", 1), ("970436", "", 1), ("970436", "1" * 20, 1), ("970436", "1 2", 1)]
    + [("970436", "1", amount) for amount in (0, -1, 10**13)],
)
def test_what_no_bank_would_take_is_refused(bank: str, account: str, amount: int) -> None:
    with pytest.raises(EncodingError):
        payload(bank, account, amount, "")
