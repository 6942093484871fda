"""Draws a slip: which part stands where, in which size, and what is left out when there is nothing to say."""

from __future__ import annotations

from kiosk.receipt.bilingual import Bilingual, Pair
from kiosk.receipt.pairs import checkbox, code, inline, lines, stacked
from kiosk.receipt.sheet import Block, Sheet
from kiosk.receipt.slip import PrinterProfile, Slip
from kiosk.receipt.typeset import Face, Line, draw_tall, fitted, paragraph


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
    sheet.paragraph(inline(sheet, words.own("Queue number"), 26))
    sheet.feed(16)
    hero = fitted(slip.number, Face.EXTRABOLD, (sheet.px(240), sheet.px(20)), sheet.column_dots)
    sheet.add(draw_tall(hero, sheet.width_dots))
    sheet.feed(20)


def _service(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    stacked(sheet, words.ward(slip.service_name), Face.BOLD, 36)
    if slip.procedure_name:
        sheet.feed(6)
        stacked(sheet, words.ward(slip.procedure_name), Face.MEDIUM, 26)
    if slip.priority_name:
        group = words.ward(slip.priority_name)
        sheet.feed(10)
        sheet.label(inline(sheet, Pair(f"{words.own('Priority').vi}: {group.vi}", group.second), 26, Face.BOLD))


def _figures(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    sheet.feed(16)
    sheet.table(words.figures(slip))
    sheet.feed(20)


def _follow(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    when = _when(sheet, slip, words)
    if slip.follow_url:
        code(sheet, slip.follow_url, (lines(sheet, words.own("Follow on your phone"), Face.BOLD, 25), when))
    else:
        sheet.add_inside(paragraph(when, sheet.column_dots, "centre"))


def _when(sheet: Sheet, slip: Slip, words: Bilingual) -> tuple[Line, ...]:
    when = tuple((sheet.run(text, Face.MEDIUM, 25),) for text in words.taken(slip))
    return when if slip.time_certain else when + lines(sheet, words.own("The time may be wrong"), Face.BOLD, 24)


def _have_ready(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    if not slip.ready:
        return
    sheet.feed(20)
    sheet.rule(is_dashed=True)
    sheet.feed(8)
    sheet.paragraph(inline(sheet, words.own("Have ready"), 26, Face.BOLD), "left")
    for item in slip.ready:
        checkbox(sheet, words.ward(item), 25)


def _if_missed(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    missed = words.ward(slip.missed)
    if missed.vi:
        sheet.feed(14)
        stacked(sheet, missed, Face.MEDIUM, 24)
