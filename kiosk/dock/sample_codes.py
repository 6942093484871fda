"""Sample codes: synthetic cards and codes of every kind, presented to the scanner with one click.

No real person is in them. Bookings are signed with the demo's key, if there is one; dossiers are those that
`demo_dossiers` gives to the demo's city.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from kiosk import crypto
from kiosk.config import Home, Settings
from kiosk.config.types import Rules
from kiosk.errors import EncodingError
from kiosk.files import read_file
from kiosk.model.booking import CODES, SignedBooking, code_of, encode
from kiosk.records import Record

_LAN = "|".join(("0123456789", "Đỗ Thị Lan".encode().hex(), "01/02/1985", "2", "Hàng Bài, Hà Nội".encode().hex()))
_STRANGER = "\x1b@\x1dV\x00\x1bp\x00\x19\x19<script>alert(1)</script>{0}%s\u202e\u2066\x00\x07\x9b2J😀"
_MRZ = ("IDVNM0900001233001090000123<<4", "9001022M3001020VNM<<<<<<<<<<<4", "NGUYEN<<VAN<AN<<<<<<<<<<<<<<<<")
_PASSPORT = ("P<VNMPHAM<<THI<THU<HA<<<<<<<<<<<<<<<<<<<<<<<", "C1234567<0VNM7603145F3105205001176005678<<16")

_PEOPLE = {
    "card-2024": "001188004321||Trần Thị Bích Ngọc|15081988|Nữ|Số 12 Phố Huế, Hai Bà Trưng, Hà Nội|01082024||||",
    "card-2021": "001090000123|012345678|Nguyễn Văn An|02011990|Nam|Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội|15042021",
    "card-elder": "001041000456|011234567|Lê Văn Thọ|20031941|Nam|Số 8 Ngõ Gạch, Hoàn Kiếm, Hà Nội|10062021",
    "number": "034202007788",
    "mrz": "\n".join(_MRZ),
    "passport": "\n".join(_PASSPORT),
    "insurance": f"{_LAN}|01 - 075|-|01/01/2025|01002001|-|4|01/01/2030|$",
}
_STRANGE = {
    "nasty": f"https://example.invalid/?q={_STRANGER}",
    "nasty-card": f"001090000123|012345678|{_STRANGER}|02011990|Nam|{_STRANGER}|15042021",
    "endless": "Xin chào! " * 10_000,
    "misread": "\n".join((_MRZ[0], _MRZ[1].replace("900102", "900103"), _MRZ[2])),
    "unknown": "VNeID:7Qk1v0S3hJx2cYpR5tUwZa8bNd4mLf6g",
}
_UNKNOWN_DOSSIER = "000.00.01.H26-260102-9999"

_MARGIN = timedelta(minutes=30)
"""How far a booking that is too early or too late is outside its time."""
_WARDS = ("00004", "00070")
"""Two wards: at least one of them differs from the kiosk's."""


class Card(msgspec.Struct, frozen=True):
    """One sample code; `hint` describes what is special about it."""

    id: str
    label: str
    hint: str


class CardKind(msgspec.Struct, frozen=True):
    """The sample codes of one kind."""

    title: str
    cards: tuple[Card, ...]


class DemoDossier(Record):
    """A sample dossier for the demo's city; `state` is a state of the wire format."""

    label: str
    code: str
    state: str
    received: date
    due: date
    counter: int | None = None


def demo_dossiers(today: date) -> tuple[DemoDossier, ...]:
    """Return dossiers in different states for a day."""
    stories = (("In work", "processing", 4, 3), ("Ready", "ready", 9, 1), ("Incomplete", "waiting", 6, 8))
    return tuple(_dossier(today, *story) for story in (*stories, ("Late", "processing", 20, -2)))


def _dossier(today: date, label: str, state: str, days_ago: int, days_left: int) -> DemoDossier:
    received, due = today - timedelta(days_ago), today + timedelta(days_left)
    code = f"000.00.01.H26-{received:%y%m%d}-0012"
    return DemoDossier(label, code, state, received, due, counter=2 if state == "ready" else None)


