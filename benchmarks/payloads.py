"""Payloads for the fuzzing: genuine ones of people who do not exist, and what chance, wear and malice make of them."""

from __future__ import annotations

import base64
import hashlib
import string
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from kiosk import crypto
from kiosk.model import mrz, vietqr
from kiosk.model.booking import CODES, PREFIX, SignedBooking, code_of, encode
from kiosk.model.token import token_of
from kiosk.records import Record

BASE32 = string.ascii_uppercase + "234567"
_PACKED_BYTES = 13
_ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group Ed25519 signs in: added to a signature's second half, it is the classic second way to write it."""

_NAMES = ("Nguyễn", "Trần", "Đỗ", "Ước", "Thị", "Văn", "Ánh", "Quỳnh", "Y", "Ê", "Hoàng", "Phúc", "Lê", "Đặng")
_PLACES = ("Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội", "Thôn 3, Xã Chương Mỹ, Hà Nội", "Tổ 5 - Cửa Nam; P.12/3", "")
_NASTY: tuple[str, ...] = (
    *(chr(code) for code in (*range(32), 0x7F, *range(0x80, 0xA0))),
    *("\x1b@", "\x1bp\x00\x19\xfa", "\x1dV\x00", "\x10\x04\x01", "\x1d(L\x06\x000E", "\x1b[2J", "\x1b]0;x\x07"),
    *("<script>alert(1)</script>", "<speak>", "&lt;b&gt;", "{{7*7}}", "${x}", "%s%n", "'; DROP TABLE ticket;--"),
    *("../../etc/passwd", "|", "||", "$", "<<<", ":", "HNK1.", "HNK:", "=", "\r\n", "\0" * 40, "9" * 500),
    *("\u202e", "\u2066", "\u200d", "\u200b", "\ufeff", "\u2028", "\u00a0", "\u3164", "\U000e0041", "\ufffe"),
    *("\ud800", "\udfff", "\U0010ffff", "a" + "\u0301" * 300, "İ", "ı", "ß", "ŉ", "ﬁ", "\ufdfa", "²", "½", "Ⅷ"),
    *("０１２", "٠١٢", "१२३", "𝟘𝟙", "👩\u200d👩\u200d👧", "Ｎ", "ſ", "K", "–", "−"),
)

_NASTY_OR_PLAIN: tuple[str, ...] = (*_NASTY, *string.printable)


class Mint(Record):
    """A city that signs bookings with one of two keys, a stranger who does too, and what the city has signed."""

    city: tuple[bytes, bytes]
    public_keys: tuple[bytes, ...]
    stranger: bytes
    signed: tuple[str, ...]

    @classmethod
    def of(cls, seed: str, count: int = 64) -> Mint:
        """Return the mint of a seed, always the same one."""
        one, other, stranger = (hashlib.sha256(f"{seed} {who}".encode()).digest() for who in ("city", "next", "thief"))
        rng = Random(f"{seed} bookings")
        texts = tuple(encode(_booking(rng), rng.choice((one, other))) for _ in range(count))
        return cls((one, other), tuple(map(crypto.public_signing_key, (one, other))), stranger, texts)


def payload(rng: Random, mint: Mint) -> tuple[str, str]:
    """Return one payload, and the kind it must be read as; "" where nobody can say."""
    share = rng.random()
    if share < 0.12:
        kind, text = _genuine(rng, mint)
        return text, kind
    if share < 0.40:
        return _FORGERIES[rng.randrange(len(_FORGERIES))](rng, mint), ""
    if share < 0.55:
        return rng.randbytes(rng.randrange(300)).decode(rng.choice(("latin-1", "utf-8")), "replace"), ""
    if share < 0.60:
        return "".join(rng.choices(_NASTY, k=rng.randrange(12))), ""
    text = _genuine(rng, mint)[1]
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        text = _DAMAGES[rng.randrange(len(_DAMAGES))](rng, text)
    return text, ""


def _genuine(rng: Random, mint: Mint) -> tuple[str, str]:
    kind = rng.choice(list(_GENUINE))
    return kind.partition(" ")[0], _GENUINE[kind](rng) if kind != "booking signed" else rng.choice(mint.signed)


