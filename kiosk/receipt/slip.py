"""The content of a slip and the profile of a printer; pure values, cheap to import."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kiosk.errors import EncodingError
from kiosk.records import Record

if TYPE_CHECKING:  # processes that only use the types do not import msgspec and the settings
    from datetime import datetime

    from kiosk.config import Printer, Text

_PRINTABLE_ASCII = re.compile(r"[!-~]*")
_LONGEST_NUMBER = 8
_NARROWEST_DOTS = 200
_MM_PER_INCH = 25.4


class Slip(Record):
    """The content of one slip, Vietnamese first.

    `issued_at` is aware and local to the site; `wait_minutes` None is printed as unknown. `missed` says what to do
    when the turn was missed. `second_language` (`en`) is printed below the Vietnamese texts. `follow_url` is printable
    ASCII, or empty for a slip without a QR code. `time_certain` is false while the clock is not confirmed.

    Raises:
        EncodingError: the number is empty or too long, the address is not printable ASCII, or the time is naive.
    """

    authority: Text
    hall: Text
    number: str
    service_name: Text
    procedure_name: Text | None
    priority_name: Text | None
    ahead: int
    wait_minutes: int | None
    counters: tuple[int, ...]
    follow_url: str
    issued_at: datetime
    ready: tuple[Text, ...]
    missed: Text
    second_language: str | None = None
    is_copy: bool = False
    time_certain: bool = True

    def __post_init__(self) -> None:
        """Refuse what could not be printed honestly."""
        if not 0 < len(self.number) <= _LONGEST_NUMBER or not _PRINTABLE_ASCII.fullmatch(self.number):
            raise EncodingError(f"slip: number {self.number!r} is not 1 to {_LONGEST_NUMBER} ASCII characters")
        if not _PRINTABLE_ASCII.fullmatch(self.follow_url):
            raise EncodingError(f"slip: follow_url {self.follow_url!r} has a character that is not printable ASCII")
        if self.issued_at.tzinfo is None:
            raise EncodingError(f"slip: issued_at {self.issued_at} has no time zone; pass the site's local time")


class Checklist(Record):
    """The content of one checklist: the papers of a procedure. Vietnamese first, as on a slip.

    `portal_url` is printable ASCII, or empty when one cannot apply online. `printed_at` is aware and local to the site;
    it is printed because requirements change.

    Raises:
        EncodingError: the address is not printable ASCII, or the time is naive.
    """

    authority: Text
    hall: Text
    code: str
    name: Text
    service_name: Text
    papers: tuple[Text, ...]
    time: Text
    fee: Text
    portal_url: str
    printed_at: datetime
    second_language: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be printed honestly."""
        if not _PRINTABLE_ASCII.fullmatch(self.portal_url):
            raise EncodingError(f"checklist: {self.portal_url!r} has a character that is not printable ASCII")
        if self.printed_at.tzinfo is None:
            raise EncodingError(f"checklist: {self.printed_at} has no time zone; pass the site's local time")


class PrinterProfile(Record):
    """The printer's properties that the encoder needs.

    `width_dots` is the printable width: 576 on most 80 mm paper, 512 on some, 384 on 58 mm. `dots_per_inch` is the
    same in both directions. `band_rows` is the highest raster sent in one command: printers drop long images.
    `types_plain_words` prints plain words in the printer's own font: faster over a slow line, but less readable. `art`
    maps the digests of stored pictures to their keys; None when the printer stores none.

    Raises:
        EncodingError: a value is out of range.
    """

    width_dots: int = 576
    has_cutter: bool = True
    dots_per_inch: int = 203
    band_rows: int = 128
    types_plain_words: bool = False
    art: Mapping[bytes, bytes] | None = None

    def __post_init__(self) -> None:
        """Refuse values with which a slip would be unreadable."""
        if self.width_dots < _NARROWEST_DOTS:
            raise EncodingError(f"printer: width_dots = {self.width_dots}: a slip needs at least {_NARROWEST_DOTS}")
        if not 100 <= self.dots_per_inch <= 255:  # one byte in GS P
            raise EncodingError(f"printer: dots_per_inch = {self.dots_per_inch}: thermal heads have 180 or 203")
        if not 8 <= self.band_rows <= 128:
            raise EncodingError(f"printer: band_rows = {self.band_rows}: 8 to 128 rows are sent at once")

    @classmethod
    def of(cls, printer: Printer) -> PrinterProfile:
        """Return the profile of the printer in the settings.

        512 dots on 80 mm paper is a 180 dpi head, all others have 203 dpi.
        Source: Epson TM-T88 and TM-T20 specifications, "Printing: dot density".
        """
        return cls(printer.width_dots, printer.has_cutter, 180 if printer.width_dots == 512 else 203)

    @property
    def width_mm(self) -> float:
        """Return the printable width in millimetres."""
        return self.width_dots / self.dots_per_inch * _MM_PER_INCH


def clean(text: str) -> str:
    """Return `text` in NFC, with single spaces and without unprintable characters.

    Control, format and private-use characters are removed: a name from a card or the network may contain them.
    """
    shapes = (" " if character.isspace() else character for character in unicodedata.normalize("NFC", text))
    return " ".join("".join(shape for shape in shapes if shape == " " or shape.isprintable()).split())
