"""The deck's cards are what they say, and its bookings are signed, late, strange or forged as they say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from kiosk import crypto
from kiosk.config import Settings
from kiosk.config.types import Rules
from kiosk.dock.sample_codes import SampleCodes, booking_key_file, demo_dossiers
from kiosk.model.booking import SignedBooking, Timing, check_in_time, verify
from kiosk.model.cards import DossierCode, Opaque, Reason, TicketToken, parse
from kiosk.model.identity import IdentityCard
from kiosk.wire.requests import STATES
from tests import halls

KEY = bytes(range(32))
RULES = Rules(checkin_early_minutes=60, checkin_late_minutes=120)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    hall = halls.settings(tmp_path)
    return Settings(hall.home, hall.kiosk, replace(hall.site, rules=RULES), hall.procedures)


@pytest.fixture
def signing(settings: Settings) -> SampleCodes:
    """A deck beside which a demo has put its key."""
    file = booking_key_file(settings.home)
    file.parent.mkdir(parents=True)
    file.write_text(KEY.hex() + "\n", encoding="ascii")
    return SampleCodes(settings)


def _kind(sample_codes: SampleCodes, card: str) -> str:
    payload = sample_codes.payload(card)
    assert payload is not None
    return parse(payload).kind


def _booking(sample_codes: SampleCodes, card: str) -> SignedBooking | None:
    payload = sample_codes.payload(card)
    assert payload is not None
    return verify(payload, [crypto.public_signing_key(KEY)])


def test_every_card_on_the_table_can_be_held_up(signing: SampleCodes) -> None:
    signing.slip = ("A001", "https://city.example/t/abcdefghijklmnop")
    cards = [card.id for suit in signing.suits() for card in suit.cards]
    assert len(cards) == len(set(cards))
    assert all(signing.payload(card) for card in cards)
    assert signing.payload("ace-of-spades") is None


@pytest.mark.parametrize(
    ("card", "kind"),
    [
        ("card-2024", "identity_card"),
        ("card-2021", "identity_card"),
        ("card-elder", "identity_card"),
        ("number", "identity_number"),
        ("mrz", "mrz"),
        ("passport", "mrz"),
        ("insurance", "insurance_card"),
        ("dossier-unknown", "dossier"),
        ("nasty", "opaque"),
        ("nasty-card", "opaque"),
        ("endless", "opaque"),
        ("unknown", "opaque"),
    ],
)
def test_a_card_is_what_it_says(settings: Settings, card: str, kind: str) -> None:
    assert _kind(SampleCodes(settings), card) == kind


def test_nothing_is_odd_about_the_good_cards_and_the_elder_is_old(settings: Settings) -> None:
    ages = []
    for card in ("card-2024", "card-2021", "card-elder"):
        read = parse(SampleCodes(settings).payload(card) or "")
        assert isinstance(read, IdentityCard)
        assert not read.flags
        ages.append(read.age_on(date(2026, 11, 23)))
    assert ages == [38, 36, 85]


def test_a_misread_zone_is_told_apart_from_an_unknown_code(settings: Settings) -> None:
    assert parse(SampleCodes(settings).payload("misread") or "") == Opaque(Reason.MISREAD)


def test_the_newest_slip_can_be_held_up_once_there_is_one(settings: Settings) -> None:
    sample_codes = SampleCodes(settings)
    assert sample_codes.payload("slip") is None
    sample_codes.slip = ("A001", "https://city.example/t/abcdefghijklmnop")
    assert sample_codes.slip[0] in [
        card.label.removeprefix("Slip ") for suit in sample_codes.suits() for card in suit.cards
    ]
    assert sample_codes.payload("slip") == sample_codes.slip[1]
    assert isinstance(parse(sample_codes.slip[1]), TicketToken | Opaque)


@pytest.mark.parametrize("key", ["", "00" * 31, "zz" * 32, "\xff"])
def test_without_a_key_there_are_no_bookings(settings: Settings, key: str) -> None:
    sample_codes = SampleCodes(settings)
    assert sample_codes.payload("booking-now") is None
    file = booking_key_file(settings.home)
    file.parent.mkdir(parents=True)
    file.write_text(key, encoding="latin-1")
    assert "Booked online" not in [suit.title for suit in sample_codes.suits()]
    assert sample_codes.payload("booking-forged") is None


@pytest.mark.parametrize(
    ("card", "timings"),
    [
        ("booking-now", {Timing.ON_TIME}),
        # Around midnight the other time is on another day.
        ("booking-early", {Timing.EARLY, Timing.OTHER_DAY}),
        ("booking-late", {Timing.LATE, Timing.OTHER_DAY}),
    ],
)
def test_a_booking_comes_when_it_says(signing: SampleCodes, card: str, timings: set[Timing]) -> None:
    booking = _booking(signing, card)
    assert booking is not None
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    at = datetime.fromisoformat(booking.day).replace(hour=booking.minute // 60, minute=booking.minute % 60, tzinfo=zone)
    assert check_in_time(at, datetime.now(UTC), RULES, None) in timings
    assert booking.site == "00082"


def test_a_booking_is_new_each_time_unless_the_same_is_asked_for(signing: SampleCodes) -> None:
    first, second = signing.payload("booking-now"), signing.payload("booking-now")
    assert first != second
    assert signing.payload("booking-again") == second
    assert signing.payload("booking-early")
    assert signing.payload("booking-again") == second


def test_a_forged_booking_is_not_the_citys_and_one_for_elsewhere_is(signing: SampleCodes) -> None:
    assert _booking(signing, "booking-forged") is None
    elsewhere = _booking(signing, "booking-elsewhere")
    assert elsewhere is not None and elsewhere.site != "00082"


def test_where_a_booking_is_late_only_after_closing_yesterdays_is_held_up(
    settings: Settings, signing: SampleCodes
) -> None:
    site = replace(settings.site, rules=replace(RULES, checkin_late_minutes=None))
    sample_codes = SampleCodes(Settings(settings.home, settings.kiosk, site, ()))
    late, now = _booking(sample_codes, "booking-late"), _booking(sample_codes, "booking-now")
    assert late is not None and now is not None
    assert late.day < now.day


def test_the_demos_dossiers_are_such_as_the_city_can_know() -> None:
    today = date(2026, 11, 23)
    found = demo_dossiers(today)
    assert len({dossier.code for dossier in found}) == len(found)
    for dossier in found:
        assert isinstance(parse(dossier.code), DossierCode)
        assert dossier.state in STATES
        assert dossier.received < today
    assert [dossier.label for dossier in found if dossier.due < today] == ["Late"]
