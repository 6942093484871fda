"""A text of several pages: blocks that flow through columns and pages, with a card around each subject."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from kiosk.records import Record, replace
from kiosk.ui.drawing import fonts
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.fonts import wrap
from kiosk.ui.drawing.metrics import Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder, shrunk
from kiosk.ui.drawing.theme import Tone
from kiosk.ui.parts.card import Choice, card_height
from kiosk.ui.parts.controls import button
from kiosk.ui.parts.list_footer import footed, footer_room, pager

_BAR_PERCENT = 14
"""Height of the progress bar, in percent of the line above it."""


class Head(Record):
    """The heading of a subject; `done` of `count` items are ready, and `note` says so in words."""

    subject: int
    lines: tuple[str, ...]
    note: str = ""
    done: int = 0
    count: int = 0


class Tick(Record):
    """One item of a checklist; `label` is its text and its state for the screen reader."""

    subject: int
    id: str
    lines: tuple[str, ...]
    label: str
    is_ticked: bool


class Line(Record):
    """One line of text, with an icon at the beginning of a paragraph."""

    subject: int
    text: str
    icon: str = ""


class Action(Record):
    """A button that belongs to the block above it."""

    subject: int
    id: str
    text: str
    icon: str


Block = Head | Tick | Line | Action
Page = list[list[Block]]
"""Columns of blocks."""


class PagedText:
    """Builds and draws the blocks of one text in columns.

    Args:
        columns: the number of columns in a box.
        tones: the surface of a subject's card, where it differs from the usual one.
    """

    def __init__(
        self, sheet: SceneBuilder, width_px: int, columns: int = 1, tones: dict[int, Tone] | None = None
    ) -> None:
        self._sheet = sheet
        self._columns = columns
        self._tones = tones or {}
        self._width = (width_px - sheet.px(Space.GAP) * (columns - 1)) // columns
        self._body = sheet.font(Style.SMALL if sheet.metrics.is_cramped else Style.BODY)
        self._strong = sheet.font(Style.STRONG)
        self._pad, self._glyph, self._gap = sheet.px(Space.PAD), sheet.px(Space.GLYPH), sheet.px(Space.GAP)

    def head(self, subject: int, text: str, note: str = "", done: int = 0, count: int = 0) -> Head:
        """Return the heading of a subject, wrapped to the width beside its note."""
        aside = fonts.width(note, self._body) + self._gap if note else 0
        wide = self._width - 2 * self._pad
        return Head(subject, wrap(text, self._strong, max(wide - aside, wide // 2)), note, done, count)

    def tick(self, subject: int, id: str, text: str, label: str, *, is_ticked: bool) -> Tick:
        """Return one item of a checklist."""
        return Tick(subject, id, wrap(text, self._body, self._words), label, is_ticked)

    def text(self, subject: int, text: str, icon: str) -> list[Block]:
        """Return the lines of a paragraph."""
        first, *others = wrap(text, self._body, self._words)
        return [Line(subject, first, icon), *(Line(subject, line) for line in others)]

    @property
    def _words(self) -> int:
        return self._width - 2 * self._pad - self._glyph - self._gap

    def lay(self, box: Box, blocks: Sequence[Block], page: int, foot: Choice | None) -> None:
        """Draw one page above a fixed choice; when there are several pages, a button beside it turns them."""
        sheet = self._sheet
        rest = box.foot(card_height(sheet.metrics, foot, box.w) + self._gap if foot else 0)[1]
        pages = self._pages(blocks, rest.h)
        if len(pages) > 1:
            rest = footer_room(sheet, box, foot)
            pages = self._pages(blocks, rest.h)
        here = page % len(pages)
        for column, part in zip(rest.columns(self._columns, self._gap), pages[here], strict=False):
            self._draw(column, part)
        if len(pages) > 1:
            pager(sheet, box, foot, (here, len(pages)))
        else:
            footed(sheet, box, foot)

    def _pages(self, blocks: Sequence[Block], height_px: int) -> list[Page]:
        """Fill columns and pages. Blocks that belong together stay together, unless they are longer than a column."""
        filled: Page = [[]]
        for number, block in enumerate(blocks):
            together = _together(blocks, number)
            needs = together if self._height(together) <= height_px else together[:2]
            is_led = number > 0 and isinstance(block, Line) and isinstance(blocks[number - 1], Head)
            if not is_led and filled[-1] and self._height([*filled[-1], *needs]) > height_px:
                filled.append([])
            filled[-1].append(block)
        return [filled[start : start + self._columns] for start in range(0, len(filled), self._columns)]

    def _draw(self, box: Box, column: Sequence[Block]) -> None:
        """Draw the cards of a column."""
        for subject, run in itertools.groupby(column, lambda block: block.subject):
            blocks = list(run)
            panel, box = box.top(self._card_height(blocks))
            self._sheet.panel(panel, self._tone(subject))
            self._fill(panel.inset(0, self._inset), blocks)
            box = box.top(self._gap)[1]

    @property
    def _button(self) -> int:
        return max(self._sheet.px(Space.TARGET), self._sheet.font(Style.HEADING).line_px * 5 // 4)

    def _tone(self, subject: int) -> Tone:
        return self._tones.get(subject, self._sheet.theme.card)

    @property
    def _inset(self) -> int:
        return self._pad * 2 // 3

    def _height(self, column: Sequence[Block]) -> int:
        subjects = [list(blocks) for _, blocks in itertools.groupby(column, lambda block: block.subject)]
        return sum(map(self._card_height, subjects)) + self._gap * (len(subjects) - 1)

    def _card_height(self, blocks: Sequence[Block]) -> int:
        return sum(map(self._block_height, blocks)) + 2 * self._inset

    def _block_height(self, block: Block) -> int:
        match block:
            case Head(lines=lines, count=count):
                bar = self._strong.line_px * _BAR_PERCENT // 100 + self._gap // 2 if count else 0
                return self._strong.line_px * len(lines) + bar + self._gap // 3
            case Tick(lines=lines):
                return max(self._sheet.px(Space.TARGET), self._body.line_px * len(lines) + self._gap)
            case Line(icon=icon):
                return self._body.line_px + (self._gap // 3 if icon else 0)
            case Action():
                return self._button + self._gap

    def _fill(self, box: Box, blocks: Sequence[Block]) -> None:
        for paragraph in _paragraphs(blocks):
            first = paragraph[0]
            if isinstance(first, Line):
                box = self._paragraph(box, [block for block in paragraph if isinstance(block, Line)])
                continue
            row, box = box.top(self._block_height(first))
            match first:
                case Head():
                    self._head(row.inset(self._pad, 0), first)
                case Tick():
                    self._tick(row, first)
                case Action():
                    spot = row.inset(self._pad, 0).foot(self._button)[0]
                    button(self._sheet, spot, first.id, first.text, icon=first.icon)

    def _head(self, row: Box, head: Head) -> None:
        sheet, tone = self._sheet, self._tone(head.subject)
        sheet.paragraph(row, "\n".join(head.lines), self._strong, tone.text)
        first = row.top(self._strong.line_px)[0]
        if head.note:
            wide = row.w - max(fonts.width(line, self._strong) for line in head.lines) - self._gap
            small = shrunk(head.note, self._body, wide)
            color = sheet.theme.accent if head.done == head.count else tone.soft
            sheet.line(first.end(wide)[0], head.note, small, color, align="right")
        if head.count:
            high = self._strong.line_px * _BAR_PERCENT // 100
            track = row.top(self._strong.line_px * len(head.lines) + self._gap // 4)[1].top(high)[0]
            sheet.fill(track, tone.edge, high // 2)
            if head.done:
                sheet.fill(track.left(max(high, track.w * head.done // head.count))[0], sheet.theme.accent, high // 2)

    def _tick(self, row: Box, tick: Tick) -> None:
        sheet = self._sheet
        tone = sheet.theme.good if tick.is_ticked else sheet.theme.card
        line = sheet.px(Space.LINE)
        spot = row.inset(2 * line, 0)
        sheet.panel(spot, replace(tone, edge=tone.fill), id=tick.id, radius_px=0)
        sheet.target(tick.id, row, tick.label)
        icon, words = row.inset(self._pad, 0).left(self._glyph)
        sheet.icon(icon, "square-check" if tick.is_ticked else "square", tone.mark, self._glyph)
        sheet.middle(words.left(self._gap)[1], "\n".join(tick.lines), self._body, tone.text, align="left")
        sheet.fill(row.top(line)[0].inset(self._pad, 0), sheet.theme.card.edge)

    def _paragraph(self, box: Box, lines: Sequence[Line]) -> Box:
        sheet, tone = self._sheet, self._tone(lines[0].subject)
        area, rest = box.top(sum(map(self._block_height, lines)))
        area = area.foot(self._body.line_px * len(lines))[0]
        icon, words = area.inset(self._pad, 0).left(self._glyph)
        if lines[0].icon:
            first = icon.top(self._body.line_px)[0]
            sheet.icon(first, lines[0].icon, tone.mark, min(self._glyph * 3 // 4, first.h))
        sheet.paragraph(words.left(self._gap)[1], "\n".join(line.text for line in lines), self._body, tone.text)
        return rest


def _together(blocks: Sequence[Block], number: int) -> list[Block]:
    """Return a block and those that must follow it on the same page: heading and first text, or a paragraph."""
    block, after = blocks[number], blocks[number + 1 :]
    if isinstance(block, Head):
        return [block, *_together(blocks, number + 1)] if after else [block]
    if isinstance(block, Line) and block.icon:
        same = itertools.takewhile(lambda one: isinstance(one, Line) and not one.icon, after)
        return [block, *same]
    return [block]


def _paragraphs(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks with the lines of each paragraph together."""
    found: list[list[Block]] = []
    for block in blocks:
        if found and isinstance(block, Line) and not block.icon and isinstance(found[-1][0], Line):
            found[-1].append(block)
        else:
            found.append([block])
    return found
