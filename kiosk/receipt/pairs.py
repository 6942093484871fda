"""Bilingual parts of a slip, Vietnamese first: in one line, in two lines, with a checkbox; and QR codes."""

from __future__ import annotations

from PIL import ImageDraw

from kiosk.receipt.bilingual import Pair
from kiosk.receipt.qr import qr_image
from kiosk.receipt.sheet import Sheet
from kiosk.receipt.typeset import Face, Line, line_height, paragraph

_LARGEST_SECOND = 26
"""Largest size of the second language, in design units."""


def inline(sheet: Sheet, pair: Pair, units: float, face: Face = Face.MEDIUM) -> Line:
    """Return both languages in one line of text, the second in italics."""
    first = sheet.run(pair.vi, face, units)
    if not pair.second:
        return (first,)
    return (first, sheet.run(" · ", Face.MEDIUM, units - 1), sheet.run(pair.second, Face.ITALIC, units - 1))


def stacked(sheet: Sheet, pair: Pair, face: Face, units: float) -> None:
    """Add both languages, centred, each on its own line."""
    if pair.vi:
        sheet.paragraph((sheet.run(pair.vi, face, units),))
    sheet.second(pair.second, min(units - 1, _LARGEST_SECOND))


def in_a_line(sheet: Sheet, pair: Pair, face: Face, units: float) -> None:
    """Add both languages, centred, in one line if they fit."""
    line = inline(sheet, pair, units, face)
    if sum(run.width_dots for run in line) <= sheet.column_dots and not sheet.can_type(pair.second):
        sheet.paragraph(line)
    else:
        stacked(sheet, pair, face, units)


def checkbox(sheet: Sheet, item: Pair, units: float) -> None:
    """Add an item with a checkbox; both languages in one line if they fit."""
    indent = sheet.px(units + 9)
    room = sheet.column_dots - indent
    line, second = inline(sheet, item, units), ""
    if sum(run.width_dots for run in line) > room or sheet.can_type(item.second):
        line, second = (sheet.run(item.vi, Face.MEDIUM, units),), item.second
    text = paragraph((line,), room)
    strip = sheet.strip(text.height)
    strip.paste(text, (sheet.margin_dots + indent, 0))
    size = sheet.px(units - 7)
    top = (line_height(line) - size) // 2 + sheet.px(1)
    box = (sheet.margin_dots, top, sheet.margin_dots + size, top + size)
    ImageDraw.Draw(strip).rectangle(box, outline=255, width=sheet.px(2))
    sheet.add(strip)
    sheet.second(second, units - 1, "left", indent)


def code(sheet: Sheet, address: str) -> None:
    """Add the QR code of an address, centred and alone in its rows, so that the printer can double its dots.

    Raises:
        EncodingError: the code does not fit on this paper.
    """
    image = qr_image(address, sheet.column_dots * 36 // 100, sheet.width_dots)
    strip = sheet.strip(image.height)
    strip.paste(image, ((strip.width - image.width) // 2 & ~1, 0))
    sheet.add(strip)
