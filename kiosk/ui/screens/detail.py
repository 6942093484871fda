"""Detail: the papers, time and fee of one procedure, and a number for it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.i18n import chosen
from kiosk.lobby.views import ProcedureView
from kiosk.ui.box import Box
from kiosk.ui.card import Choice, card_height
from kiosk.ui.flow import Screen, stopping
from kiosk.ui.foot import footed, paged, pager
from kiosk.ui.frame import frame
from kiosk.ui.lettering import wrap
from kiosk.ui.metrics import Font, Space, Style
from kiosk.ui.moment import Moment
from kiosk.ui.parts import title
from kiosk.ui.samples import Preview, at
from kiosk.ui.sheet import Sheet


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of what is to be known: a heading, or text, with an icon where a new thing begins."""

    text: str
    icon: str = ""
    is_head: bool = False


def paint(sheet: Sheet, moment: Moment) -> None:
    """What the procedure needs, on as many pages as it takes, over the button that takes a number for it."""
    t, procedure = sheet.look.t, moment.procedure
    content = frame(sheet, moment, back=t("Back"))
    if procedure is None:  # the catalogue has changed under the visitor's hands
        title(sheet, content, t("This is no longer listed."), t("Please go back and choose again."))
        return
    box = title(sheet, content, chosen(procedure.name, t.language))
    take = t("Take a number") if sheet.metrics.is_cramped else t("Take a number for this")
    foot = None if stopping(moment.hall.faults) else Choice("want", take, "ticket", is_main=True).compact()
    count = 1 if sheet.metrics.is_portrait else 2
    gap = sheet.px(Space.GAP)
    lines = _lines(sheet, procedure, _words_width(sheet, box.columns(count, gap)[0].w))
    rest = box.foot(card_height(sheet, foot, box.w) + gap if foot else 0)[1]
    pages = _pages(sheet, lines, rest.h, count)
    if len(pages) > 1:
        rest = paged(sheet, box, foot)
        pages = _pages(sheet, lines, rest.h, count)
        pager(sheet, box, foot, (moment.session.page % len(pages), len(pages)))
    else:
        footed(sheet, box, foot)
    page = pages[moment.session.page % len(pages)]
    for column, part in zip(rest.columns(count, gap), page, strict=False):
        _column(sheet, column, part)


def previews() -> tuple[Preview, ...]:
    """A short procedure and one with a long fee text."""
    return (
        Preview("detail", at(Screen.DETAIL, letter="A", procedure="2.000815", for_papers=True)),
        Preview("detail-long", at(Screen.DETAIL, letter="C", procedure="1.004222", for_papers=True)),
    )


def _lines(sheet: Sheet, procedure: ProcedureView, width_px: int) -> list[_Line]:
    """Return everything to be known of a procedure, broken into lines."""
    t = sheet.look.t
    papers = [("check", chosen(paper, t.language)) for paper in procedure.papers]
    online = t("Yes, on the national public service portal") if procedure.is_online else t("No, at the counter only")
    subjects = (
        (t("Papers to bring"), papers),
        (t("How long it takes"), [("clock", chosen(procedure.time, t.language))]),
        (t("Fee"), [("wallet", chosen(procedure.fee, t.language))]),
        (t("Online"), [("globe", online)]),
    )
    lines: list[_Line] = []
    for subject, entries in subjects:
        lines += [_Line(line, is_head=True) for line in wrap(subject, sheet.font(Style.STRONG), width_px)]
        for icon, text in entries:
            first, *others = wrap(text, _body(sheet), width_px)
            lines += [_Line(first, icon), *map(_Line, others)]
    return lines


def _pages(sheet: Sheet, lines: list[_Line], height_px: int, columns: int) -> list[list[list[_Line]]]:
    """Fill columns, and pages of columns; what belongs together stays so unless it is longer than a column."""
    filled: list[list[_Line]] = [[]]
    for number, line in enumerate(lines):
        together = _together(lines, number)
        needs = together if _height(sheet, together) <= height_px else together[:2]
        if filled[-1] and _height(sheet, [*filled[-1], *needs]) > height_px:
            filled.append([])
        filled[-1].append(line)
    return [filled[start : start + columns] for start in range(0, len(filled), columns)]


def _together(lines: list[_Line], number: int) -> list[_Line]:
    """Return a line with what must not be torn from it: a heading and its first text, a paper, or only itself."""
    line = lines[number]
    if not line.is_head and not line.icon:
        return [line]
    starts = [n for n in range(number + 1, len(lines)) if lines[n].icon or lines[n].is_head]
    if line.is_head:
        return [line, *_together(lines, number + 1)] if starts else [line]
    return lines[number : starts[0]] if starts else lines[number:]


def _body(sheet: Sheet) -> Font:
    return sheet.font(Style.SMALL if sheet.metrics.is_cramped else Style.BODY)


def _words_width(sheet: Sheet, width_px: int) -> int:
    return width_px - 2 * sheet.px(Space.PAD) - sheet.px(Space.GLYPH) - sheet.px(Space.GAP)


def _height(sheet: Sheet, lines: list[_Line]) -> int:
    return sum(_line_height(sheet, line, is_first=not number) for number, line in enumerate(lines)) + _inset(sheet) * 2


def _inset(sheet: Sheet) -> int:
    return sheet.px(Space.PAD) * 2 // 3


def _line_height(sheet: Sheet, line: _Line, *, is_first: bool) -> int:
    font = sheet.font(Style.STRONG) if line.is_head else _body(sheet)
    return font.line_px + (0 if is_first else _space(sheet, line))


def _space(sheet: Sheet, line: _Line) -> int:
    """Return the space above a line: most above a heading, some above a new paper."""
    gap = sheet.px(Space.GAP)
    return gap * 5 // 4 if line.is_head else gap // 3 if line.icon else 0


def _column(sheet: Sheet, box: Box, lines: list[_Line]) -> None:
    """Draw lines on one card, a hairline above each new subject."""
    tone, gap, glyph = sheet.theme.card, sheet.px(Space.GAP), sheet.px(Space.GLYPH)
    sheet.panel(box.top(_height(sheet, lines))[0], tone)
    inner = box.inset(sheet.px(Space.PAD), _inset(sheet))
    for number, line in enumerate(lines):
        row, inner = inner.top(_line_height(sheet, line, is_first=not number))
        space = _space(sheet, line) if number else 0
        if number and line.is_head:
            sheet.fill(Box(row.x, row.y + space // 2, row.w, sheet.px(Space.LINE)), tone.edge)
        row = row.top(space)[1]
        words = row.left(glyph + gap)[1]
        if line.icon:
            sheet.icon(row.left(glyph)[0], line.icon, tone.mark, glyph * 3 // 4)
        sheet.line(words, line.text, sheet.font(Style.STRONG) if line.is_head else _body(sheet), tone.text)
