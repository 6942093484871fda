"""The text of a VietQR code: a transfer to the ward's account that any bank's app in Vietnam fills in by itself.

Source: NAPAS, VietQR format for transfers (QRIBFTTA), after EMVCo's merchant-presented QR code specification 1.1:
fields of a two-digit id, a two-digit length and a value, in the order of their ids, the checksum last.
"""

from __future__ import annotations

import binascii
import re
import unicodedata

from kiosk.errors import EncodingError

MAX_PURPOSE_CHARS = 25
"""The limit of every bank's transfer; banks cut off more, each at its own length."""

_NAPAS = "A000000727"
_TO_ACCOUNT = "QRIBFTTA"
_DONG = "704"
"""ISO 4217; the dong has no smaller unit."""
_BANK = re.compile("[0-9]{6}")
_ACCOUNT = re.compile("[0-9A-Za-z]{1,19}")
_AMOUNTS = range(1, 10**13)
"""EMVCo allows thirteen characters for the amount."""
_NOT_PURPOSE = re.compile("[^0-9A-Za-z.-]+")


def payload(bank_bin: str, account: str, amount_dong: int, message: str) -> str:
    """Return the content of a transfer's QR code, in ASCII.


    Args:
        bank_bin: the bank's six digits at NAPAS.
        message: what both sides will read; put into `purpose` form, and left out when nothing of it remains.
    Raises:
        EncodingError: bank, account or amount cannot be.
    """
    if not _BANK.fullmatch(bank_bin) or not _ACCOUNT.fullmatch(account) or amount_dong not in _AMOUNTS:
        raise EncodingError("a VietQR code needs a bank of 6 digits, an account of up to 19 and an amount of dong")
    text = purpose(message)
    fields = (
        _field("00", "01"),
        _field("01", "12"),  # for one payment; 11 would be a reusable code without an amount
        _field("38", _receiver(bank_bin, account)),
        _field("53", _DONG),
        _field("54", str(amount_dong)),
        _field("58", "VN"),
        _field("62", _field("08", text)) if text else "",
        "6304",
    )
    return _checked("".join(fields))


def purpose(message: str) -> str:
    """Return a message in the form of a transfer: at most 25 of A-Z a-z 0-9, full stop, dash and single spaces."""
    plain = unicodedata.normalize("NFD", message.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NOT_PURPOSE.sub(" ", letters).strip()[:MAX_PURPOSE_CHARS].strip()


def _receiver(bank_bin: str, account: str) -> str:
    beneficiary = _field("00", bank_bin) + _field("01", account)
    return _field("00", _NAPAS) + _field("01", beneficiary) + _field("02", _TO_ACCOUNT)


def _field(id: str, value: str) -> str:
    return f"{id}{len(value):02}{value}"


def _checked(text: str) -> str:
    """Append the checksum of all before it, its own id and length too: CRC-16 with polynomial 0x1021 from 0xFFFF."""
    return f"{text}{binascii.crc_hqx(text.encode('ascii'), 0xFFFF):04X}"