def _number(rng: Random) -> str:
    return f"{rng.choice(('001', '079', '096', '999'))}{rng.randrange(10**9):09}"


def _day(rng: Random) -> date:
    return date(1920, 1, 1) + timedelta(rng.randrange(40_000))


def _name(rng: Random) -> str:
    return " ".join(rng.choices(_NAMES, k=rng.randint(1, 5)))


def _card(rng: Random) -> str:
    sex, tail = rng.choice(("Nam", "Nữ")), rng.choice(("", "||||"))
    old = rng.choice(("", "012345678"))
    place = rng.choice(_PLACES)
    return f"{_number(rng)}|{old}|{_name(rng)}|{_day(rng):%d%m%Y}|{sex}|{place}|{_day(rng):%d%m%Y}{tail}"


def _insurance(rng: Random) -> str:
    number = rng.choice((f"GD401{rng.randrange(10**10):010}", f"{rng.randrange(10**10):010}", _number(rng)))
    name, place = _name(rng).encode().hex(), rng.choice(_PLACES).encode().hex()
    return f"{number}|{name}|{_day(rng):%d/%m/%Y}|{rng.choice('12')}|{place}|01 - 001|-|01/01/2026|$"


def _checked(text: str) -> str:
    return text + mrz.check_digit(text)


def _td1(rng: Random) -> str:
    number = _number(rng)
    first = ("IDVNM" + _checked(number[3:]) + number).ljust(29, "<")
    first = first[:28] + _checked(number)[-1] + "<"
    second = f"{_checked(f'{_day(rng):%y%m%d}')}{rng.choice('MF')}{_checked(f'{_day(rng):%y%m%d}')}VNM".ljust(29, "<")
    composite = mrz.check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    return "\n".join((first, second + composite, "NGUYEN<<VAN<AN".ljust(30, "<")))


def _td3(rng: Random) -> str:
    issuer = rng.choice(("VNM", "UTO", "KOR"))
    second = (
        f"{_checked(f'C{rng.randrange(10**7):07}<')}{issuer}{_checked(f'{_day(rng):%y%m%d}')}{rng.choice('MF<')}"
        f"{_checked(f'{_day(rng):%y%m%d}')}{_checked(_number(rng) + '<<')}"
    )
    composite = mrz.check_digit(second[:10] + second[13:20] + second[21:43])
    return f"P<{issuer}NGUYEN<<VAN<AN".ljust(44, "<") + "\n" + second + composite


def _dossier(rng: Random) -> str:
    agency = rng.choice(("000.00.01.H26", "H26", "H26.1.12"))
    return f"{agency}-{_day(rng):%y%m%d}-{rng.randrange(10**4):04}"


def _token(rng: Random) -> str:
    return rng.choice(("", "https://kiosk.example/t/")) + token_of(rng.randbytes(8), "00082", "2026-11-23", "A001")


def _choice(rng: Random) -> str:
    return "HNK:" + rng.choice(("take", "service:A", "procedure:2.000815", "language:vi", "key:"))


def _opaque(rng: Random) -> str:
    """What others' codes hold: VNeID's own, an address, a transfer."""
    return rng.choice(
        (
            base64.b64encode(rng.randbytes(rng.choice((90, 250, 700)))).decode(),
            "https://vneid.gov.vn/?d=" + base64.urlsafe_b64encode(rng.randbytes(60)).decode(),
            vietqr.payload("970436", f"{rng.randrange(10**10):010}", rng.randrange(1, 10**7), _name(rng)),
        )
    )


def _booking(rng: Random) -> SignedBooking:
    day = date(2026, 11, 1) + timedelta(rng.randrange(60))
    site, service = f"{rng.randrange(10**5):05}", rng.choice(string.ascii_uppercase)
    return SignedBooking(site, day.isoformat(), rng.randrange(1440), service, code_of(rng.randrange(CODES)))


_GENUINE: dict[str, Callable[[Random], str]] = {
    "identity_card": _card,
    "identity_number": _number,
    "mrz td1": _td1,
    "mrz td3": _td3,
    "insurance_card": _insurance,
    "dossier": _dossier,
    "ticket": _token,
    "choice": _choice,
    "opaque": _opaque,
    "booking typed": lambda rng: code_of(rng.randrange(CODES)),
    "booking signed": lambda rng: "",  # from the mint
}


