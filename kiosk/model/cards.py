"""The kinds of scanned payloads: one closed union, recognised by format, never an exception.

Personal data stays in memory and is deleted with the visit: a reading has no repr, and unknown content is not kept.
`masked()` returns what may be shown; it contains only what a parser has accepted: no control characters, no markup, no
long texts. Source: cards in circulation (2021, 2024); dossier codes as printed on receipts of Hanoi (H26).
"""

from __future__ import annotations

import re
import string
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

_FRAMES = string.whitespace + "\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\x01\x02\x03\x04\x07"
"""White space, with the separators FS to US; SOH, STX, ETX and EOT, which frame a text on a line; BEL, which beeps."""
_FEWEST_CHARS = 4
"""Letters and digits. No code of a hall has fewer, and hardly any other code."""
_SIGNALS = frozenset("\x05\x06\x07\x15\x16")
"""ENQ, ACK, BEL, NAK, SYN: in a reader's own reports, never in a text. Source: ISO/IEC 646; makers' manuals."""

_DOSSIER = re.compile(
    r"(?:[0-9A-Z]{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.)?[A-Z]\d{2}(?:\.[0-9A-Z]{1,3}){0,3}-(?P<day>\d{6})-\d{4}", re.ASCII
)
"""The unit's code, in the long or short form; the day of receipt as YYMMDD; the number of the day, always four digits,
so a shorter text was cut off. Source: Circular 01/2018/TT-VPCP, article 19.
"""
_TOKEN = re.compile(rf"(?:https?://[!-~]{{1,200}}[/=])?(?P<token>[a-z2-7]{{{TOKEN_CHARS}}})", re.ASCII | re.IGNORECASE)


class Reason(StrEnum):
    """Why a payload was not recognised."""

    UNKNOWN = "unknown"
    TOO_LONG = "too_long"
    MISREAD = "misread"
    """A machine readable zone with wrong check digits, or a part of a booking: reading it again may help."""


@dataclass(frozen=True, slots=True, repr=False)
class DossierCode(Reading):
    """The code on a dossier's receipt, in capitals. It contains no name."""

    kind: ClassVar[str] = "dossier"
    code: str = field(metadata=shown(as_it_is))

    @property
    def public(self) -> str:
        """The whole code."""
        return self.code


@dataclass(frozen=True, slots=True, repr=False)
class TicketToken(Reading):
    """The token of a slip, alone or at the end of an address. The address does not matter: only the token is kept, and
    it works only if a ticket has it.
    """

    kind: ClassVar[str] = "ticket"
    token: str = field(metadata=shown(as_it_is))

    @property
    def public(self) -> str:
        """The token without its address."""
        return self.token


class BookingForm(StrEnum):
    """How a booking code came."""

    SIGNED = "signed"
    """The city's QR code; `booking.verify` checks its signature."""
    TYPED = "typed"
    """The eight characters alone, in another QR code or from a keyboard; the list tells whether there is such a
    booking.
    """


@dataclass(frozen=True, slots=True, repr=False)
class BookingCode(Reading):
    """The code of an online booking, in capitals. It is not shown, because its holder gets the number."""

    kind: ClassVar[str] = "booking"
    form: BookingForm = field(metadata=shown(as_it_is))
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Opaque(Reading):
    """Anything else, VNeID's own code included. Nothing of the payload is kept."""

    kind: ClassVar[str] = "opaque"
    reason: Reason = field(metadata=shown(as_it_is))


Document = IdentityCard | IdentityNumber | TravelDocument | InsuranceCard
"""Readings about a person; each has `number`, `masked_name`, `age_on` and `sealed_fields`."""

Parsed = Document | DossierCode | TicketToken | BookingCode | ChoiceCode | Opaque


def parse(payload: str) -> Parsed:
    """Return the kind of a payload. Every text is accepted, however long or broken. Byte order marks, NULs, white space
    and framing characters are ignored.
    """
    if len(payload) > MAX_PAYLOAD_CHARS:
        return Opaque(Reason.TOO_LONG)
    text = _content(payload)
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


def is_noise(payload: str) -> bool:
    """Tell whether a payload is certainly no code, so that the visitor need not see it: a fragment, noise of a line
    that was just opened, or a reader's report about its own settings.
    """
    text = _content(payload[: MAX_PAYLOAD_CHARS + 1])
    return sum(map(str.isalnum, text)) < _FEWEST_CHARS or not _SIGNALS.isdisjoint(text)


def _content(payload: str) -> str:
    """Return a payload without byte order marks, fillers and control bytes of a line."""
    return payload.replace("\ufeff", "").replace("\0", "").strip(_FRAMES)


def _read_dossier(text: str) -> DossierCode | None:
    code = text.translate(identity.DASHES)
    match = _DOSSIER.fullmatch(code.upper()) if code.isascii() else None
    is_day = match and identity.read_date(f"{match['day'][4:]}{match['day'][2:4]}20{match['day'][:2]}")
    return DossierCode(code.upper()) if is_day else None


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
