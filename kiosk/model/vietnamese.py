"""Vietnamese words for digits, letters and times, in the northern form."""

from __future__ import annotations

import re

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
# G is "gờ", not "giê", which sounds like D; Y is distinguished from I.
_NAMES = "A bê xê dê E ép gờ hát I giây ca e-lờ em-mờ en-nờ O pê quy e-rờ ét tê U vê vê-kép ích i-dài dét"
_LETTERS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _NAMES.split(), strict=True))
_SCALES = ((1_000_000, "triệu"), (1000, "nghìn"))
_MOST = 999_999_999
_SHORT = {
    "BHYT": "bảo hiểm y tế",
    "CCCD": "căn cước công dân",
    "CMND": "chứng minh nhân dân",
    "UBND": "ủy ban nhân dân",
    "VNeID": "vi en i ai đi",
    "VietQR": "Việt QR",
}
_SHORT_WORD = re.compile(rf"\b(?:{'|'.join(_SHORT)})\b")


def letter(name: str) -> str:
    """Return the name of a capital letter."""
    return _LETTERS[name].replace("-", " ")


def digits(text: str) -> str:
    """Return digits one by one: "042" is "không bốn hai"."""
    return " ".join(_DIGITS[int(digit)] for digit in text)


def figures(text: str) -> str:
    """Return a written number in words; a long one without dots is a code, as is one that begins with 0."""
    plain = text.replace(".", "")
    is_code = "." not in text and (len(plain) > 6 or plain[0] == "0")
    return digits(plain) if is_code or int(plain) > _MOST else cardinal(int(plain))


def cardinal(number: int) -> str:
    """Return a number from 0 to 999,999,999 in words: 20,005 is "hai mươi nghìn không trăm linh năm"."""
    words: list[str] = []
    rest = number
    for scale, name in _SCALES:
        count, rest = divmod(rest, scale)
        if count:
            words += [*_below_thousand(count, is_inner=bool(words)), name]
    if rest or not words:
        words += _below_thousand(rest, is_inner=bool(words))
    return " ".join(words)


def time(hour: int, minute: int) -> str:
    """Return a time of the day in words: "chín giờ hai mươi tư phút"."""
    return f"{cardinal(hour)} giờ {cardinal(minute)} phút" if minute else f"{cardinal(hour)} giờ"


def unabridged(text: str) -> str:
    """Return a text with its common abbreviations written out."""
    return _SHORT_WORD.sub(lambda found: _SHORT[found[0]], text)


def _below_thousand(number: int, *, is_inner: bool) -> list[str]:
    """Return the words of 0 to 999; inside a larger number its hundreds are named even if they are zero."""
    hundreds, rest = divmod(number, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or is_inner else []
    tens, ones = divmod(rest, 10)
    if tens == 0 and words:
        return [*words, "linh", _DIGITS[ones]] if ones else words
    return [*words, *_below_hundred(tens, ones)]


def _below_hundred(tens: int, ones: int) -> list[str]:
    if tens == 0:
        return [_DIGITS[ones]]
    ten = ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if ones == 0:
        return ten
    special = {5: "lăm"} if tens == 1 else {1: "mốt", 4: "tư", 5: "lăm"}
    return [*ten, special.get(ones, _DIGITS[ones])]