def _place(rng: Random, text: str) -> int:
    return rng.randrange(len(text) + 1)


def _inserted(rng: Random, text: str) -> str:
    place = _place(rng, text)
    return text[:place] + rng.choice(_NASTY) + text[place:]


def _overwritten(rng: Random, text: str) -> str:
    place = _place(rng, text)
    return text[:place] + rng.choice(_NASTY_OR_PLAIN) + text[place + 1 :]


def _field_replaced(rng: Random, text: str) -> str:
    parts = text.split("|")
    parts[rng.randrange(len(parts))] = "".join(rng.choices((*_NASTY, *_NAMES), k=rng.randint(1, 3)))
    return "|".join(parts)


def _flooded(rng: Random, text: str) -> str:
    """Append up to 100,000 characters: more than any code holds, and sometimes just less."""
    piece, size = rng.choice(_NASTY), rng.choice((10, 1000, 4000, 100_000))
    return text + (piece * (size // len(piece)))


def _shuffled(rng: Random, text: str) -> str:
    parts = text.split("|")
    rng.shuffle(parts)
    return "|".join(parts)


_DAMAGES: tuple[Callable[[Random, str], str], ...] = (
    _inserted,
    _overwritten,
    _field_replaced,
    _shuffled,
    lambda rng, text: text[: _place(rng, text)],
    lambda rng, text: text[_place(rng, text) :],
    lambda rng, text: text + text,
    lambda rng, text: text.swapcase(),
    lambda rng, text: unicodedata.normalize(rng.choice(("NFD", "NFKD")), text),
    lambda rng, text: text.encode("utf-8", "surrogatepass").decode("latin-1"),
    lambda rng, text: text.replace("\n", rng.choice(("\r\n", " ", "", "\0"))),
    lambda rng, text: text[::-1],
    _flooded,
)


def _unpacked(rng: Random, mint: Mint) -> bytearray:
    return bytearray(base64.b32decode(rng.choice(mint.signed)[len(PREFIX) :] + "===="))


def _packed(signed: bytes | bytearray) -> str:
    return PREFIX + base64.b32encode(signed).decode("ascii").rstrip("=")


def _bits_flipped(rng: Random, mint: Mint) -> str:
    signed = _unpacked(rng, mint)
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        signed[rng.randrange(len(signed))] ^= 1 << rng.randrange(8)
    return _packed(signed)


def _signed_by_a_stranger(rng: Random, mint: Mint) -> str:
    return encode(_booking(rng), mint.stranger)


def _replayed(rng: Random, mint: Mint) -> str:
    """One booking's fields under another's signature, whole or some of them."""
    one, other = _unpacked(rng, mint), _unpacked(rng, mint)
    start, end = sorted(rng.sample((0, 3, 5, 7, 8, _PACKED_BYTES), 2))
    one[start:end] = other[start:end]
    return _packed(one)


def _written_another_way(rng: Random, mint: Mint) -> str:
    signed = _unpacked(rng, mint)
    scalar = int.from_bytes(signed[-32:], "little") + _ORDER * rng.randint(1, 7)
    return _packed(signed[:-32] + scalar.to_bytes(32, "little"))


def _signed_for_something_else(rng: Random, mint: Mint) -> str:
    fields = bytes(_unpacked(rng, mint)[:_PACKED_BYTES])
    context = rng.choice((b"", b"kiosk day list\n", b"kiosk booking code", PREFIX.encode()))
    return _packed(fields + crypto.sign(rng.choice(mint.city), context + fields))


def _misread(rng: Random, mint: Mint) -> str:
    text, place = rng.choice(mint.signed), rng.randrange(len(PREFIX), len(PREFIX) + 124)
    return text[:place] + rng.choice(BASE32) + text[place + 1 :]


def _made_up(rng: Random, mint: Mint) -> str:
    return PREFIX + "".join(rng.choices(BASE32, k=124))


_FORGERIES: tuple[Callable[[Random, Mint], str], ...] = (
    _bits_flipped,
    _signed_by_a_stranger,
    _replayed,
    _written_another_way,
    _signed_for_something_else,
    _misread,
    _made_up,
    lambda rng, mint: rng.choice(mint.signed) + rng.choice(_NASTY),
)
