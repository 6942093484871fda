"""What people hold to the scanner: one text of each kind."""

from __future__ import annotations

from kiosk.model.booking import SignedBooking, code_of, encode
from kiosk.model.token import token_of

CARD_2021 = "001090000123|012345678|Nguyễn Văn An|02011990|Nam|Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội|15042021"
CARD_2024 = "001190000123||Trần Thị Bình|29021992|Nữ|Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội|01082024||||"
TD1 = "IDVNM0900001233001090000123<<4\n9001022M3001020VNM<<<<<<<<<<<4\nNGUYEN<<VAN<AN<<<<<<<<<<<<<<<<"
# The specimen of ICAO 9303 part 4, appendix B.
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
INSURANCE = f"GD4010123456789|{'Nguyễn Văn An'.encode().hex()}|02/01/1990|1|{'Hà Nội'.encode().hex()}|01 - 001|-|$"
DOSSIER = "000.00.01.H26-260930-0012"
TOKEN = token_of(b"12345678", "00082", "2026-10-05", "A001")
CODE = code_of(31_337_000_111)
SIGNED = encode(SignedBooking("00082", "2026-10-05", 570, "A", CODE), b"c" * 32)
VALID = [
    CARD_2021,
    CARD_2024,
    "001090000123",
    TD1,
    TD3,
    INSURANCE,
    DOSSIER,
    f"https://kiosk.example/t/{TOKEN}",
    TOKEN,
    SIGNED,
    CODE,
    "HNK:service:A",
]
