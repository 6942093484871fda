"""Draws a slip: which part stands where, in which size, and what is left out when there is nothing to say."""

from __future__ import annotations

from PIL import Image, ImageDraw

from kiosk.receipt.bilingual import Bilingual, Pair
from kiosk.receipt.qr import QUIET_MODULES, qr_image
from kiosk.receipt.sheet import Block, Sheet
from kiosk.receipt.slip import PrinterProfile, Slip
from kiosk.receipt.typeset import Face, Line, above, draw_tall, fitted, line_height, paragraph


def layout(slip: Slip, profile: PrinterProfile) -> list[Block]:
    """Return the blocks of a slip from top to bottom: strips of dots, and white paper that is fed instead of sent.

    Everything wraps or shrinks to the width of the paper; nothing runs off it.

    Raises:
        EncodingError: the QR code of `follow_url` does not fit on this paper.
        ConfigError: the kiosk has no words in the slip's second language.
    """
    sheet = Sheet(profile)
    words = Bilingual(slip.second_language)
    for part in (_head, _number, _service, _figures, _follow, _have_ready, _if_missed):
        part(sheet, slip, words)
    return sheet.blocks


def _head(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    sheet.feed(4)
    sheet.paragraph((sheet.run(words.ward(slip.authority).vi, Face.BOLD, 28),))
    sheet.paragraph((sheet.run(words.ward(slip.hall).vi, Face.MEDIUM, 25),))
    sheet.feed(8)
    sheet.rule()
    if slip.is_copy:
        sheet.feed(14)
        sheet.bar(" · ".join(filter(None, words.own("COPY"))))
    sheet.feed(10)


def _number(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    sheet.paragraph(_inline(sheet, words.own("Queue number"), 26))
    sheet.feed(16)
    hero = fitted(slip.number, Face.EXTRABOLD, (sheet.px(240), sheet.px(20)), sheet.column_dots)
    sheet.add(draw_tall(hero, sheet.width_dots))
    sheet.feed(20)


def _service(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    _stacked(sheet, words.ward(slip.service_name), Face.BOLD, 36)
    if slip.procedure_name:
        sheet.feed(6)
        _stacked(sheet, words.ward(slip.procedure_name), Face.MEDIUM, 26)
    if slip.priority_name:
        group = words.ward(slip.priority_name)
        sheet.feed(10)
        sheet.label(_inline(sheet, Pair(f"{words.own('Priority').vi}: {group.vi}", group.second), 26, Face.BOLD))


def _figures(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    sheet.feed(16)
    sheet.table(words.figures(slip))
    sheet.feed(20)


def _follow(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    when = _when(sheet, slip, words)
    if not slip.follow_url:
        sheet.add_inside(paragraph(when, sheet.column_dots, "centre"))
        return
    code, module_dots = qr_image(slip.follow_url, sheet.column_dots * 30 // 100, sheet.width_dots)
    quiet = module_dots * QUIET_MODULES
    left = max(sheet.margin_dots, quiet)
    beside = sheet.width_dots - left - code.width - quiet - sheet.margin_dots
    follow = _lines(sheet, words.own("Follow on your phone"), Face.BOLD, 25)
    if beside < sheet.column_dots // 2:  # a long address makes a wide code: it stands alone, its words below
        strip = sheet.strip(code.height + quiet)
        strip.paste(code, ((strip.width - code.width) // 2, 0))
        sheet.add(strip)
        sheet.add_inside(paragraph(follow + when, sheet.column_dots, "centre"))
        return
    space = Image.new("1", (beside, sheet.px(16)))
    text = above([paragraph(follow, beside), space, paragraph(when, beside)])
    strip = sheet.strip(max(code.height, text.height))
    strip.paste(code, (left, (strip.height - code.height) // 2))
    strip.paste(text, (left + code.width + quiet, (strip.height - text.height) // 2))
    sheet.add(strip)


def _when(sheet: Sheet, slip: Slip, words: Bilingual) -> tuple[Line, ...]:
    lines = tuple((sheet.run(text, Face.MEDIUM, 25),) for text in words.taken(slip))
    return lines if slip.time_certain else lines + _lines(sheet, words.own("The time may be wrong"), Face.BOLD, 24)


def _have_ready(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    if not slip.ready:
        return
    sheet.feed(20)
    sheet.rule(is_dashed=True)
    sheet.feed(8)
    sheet.paragraph(_inline(sheet, words.own("Have ready"), 26, Face.BOLD), "left")
    for item in slip.ready:
        _checkbox(sheet, words.ward(item))


def _checkbox(sheet: Sheet, item: Pair) -> None:
    indent = sheet.px(34)
    room = sheet.column_dots - indent
    line = _inline(sheet, item, 25)
    fits = sum(run.width_dots for run in line) <= room
    text = paragraph((line,) if fits else _lines(sheet, item, Face.MEDIUM, 25), room)
    strip = sheet.strip(text.height)
    strip.paste(text, (sheet.margin_dots + indent, 0))
    size = sheet.px(18)
    top = (line_height(line) - size) // 2 + sheet.px(1)
    box = (sheet.margin_dots, top, sheet.margin_dots + size, top + size)
    ImageDraw.Draw(strip).rectangle(box, outline=255, width=sheet.px(2))
    sheet.add(strip)


def _if_missed(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    missed = words.ward(slip.missed)
    if missed.vi:
        sheet.feed(14)
        _stacked(sheet, missed, Face.MEDIUM, 24)


def _inline(sheet: Sheet, pair: Pair, units: float, face: Face = Face.MEDIUM) -> Line:
    """Return both languages in one line of text, the second in italics."""
    first = sheet.run(pair.vi, face, units)
    if not pair.second:
        return (first,)
    return (first, sheet.run(" · ", Face.MEDIUM, units - 1), sheet.run(pair.second, Face.ITALIC, units - 1))


def _lines(sheet: Sheet, pair: Pair, face: Face, units: float) -> tuple[Line, ...]:
    """Return both languages in lines of their own."""
    first = (sheet.run(pair.vi, face, units),)
    return (first, (sheet.run(pair.second, Face.ITALIC, min(units - 1, 26)),)) if pair.second else (first,)


def _stacked(sheet: Sheet, pair: Pair, face: Face, units: float) -> None:
    for line in _lines(sheet, pair, face, units):
        sheet.paragraph(line)