class SampleCodes:
    """The sample codes of one home. `slip` is the newest ticket's number and address, if there is one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key_file = booking_key_file(settings.home)
        self._last_booking = ""
        self.slip: tuple[str, str] | None = None

    def suits(self) -> tuple[CardKind, ...]:
        """Return the sample codes that are available now."""
        has_key = key_in(self._key_file) is not None
        return (_CARDS, *([_BOOKINGS] if has_key else []), self._papers(), _STRANGE_CODES)

    def payload(self, card: str) -> str | None:
        """Return the payload of a sample code, or None when it is not available now."""
        fixed = _PEOPLE.get(card) or _STRANGE.get(card)
        if fixed:
            return fixed
        if card == "slip":
            return self.slip[1] if self.slip else None
        if card == "dossier-unknown":
            return _UNKNOWN_DOSSIER
        dossiers = {_id_of(dossier): dossier.code for dossier in demo_dossiers(self._now().date())}
        return dossiers.get(card) or self._booking(card)

    def _papers(self) -> CardKind:
        dossiers = [
            Card(_id_of(one), one.label, f"of {one.received:%d/%m}") for one in demo_dossiers(self._now().date())
        ]
        unknown = Card("dossier-unknown", "Not known", "of no dossier")
        slips = [Card("slip", f"Slip {self.slip[0]}", "newest ticket")] if self.slip else []
        return CardKind("Dossiers, slips", (*dossiers, unknown, *slips))

    def _booking(self, card: str) -> str | None:
        """Return a newly signed booking; only `booking-again` repeats one."""
        key = key_in(self._key_file)
        if key is None or card not in {one.id for one in _BOOKINGS.cards}:
            return None
        if card == "booking-again" and self._last_booking:
            return self._last_booking
        now, site = self._now(), self._settings.site
        times = {"booking-early": now + _early(site.rules), "booking-late": now - _late(site.rules)}
        place = next(code for code in _WARDS if code != site.code) if card == "booking-elsewhere" else site.code
        signer = crypto.new_signing_key() if card == "booking-forged" else key
        text = self._signed(times.get(card, now), place, signer)
        if card in ("booking-now", "booking-again"):
            self._last_booking = text
        return text

    def _signed(self, at: datetime, site: str, key: bytes) -> str:
        service = self._settings.site.services[0].letter
        code = code_of(secrets.randbelow(CODES))
        return encode(SignedBooking(site, at.date().isoformat(), at.hour * 60 + at.minute, service, code), key)

    def _now(self) -> datetime:
        return datetime.now(UTC).astimezone(ZoneInfo(self._settings.site.timezone))


def booking_key_file(home: Home) -> Path:
    """Return the file of the private key for a demo's bookings: 32 bytes in hex."""
    return home.run / "sim" / "booking.key"


_CARDS = CardKind(
    "Cards",
    (
        Card("card-2024", "2024 card", "Bích Ngọc"),
        Card("card-2021", "2021 card", "Văn An"),
        Card("card-elder", "Elder's card", "Văn Thọ, 1941"),
        Card("number", "Bare number", "12 digits"),
        Card("mrz", "Card's back", "MRZ, 3 lines"),
        Card("passport", "Passport", "MRZ, 2 lines"),
        Card("insurance", "Insurance", "BHYT, Thị Lan"),
    ),
)
_BOOKINGS = CardKind(
    "Booked online",
    (
        Card("booking-now", "For now", "always new"),
        Card("booking-again", "Same again", "used already"),
        Card("booking-early", "Too early", "its time comes"),
        Card("booking-late", "Too late", "its time is past"),
        Card("booking-elsewhere", "Other ward", "not for here"),
        Card("booking-forged", "Forged", "not signed by us"),
    ),
)
_STRANGE_CODES = CardKind(
    "Strange",
    (
        Card("nasty", "Nasties", "ESC/POS, tags"),
        Card("nasty-card", "Nasty card", "that as a name"),
        Card("endless", "Endless", "100 kB of text"),
        Card("misread", "Misread", "a wrong MRZ"),
        Card("unknown", "Unknown", "of another app"),
    ),
)


def _early(rules: Rules) -> timedelta:
    return timedelta(minutes=rules.checkin_early_minutes) + _MARGIN


def _late(rules: Rules) -> timedelta:
    """Return the age of a booking that is too late; yesterday's if one is too late only after closing time."""
    minutes = rules.checkin_late_minutes
    return timedelta(days=1) if minutes is None else timedelta(minutes=minutes) + _MARGIN


def _id_of(dossier: DemoDossier) -> str:
    return f"dossier-{dossier.label.lower().replace(' ', '-')}"


def key_in(file: Path) -> bytes | None:
    """Return the demo's signing key, or None when it is missing or invalid."""
    try:
        key = bytes.fromhex(read_file(file).decode("ascii").strip())
        crypto.public_signing_key(key)
    except (OSError, ValueError, EncodingError):
        return None
    return key
