"""Cards: read by their shape, whatever a stranger holds to the scanner."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.booking import PREFIX
from kiosk.model.cards import (
    MAX_PAYLOAD_CHARS,
    BookingCode,
    BookingForm,
    DossierCode,
    Opaque,
    Reason,
    TicketToken,
    is_noise,
    parse,
)
from kiosk.model.choice import ChoiceCode, choice_payload
from kiosk.model.identity import Flag, IdentityCard, IdentityNumber, Sex
from kiosk.model.insurance import InsuranceCard
from kiosk.model.masking import mask_name, mask_number, mask_text
from kiosk.model.mrz import TravelDocument
from tests.model.payloads import CARD_2021, CARD_2024, CODE, DOSSIER, INSURANCE, SIGNED, TD1, TD3, TOKEN, VALID


def card(payload: str) -> IdentityCard:
    """Read what must be an identity card."""
    parsed = parse(payload)
    assert isinstance(parsed, IdentityCard), payload
    return parsed


def test_a_card_of_2021_is_read_whole() -> None:
    assert card(CARD_2021).fields() == {
        "number": "001090000123",
        "old_number": "012345678",
        "name": "Nguyễn Văn An",
        "birth": "1990-01-02",
        "sex": "male",
        "address": "Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội",
        "issued": "2021-04-15",
        "flags": [],
    }


def test_a_card_of_2024_has_four_more_fields() -> None:
    read = card(CARD_2024)
    assert (read.sex, read.old_number, read.issued) == (Sex.FEMALE, "", date(2024, 8, 1))
    assert read.flags == {Flag.YEAR_DIFFERS}


@pytest.mark.parametrize(
    "payload",
    [
        "\ufeff" + CARD_2021,
        CARD_2021 + "\0",
        CARD_2021 + "\r\n",
        CARD_2021.replace("|012345678|", "||"),
        CARD_2021.replace("Nguyễn", "Nguyê\u0303n"),
        CARD_2021.rpartition("|")[0],
        CARD_2021.replace("Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội", ""),
    ],
)
def test_a_card_as_seen_in_the_wild_is_read(payload: str) -> None:
    read = card(payload)
    assert (read.number, read.name, read.birth) == ("001090000123", "Nguyễn Văn An", date(1990, 1, 2))
    assert not read.flags


@pytest.mark.parametrize(
    ("old", "new", "flag"),
    [
        ("|Nam|", "|Nữ|", Flag.SEX_DIFFERS),
        ("|Nam|", "||", Flag.SEX_UNREADABLE),
        ("02011990", "02011991", Flag.YEAR_DIFFERS),
        ("02011990", "02012090", Flag.CENTURY_DIFFERS),
        ("02011990", "30021990", Flag.BIRTH_UNREADABLE),
        ("001090000123", "999090000123", Flag.PROVINCE_UNKNOWN),
    ],
)
def test_what_does_not_agree_is_flagged_and_not_refused(old: str, new: str, flag: Flag) -> None:
    assert card(CARD_2021.replace(old, new)).flags == {flag}


def test_the_age_counts_full_years() -> None:
    read = card(CARD_2024)
    assert read.birth == date(1992, 2, 29)
    assert read.age_on(date(2026, 2, 28)) == 33
    assert read.age_on(date(2026, 3, 1)) == 34
    assert read.age_on(date(1992, 2, 28)) is None


@pytest.mark.parametrize(
    ("told", "birth", "ages"),
    [
        ("1945", "1945", [79, 79, 80]),
        ("00001945", "1945", [79, 79, 80]),
        ("00/00/1945", "1945", [79, 79, 80]),
        ("00051945", "1945-05", [79, 80, 80]),
        ("05/1945", "1945-05", [79, 80, 80]),
        ("02/01/1945", "1945-01-02", [80, 80, 80]),
        ("??", "", [79, 79, 80]),
        ("", "", [79, 79, 80]),
    ],
)
def test_a_card_that_tells_a_part_of_the_birth_has_the_age_that_is_sure(told: str, birth: str, ages: list[int]) -> None:
    read = card(CARD_2021.replace("02011990", told).replace("001090", "001045"))
    assert read.fields()["birth"] == birth
    assert [read.age_on(day) for day in (date(2025, 5, 30), date(2025, 5, 31), date(2025, 12, 31))] == ages
    assert read.flags == (frozenset() if birth else {Flag.BIRTH_UNREADABLE})


@pytest.mark.parametrize(("told", "age"), [("1945", 35), ("02011945", 35), ("1999", 26), ("2090", None)])
def test_of_two_years_that_do_not_agree_the_younger_is_sure(told: str, age: int | None) -> None:
    assert card(CARD_2021.replace("02011990", told)).age_on(date(2026, 3, 1)) == age


@pytest.mark.parametrize("told", ["01010001", "0045", "00001799", "18990101", "13000000", "0000"])
def test_nobody_is_as_old_as_a_broken_date_says(told: str) -> None:
    read = card(CARD_2021.replace("02011990", told))
    assert (read.birth, read.age_on(date(2026, 3, 1))) == (None, 35)


@pytest.mark.parametrize("apostrophe", "'’‘‛ʼʻ´`′＇")
def test_a_name_with_any_apostrophe_is_a_name(apostrophe: str) -> None:
    read = card(CARD_2021.replace("Nguyễn Văn An", f"H{apostrophe}Hen Niê"))
    assert read.name in ("H'Hen Niê", "H’Hen Niê")
    assert read.masked_name == "H•••• N••"


@pytest.mark.parametrize("dash", "-‐‑‒–—−")
def test_a_name_with_any_dash_is_a_name(dash: str) -> None:
    assert card(CARD_2021.replace("Văn An", f"Văn{dash}An")).name == "Nguyễn Văn-An"


@pytest.mark.parametrize("unseen", "​‌‍⁠­﻿")
def test_what_nobody_sees_in_a_card_does_not_refuse_it(unseen: str) -> None:
    read = card(CARD_2021.replace("Văn", f"V{unseen}ăn").replace("Số", f"S{unseen}ố"))
    assert (read.name, read.address[:4]) == ("Nguyễn Văn An", "Số 1")


@pytest.mark.parametrize("address", ["Số 5 < ngõ 3", "Số 5 <b>ngõ</b> 3", "{{Số 5}} ngõ 3", "<script>Số 5 ngõ 3"])
def test_an_address_with_markup_does_not_refuse_the_card_and_comes_without_it(address: str) -> None:
    read = card(CARD_2021.replace("Số 1 Hàng Trống", address))
    assert read.name == "Nguyễn Văn An"
    assert not set("<>{}") & set(read.address)
    assert "Số 5" in read.address
    hexed = INSURANCE.replace("Hà Nội".encode().hex(), address.encode().hex())
    insured = parse(hexed)
    assert isinstance(insured, InsuranceCard)
    assert "Số 5" in insured.address
    assert not set("<>{}") & set(insured.address)


@pytest.mark.parametrize("letter", ["s", "Q", "P01", "QR"])
def test_a_card_behind_the_letter_that_a_reader_puts_before_a_code_is_read(letter: str) -> None:
    assert card(letter + CARD_2021).number == "001090000123"


def test_bare_digits_are_a_number() -> None:
    read = parse(" 001304000123\n")
    assert isinstance(read, IdentityNumber)
    assert (read.birth_year, read.sex, read.flags) == (2004, Sex.FEMALE, frozenset())
    assert isinstance(parse("٠٠١٣٠٤٠٠٠١٢٣"), Opaque), "other scripts' digits are none of ours"


def test_a_health_insurance_card_is_read() -> None:
    read = parse(INSURANCE)
    assert isinstance(read, InsuranceCard)
    assert (read.card_number, read.name, read.address) == ("GD4010123456789", "Nguyễn Văn An", "Hà Nội")
    assert read.number is None
    assert (read.birth, read.sex, read.age_on(date(2026, 1, 2))) == (date(1990, 1, 2), Sex.MALE, 36)


def test_a_health_insurance_card_with_only_a_year_has_the_age_that_is_sure() -> None:
    read = parse(INSURANCE.replace("02/01/1990", "1990").replace("GD401", ""))
    assert isinstance(read, InsuranceCard)
    assert (read.card_number, read.fields()["birth"]) == ("0123456789", "1990")
    assert [read.age_on(day) for day in (date(2026, 12, 30), date(2026, 12, 31))] == [35, 36]


def test_a_health_insurance_card_numbered_by_the_person_has_the_12_digits() -> None:
    read = parse(INSURANCE.replace("GD4010123456789", "001090000123"))
    assert isinstance(read, InsuranceCard)
    assert (read.number, read.masked_name) == ("001090000123", "N••••• V•• A•")


def test_of_bare_digits_only_the_years_that_are_sure_count() -> None:
    read = parse("001046000123")
    assert isinstance(read, IdentityNumber)
    assert [read.age_on(day) for day in (date(2026, 12, 30), date(2026, 12, 31), date(1946, 1, 1))] == [79, 80, None]


@pytest.mark.parametrize(
    ("payload", "number", "name"),
    [
        (CARD_2021, "001090000123", "N••••• V•• A•"),
        ("001090000123", "001090000123", "•••••••••123"),
        (TD1, "001090000123", "N••••• V•• A•"),
        (TD3, None, "E••••••• A••• M••••"),
        (INSURANCE, None, "N••••• V•• A•"),
    ],
)
def test_every_document_tells_the_lobby_the_same_things(payload: str, number: str | None, name: str) -> None:
    read = parse(payload)
    assert isinstance(read, IdentityCard | IdentityNumber | TravelDocument | InsuranceCard)
    assert (read.number, read.masked_name) == (number, name)
    fields = read.sealed_fields()
    assert fields.pop("kind") == read.kind
    assert fields.items() <= read.fields().items()
    assert all(fields.values())
    assert "flags" not in fields


@pytest.mark.parametrize("payload", [SIGNED, SIGNED.lower(), f"\ufeff{SIGNED}\r\n"])
def test_a_signed_booking_is_known_by_its_shape_and_kept_in_memory(payload: str) -> None:
    read = parse(payload)
    assert read == BookingCode(BookingForm.SIGNED, SIGNED)
    assert read.masked() == {"form": "signed", "text": "•••"}


@pytest.mark.parametrize("payload", [CODE, CODE.lower(), f"{CODE[:4]}-{CODE[4:]}", f" {CODE[:4]} {CODE[4:]}\n"])
def test_a_typed_booking_is_known_when_its_check_character_is_right(payload: str) -> None:
    assert parse(payload) == BookingCode(BookingForm.TYPED, CODE)
    wrong = payload.replace(CODE[0], "Z", 1) if CODE[0] in payload else payload.replace(CODE[0].lower(), "z", 1)
    assert parse(wrong) == Opaque(Reason.UNKNOWN)


@pytest.mark.parametrize("payload", [SIGNED[:-1], SIGNED + "A", PREFIX, SIGNED.replace("A", "1")])
def test_a_part_of_a_booking_is_misread(payload: str) -> None:
    assert parse(payload) == Opaque(Reason.MISREAD)


@pytest.mark.parametrize("id", ["take", "service:A", "procedure:2.000815", "language:vi", "key:", "priority:merit_2-b"])
def test_a_printed_choice_is_the_id_of_its_target(id: str) -> None:
    assert parse(choice_payload(id)) == ChoiceCode(id)
    assert parse(f"hnk:{id}\n") == ChoiceCode(id)


@pytest.mark.parametrize(
    "id", ["", ":", "Take", "a" * 17, "key:" + "a" * 25, "key:ă", "key:<b>", "a b", "key:\x1b", "a:b:c"]
)
def test_no_other_text_is_a_choice(id: str) -> None:
    assert parse(choice_payload(id)) == Opaque(Reason.UNKNOWN)


@pytest.mark.parametrize("payload", [DOSSIER, DOSSIER.lower(), f" {DOSSIER}\n"])
def test_a_dossier_code_is_read(payload: str) -> None:
    assert parse(payload) == DossierCode(DOSSIER)


def test_short_dossier_codes_are_read() -> None:
    assert parse("H26.1.12-260930-0001") == DossierCode("H26.1.12-260930-0001")


@pytest.mark.parametrize(
    "code",
    ["000.A0.01.H26-210212-9090", "000.00.A7.H26-240229-0001", "A00.B0.C7.G01-260102-0003", "H26.1A-260930-0001"],
)
def test_letters_may_stand_in_every_group_of_a_dossier_code(code: str) -> None:
    assert parse(code) == DossierCode(code)
    assert parse(code.replace("-", "\u2013").lower()) == DossierCode(code)


@pytest.mark.parametrize("code", [DOSSIER, "H26.1.12-260930-0001", "H26-260930-0012"])
def test_no_part_of_a_dossier_code_from_its_beginning_is_a_dossier_code(code: str) -> None:
    for end in range(len(code)):
        assert isinstance(parse(code[:end]), Opaque), code[:end]
    assert isinstance(parse(code + "3"), Opaque)


@pytest.mark.parametrize("date", ["260931", "261301", "260230", "000000"])
def test_a_dossier_code_of_a_day_that_never_was_is_none(date: str) -> None:
    assert isinstance(parse(DOSSIER.replace("260930", date)), Opaque)


@pytest.mark.parametrize(
    "payload", [TOKEN, TOKEN.upper(), f"http://127.0.0.1:8090/t/{TOKEN}", f"https://x.example/?t={TOKEN}"]
)
def test_our_own_slip_is_known(payload: str) -> None:
    assert parse(payload) == TicketToken(TOKEN)


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "|" * 6,
        "https://example.org/",
        "00109000012",
        INSURANCE.removesuffix("$"),
        CARD_2021 + "|" * 9,
        CARD_2021.replace("Nguyễn", "<b>Nguyễn</b>"),
        CARD_2021.replace("Nguyễn", "\x1b@Nguyễn"),
        CARD_2021.replace("Nguyễn", "\u202eNguyễn"),
        CARD_2021.replace("Nguyễn", "N" * 200),
        CARD_2021.replace("Số 1", "\x1b@"),
        CARD_2021.replace("Nguyễn", "\ud800"),
        CARD_2021.replace("Nguyễn", "محمد"),
        CARD_2021.replace("Nguyễn", "ＮＧＵＹＥＮ"),
        CARD_2021.replace("Nguyễn", "\u3164"),
    ],
)
def test_anything_else_is_opaque_and_not_kept(payload: str) -> None:
    assert parse(payload) == Opaque(Reason.UNKNOWN)


def test_a_payload_longer_than_any_code_is_not_looked_at() -> None:
    assert parse("0" * (MAX_PAYLOAD_CHARS + 1)) == Opaque(Reason.TOO_LONG)
    assert parse(CARD_2021.replace("Số 1", "0" * 100_000)) == Opaque(Reason.TOO_LONG)


def test_masks_show_enough_to_be_known_by_the_owner_alone() -> None:
    assert mask_name("Nguyễn Văn An") == "N••••• V•• A•"
    assert mask_name("Y Ê") == "• •"
    assert mask_number("001090000123") == "•••••••••123"
    assert mask_number("123") == "•••"
    assert mask_text("001|An, 1") == "•••|••• •"
    assert mask_text(f"https://An/{TOKEN}", keep=TOKEN) == f"•••••://••/{TOKEN}"


@pytest.mark.parametrize("payload", VALID)
@pytest.mark.parametrize(
    ("before", "after"),
    [("\x07", ""), ("\x1d", "\x1d"), ("\ufeff", "\0\0"), ("\x02", "\x03"), ("\t", "\t\r\n"), ("", "\x04")],
)
def test_what_stands_around_a_code_is_no_part_of_it(payload: str, before: str, after: str) -> None:
    assert parse(f"{before}{payload}{after}").fields() == parse(payload).fields()


@pytest.mark.parametrize(
    "noise",
    ["\0", "\x06", "\x15", "\x07\x07", "OK", "12", "-0-", "...", "\x16T\r", "REVINF:\x06.", "#SCN1\x06;", "\ufffd" * 9],
)
def test_what_surely_is_no_code_is_noise(noise: str) -> None:
    assert isinstance(parse(noise), Opaque)
    assert is_noise(noise)


@pytest.mark.parametrize("payload", [*VALID, "what nobody knows", "https://example.org/", "0" * 9999, SIGNED[:-1]])
def test_a_code_is_never_noise(payload: str) -> None:
    assert not is_noise(payload)


@pytest.mark.parametrize("payload", VALID)
def test_a_masked_reading_tells_nothing_personal(payload: str) -> None:
    read = parse(payload)
    assert not isinstance(read, Opaque)
    told = f"{read.masked()} {read!r} {read} {mask_text(payload, read.public)}"
    for secret in (
        CODE,
        CODE[:4],
        SIGNED[5:20],
        "001090000123",
        "90000123",
        "012345678",
        "Nguyễn",
        "NGUYEN",
        "ERIKSSON",
        "Hàng",
        "1990",
        "740812",
    ):
        assert secret not in told


NAMES = st.lists(st.sampled_from(["Nguyễn", "Trần", "Đỗ", "Thị", "Ánh", "Ước", "Y", "Ê"]), min_size=1, max_size=6)


@given(
    day=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    sex=st.sampled_from(list(Sex)),
    name=NAMES,
    tail=st.integers(0, 999_999),
    is_new=st.booleans(),
)
def test_every_valid_card_comes_back_as_it_was(day: date, sex: Sex, name: list[str], tail: int, is_new: bool) -> None:
    century = (day.year // 100 - 19) * 2 + (sex is Sex.FEMALE)
    number = f"001{century}{day.year % 100:02}{tail:06}"
    told = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ"}[sex]
    payload = f"{number}||{' '.join(name)}|{day:%d%m%Y}|{told}|Hà Nội|15042021" + "||||" * is_new
    read = card(payload)
    assert (read.number, read.name, read.birth, read.sex) == (number, " ".join(name), day, sex)
    assert not read.flags
