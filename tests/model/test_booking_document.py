"""docs/booking-code.md tells strangers how to make our codes: made by its words alone, they are ours."""

from __future__ import annotations

import base64
import re
from datetime import date
from pathlib import Path

import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import crypto
from kiosk.model.booking import SignedBooking, encode, typed_code, verify, written_code

DOCUMENT = (Path(__file__).parents[2] / "docs" / "booking-code.md").read_text(encoding="utf-8")
EXAMPLE = DOCUMENT.partition("### Example")[2]
PRIVATE, PUBLIC, SIGNED, SIGNATURE, TEXT = (
    "".join(block.split()) for block in re.findall(r"\n\n((?:    \S+\n)+)", EXAMPLE)
)
BOOKING = SignedBooking("00082", "2026-11-23", 9 * 60 + 30, "A", "743QAYAA")


def _rows(first: str) -> list[list[str]]:
    """Return the cells of the table that begins with this head, row by row, without head and rule."""
    table = DOCUMENT[DOCUMENT.index(f"| {first} |") :].partition("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]


def test_the_example_is_what_the_kiosk_makes_and_takes() -> None:
    private = bytes.fromhex(PRIVATE)
    assert crypto.public_signing_key(private).hex() == PUBLIC
    assert encode(BOOKING, private) == TEXT
    assert verify(TEXT, [bytes.fromhex(PUBLIC)]) == BOOKING


def test_a_stranger_who_follows_the_table_makes_the_same_text() -> None:
    (_, *numbers), _ = _rows("character")
    fields = [
        int(BOOKING.site).to_bytes(3, "big"),
        (date.fromisoformat(BOOKING.day) - date(2020, 1, 1)).days.to_bytes(2, "big"),
        BOOKING.minute.to_bytes(2, "big"),
        BOOKING.service.encode(),
        int("".join(f"{int(number):05b}" for number in numbers), 2).to_bytes(5, "big"),
    ]
    table = [example.split("`")[1] for _, _, example in _rows("bytes") if example]
    assert [field.hex() for field in fields] == table
    signed = b"kiosk booking code\n" + b"".join(fields)
    signature = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(PRIVATE)).sign(signed)
    assert (signed.hex(), signature.hex()) == (SIGNED, SIGNATURE)
    assert "HNK1." + base64.b32encode(b"".join(fields) + signature).decode().rstrip("=") == TEXT


def test_the_check_character_comes_out_as_the_table_says() -> None:
    (_, *numbers), (_, *results) = _rows("character")
    alphabet = re.search(r"`(\w{32})`", DOCUMENT)
    assert alphabet
    result, found = 0, []
    for letter in "743QAYAA":
        result = (2 * result if result < 16 else 2 * result ^ 37) ^ alphabet[1].index(letter)
        found.append(str(result))
    assert found == results
    assert [alphabet[1][int(number)] for number in numbers] == list("743QAYAA")
    assert (typed_code("743q-ayaa"), written_code("743QAYAA")) == ("743QAYAA", "743Q-AYAA")


def test_the_code_is_as_large_as_it_says() -> None:
    code = segno.make(TEXT, error="m", boost_error=False)
    assert (len(TEXT), code.mode, code.version, code.symbol_size(border=0)) == (129, "alphanumeric", 6, (41, 41))
