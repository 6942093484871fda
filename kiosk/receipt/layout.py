"""The layout of a slip: the position and size of each part, and the parts that are left out when empty."""

from __future__ import annotations

from PIL import Image

from kiosk.receipt.bilingual import Bilingual, Figure, Pair
from kiosk.receipt.blocks import Block, Picture
from kiosk.receipt.pairs import checkbox, code, in_a_line, inline, stacked
from kiosk.receipt.sheet import Sheet
from kiosk.receipt.slip import PrinterProfile, Slip
from kiosk.receipt.typeset import Face, Run, draw_large, fitted, paragraph, stack
from kiosk.records import replace

_SMALLEST_DOTS = 8


def layout(slip: Slip, profile: PrinterProfile) -> list[Block]:
    """Return the blocks of a slip from top to bottom.

    All texts are wrapped or shrunk to the width of the paper.

    Raises:
        EncodingError: the QR code of `follow_url` does not fit on this paper.
        ConfigError: the kiosk has no translations for the slip's second language.
    """
    return _sheet(slip, profile).blocks


def fixed_pictures(slip: Slip, profile: PrinterProfile) -> list[Picture]:
    """Return the parts of a slip that are the same on other slips, from top to bottom; a printer may store them.

    Raises:
        EncodingError, ConfigError: as `layout`.
    """
    return _sheet(slip, replace(profile, art={})).pictures


def _sheet(slip: Slip, profile: PrinterProfile) -> Sheet:
    sheet = Sheet(profile)
    words = Bilingual(slip.second_language)
    for part in (_head, _number, _service, _figures, _follow, _have_ready, _if_missed):
        part(sheet, slip, words)
    return sheet


def _head(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.paragraph((sheet.run(words.ward(slip.authority).vi, Face.BOLD, 28),))
        sheet.paragraph((sheet.run(words.ward(slip.hall).vi, Face.MEDIUM, 25),))
        sheet.feed(8)
        sheet.rule()

    sheet.feed(4)
    sheet.fixed(draw)
    if slip.is_copy:
        sheet.feed(14)
        sheet.bar(" · ".join(filter(None, words.own("COPY"))))
    sheet.feed(10)


def _number(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    sheet.fixed(lambda sheet: sheet.paragraph(inline(sheet, words.own("Queue number"), 26)))
    sheet.feed(16)
    # Always drawn as raster: it is the main content, and most built-in fonts have a slashed zero.
    hero = fitted(slip.number, Face.EXTRABOLD, (sheet.px(240), sheet.px(20)), sheet.column_dots)
    sheet.add(draw_large(hero, sheet.width_dots))
    sheet.feed(20)


def _service(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    sheet.fixed(lambda sheet: stacked(sheet, words.ward(slip.service_name), Face.BOLD, 36))
    if slip.procedure_name:
        procedure = words.ward(slip.procedure_name)
        sheet.feed(6)
        sheet.fixed(lambda sheet: stacked(sheet, procedure, Face.MEDIUM, 26))
    if slip.priority_name:
        group = words.ward(slip.priority_name)
        said = Pair(f"{words.own('Priority').vi}: {group.vi}", group.second)
        sheet.feed(10)
        sheet.fixed(lambda sheet: _priority(sheet, said))


def _priority(sheet: Sheet, said: Pair) -> None:
    """Add the priority in a frame; on a slow line without one, because its sides cost bytes in every row."""
    if sheet.can_type(said.second):
        stacked(sheet, said, Face.BOLD, 28)
    else:
        sheet.label(inline(sheet, said, 26, Face.BOLD))


def _figures(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    figures = words.figures(slip)
    sheet.feed(16)
    sheet.rule()
    sheet.feed(12)
    if not sheet.typed_cells(tuple(figure.value for figure in figures), scale=2):
        values = [_value(sheet, figure, sheet.column_dots // len(figures)) for figure in figures]
        sheet.cells(values, is_middle=True)
    sheet.feed(6)
    sheet.fixed(lambda sheet: _labels(sheet, figures))
    sheet.feed(20)


def _value(sheet: Sheet, figure: Figure, cell_dots: int) -> Image.Image:
    """Return a number or a word as large as fits into its cell."""
    largest = 46 if any(character.isdigit() for character in figure.value) else 32
    run = fitted(figure.value, Face.BOLD, (sheet.px(largest), _SMALLEST_DOTS), cell_dots - 2 * sheet.px(6))
    return stack([(run,)], run.width_dots)


def _labels(sheet: Sheet, figures: tuple[Figure, ...]) -> None:
    room = sheet.column_dots // len(figures) - 2 * sheet.px(6)
    sheet.cells([paragraph(((sheet.run(figure.label.vi, Face.MEDIUM, 23),),), room, "centre") for figure in figures])
    second = tuple(figure.label.second for figure in figures)
    if any(second) and not sheet.typed_cells(second):
        lines = [((sheet.run(text, Face.ITALIC, 22),) if text else (),) for text in second]
        sheet.cells([paragraph(line, room, "centre") for line in lines])
    sheet.feed(12)
    sheet.rule()


def _follow(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    if slip.follow_url:
        code(sheet, slip.follow_url)
        sheet.feed(10)
        sheet.fixed(lambda sheet: in_a_line(sheet, words.own("Follow on your phone"), Face.BOLD, 25))
        sheet.feed(4)
    if not sheet.typed(f"{slip.issued_at:%H:%M - %d/%m/%Y}"):
        for line in _taken(sheet, words.taken(slip)):
            sheet.paragraph((line,))
    if not slip.time_certain:
        stacked(sheet, words.own("The time may be wrong"), Face.BOLD, 24)


def _taken(sheet: Sheet, parts: tuple[str, str]) -> list[Run]:
    """Return time and date in one line if they fit, else in two."""
    together = sheet.run(" · ".join(parts), Face.MEDIUM, 25)
    return [together] if together.width_dots <= sheet.column_dots else [sheet.run(p, Face.MEDIUM, 25) for p in parts]


def _have_ready(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.rule(is_dashed=True)
        sheet.feed(8)
        sheet.paragraph(inline(sheet, words.own("Have ready"), 26, Face.BOLD), "left")
        for item in slip.ready:
            checkbox(sheet, words.ward(item), 25)

    if slip.ready:
        sheet.feed(20)
        sheet.fixed(draw)


def _if_missed(sheet: Sheet, slip: Slip, words: Bilingual) -> None:
    missed = words.ward(slip.missed)
    if missed.vi:
        sheet.feed(14)
        sheet.fixed(lambda sheet: stacked(sheet, missed, Face.MEDIUM, 24))
