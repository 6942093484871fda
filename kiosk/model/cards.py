"""What a scanned payload is: one closed union, found by shape, never an exception.

Everything personal in it stays in memory and is gone with the visit: a reading has no repr, and what is not known is
not kept at all. `masked()` of each is what may be shown, and holds nothing a parser has not agreed to: no control
character, no markup, no text of any length.

Source: cards as they are in circulation (2021, 2024); dossier codes as printed on receipts of Hanoi (H26).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from kiosk.model import booking, choice, identity, insurance, mrz
from kiosk.model.choice import ChoiceCode
from kiosk.model.identity import IdentityCard, IdentityNumber
from kiosk.model.insurance import InsuranceCard
from kiosk.model.masking import Reading, as_it_is, shown
from kiosk.model.mrz import TravelDocument
from kiosk.model.token import TOKEN_CHARS

MAX_PAYLOAD_CHARS = 4096
"""More than the largest QR code holds (2,953 bytes; ISO/IEC 18004, table 7)."""

_DOSSIER = re.compile(
    r"(?:\d{3}\.[0-9A-Z]{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.\d{1,3}){0,3}-\d{6}-\d{3,6}", re.ASCII | re.IGNORECASE
)
_TOKEN = re.compile(rf"(?:https?://[!-~]{{1,200}}[/=])?(?P<token>[a-z2-7]{{{TOKEN_CHARS}}})", re.ASCII | re.IGNORECASE)


class Reason(StrEnum):
    """Why a payload stays opaque."""

    UNKNOWN = "unknown"
    TOO_LONG = "too_long"
    MISREAD = "misread"
    """A machine readable zone whose check digits are wrong, or a part of a booking: reading it again may help."""


@dataclass(frozen=True, slots=True, repr=False)
class DossierCode(Reading):
    """The code on a dossier's receipt, in capitals. It names nobody."""

    kind: ClassVar[str] = "dossier"
    code: str = field(metadata=shown(as_it_is))

    @property
    def public(self) -> str:
        """All of it."""
        return self.code


@dataclass(frozen=True, slots=True, repr=False)
class TicketToken(Reading):
    """The token of one of our slips, alone or at the end of an address. Whose address it is does not matter: only the
    token is kept, and it is worth something only where a ticket has it.
    """

    kind: ClassVar[str] = "ticket"
    token: str = field(metadata=shown(as_it_is))

    @property
    def public(self) -> str:
        """The token without its address."""
        return self.token


class BookingForm(StrEnum):
    """How a booking came."""

    SIGNED = "signed"
    """As the city's QR code; whether it is the city's, `booking.verify` tells."""
    TYPED = "typed"
    """As the eight characters alone, in another's QR code or from a keyboard; whether there is one, the list tells."""


@dataclass(frozen=True, slots=True, repr=False)
class BookingCode(Reading):
    """The code of a number booked online, in capitals. Who has it has the number, so it is not shown."""

    kind: ClassVar[str] = "booking"
    form: BookingForm = field(metadata=shown(as_it_is))
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Opaque(Reading):
    """Anything else, VNeID's own code among it. Nothing of the payload is kept."""

    kind: ClassVar[str] = "opaque"
    reason: Reason = field(metadata=shown(as_it_is))


Document = IdentityCard | IdentityNumber | TravelDocument | InsuranceCard
"""What is about a person; each has `number`, `masked_name`, `age_on` and `sealed_fields`."""

Parsed = Document | DossierCode | TicketToken | BookingCode | ChoiceCode | Opaque


def parse(payload: str) -> Parsed:
    """Return what a payload is. Any text is answered, however long or broken.

    Byte order marks and NULs do not count.
    """
    if len(payload) > MAX_PAYLOAD_CHARS:
        return Opaque(Reason.TOO_LONG)
    text = payload.replace("\ufeff", "").replace("\0", "").strip()
    found = (
        identity.read_number(text)
        or identity.read_card(text)
        or insurance.read(text)
        or _read_dossier(text)
        or _read_token(text)
        or _read_booking(text)
        or choice.read(text)
        or mrz.read(text)
    )
    return found or Opaque(Reason.MISREAD if _is_misread(text) else Reason.UNKNOWN)


def _read_dossier(text: str) -> DossierCode | None:
    return DossierCode(text.upper()) if text.isascii() and _DOSSIER.fullmatch(text) else None


def _read_token(text: str) -> TicketToken | None:
    match = _TOKEN.fullmatch(text) if text.isascii() else None
    return TicketToken(match["token"].lower()) if match else None


def _read_booking(text: str) -> BookingCode | None:
    if booking.has_shape(text):
        return BookingCode(BookingForm.SIGNED, text.upper())
    code = booking.typed_code(text)
    return BookingCode(BookingForm.TYPED, code) if code else None


def _is_misread(text: str) -> bool:
    return mrz.has_shape(text) or text.upper().startswith(booking.PREFIX)
