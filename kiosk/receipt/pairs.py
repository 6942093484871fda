"""What is said twice on paper, Vietnamese first: in one line, in two, beside a box to tick, beside a QR code."""

from __future__ import annotations

from itertools import chain, pairwise

from PIL import Image, ImageDraw

from kiosk.receipt.bilingual import Pair
from kiosk.receipt.qr import QUIET_MODULES, qr_image
from kiosk.receipt.sheet import Sheet
from kiosk.receipt.typeset import Face, Line, above, line_height, paragraph


def inline(sheet: Sheet, pair: Pair, units: float, face: Face = Face.MEDIUM) -> Line:
    """Return both languages in one line of text, the second in italics."""
    first = sheet.run(pair.vi, face, units)
    if not pair.second:
        return (first,)
    return (first, sheet.run(" · ", Face.MEDIUM, units - 1), sheet.run(pair.second, Face.ITALIC, units - 1))


def lines(sheet: Sheet, pair: Pair, face: Face, units: float) -> tuple[Line, ...]:
    """Return both languages in lines of their own."""
    first = (sheet.run(pair.vi, face, units),)
    return (first, (sheet.run(pair.second, Face.ITALIC, min(units - 1, 26)),)) if pair.second else (first,)


def stacked(sheet: Sheet, pair: Pair, face: Face, units: float) -> None:
    """Add both languages, centred, in lines of their own."""
    for line in lines(sheet, pair, face, units):
        sheet.paragraph(line)


def checkbox(sheet: Sheet, item: Pair, units: float) -> None:
    """Add a thing with a box to tick: in one line where both languages fit into it."""
    indent = sheet.px(units + 9)
    room = sheet.column_dots - indent
    line = inline(sheet, item, units)
    fits = sum(run.width_dots for run in line) <= room
    text = paragraph((line,) if fits else lines(sheet, item, Face.MEDIUM, units), room)
    strip = sheet.strip(text.height)
    strip.paste(text, (sheet.margin_dots + indent, 0))
    size = sheet.px(units - 7)
    top = (line_height(line) - size) // 2 + sheet.px(1)
    box = (sheet.margin_dots, top, sheet.margin_dots + size, top + size)
    ImageDraw.Draw(strip).rectangle(box, outline=255, width=sheet.px(2))
    sheet.add(strip)


def code(sheet: Sheet, address: str, words: tuple[tuple[Line, ...], ...]) -> None:
    """Add the QR code of an address with paragraphs beside it, or below where a long address makes it wide.

    Raises:
        EncodingError: the code does not fit on this paper.
    """
    image, module_dots = qr_image(address, sheet.column_dots * 30 // 100, sheet.width_dots)
    quiet = module_dots * QUIET_MODULES
    left = max(sheet.margin_dots, quiet)
    beside = sheet.width_dots - left - image.width - quiet - sheet.margin_dots
    if beside < sheet.column_dots // 2:
        strip = sheet.strip(image.height + quiet)
        strip.paste(image, ((strip.width - image.width) // 2, 0))
        sheet.add(strip)
        sheet.add_inside(paragraph(tuple(chain(*words)), sheet.column_dots, "centre"))
        return
    text = _apart([paragraph(part, beside) for part in words], sheet.px(16))
    strip = sheet.strip(max(image.height, text.height))
    strip.paste(image, (left, (strip.height - image.height) // 2))
    strip.paste(text, (left + image.width + quiet, (strip.height - text.height) // 2))
    sheet.add(strip)


def _apart(parts: list[Image.Image], gap_dots: int) -> Image.Image:
    """Return images one above the other with white between them."""
    space = Image.new("1", (1, gap_dots))
    return above([parts[0], *chain.from_iterable((space, part) for _, part in pairwise(parts))])
