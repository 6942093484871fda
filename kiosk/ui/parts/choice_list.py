"""A list of choices that fits its box: in the most detailed style that fits, on several pages if necessary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.parts.card import Choice, card, card_height, is_torn
from kiosk.ui.parts.list_footer import footed, footer_room, pager

_STRETCH = 1.3
"""Cards grow into free room by at most this factor."""
_NARROWEST = 8.5
"""Least width of a card, in ems of the heading font."""
_WIDE = 1.35
"""A box wider than this share of its height tries two columns first."""


def choices(sheet: SceneBuilder, box: Box, items: Sequence[Choice], page: int, *, foot: Choice | None = None) -> None:
    """Lay out the choices above a fixed choice, the footer.

    A "more" button turns the pages when there are several; `page` counts its touches.
    """
    gap = sheet.px(Space.GAP)
    foot_h = card_height(sheet.metrics, foot, box.w) + gap if foot else 0
    room = box.foot(foot_h)[1]
    for columns, cards in _layouts(sheet, room, items):
        rows = _rows(sheet, room, cards, columns)
        if _is_torn(sheet, room, cards, columns):
            continue
        if sum(rows) + gap * (len(rows) - 1) <= room.h:
            _grid(sheet, footed(sheet, box, foot), cards, columns)
            return
    _paged(sheet, box, items, foot, page)


def _layouts(sheet: SceneBuilder, box: Box, items: Sequence[Choice]) -> Iterator[tuple[int, Sequence[Choice]]]:
    """Yield (columns, cards), the preferred layout first."""
    for style in (_rich, Choice.short, Choice.bare, Choice.compact):
        for count in _columns(sheet, box, len(items)):
            yield count, [style(item) for item in items]


def _columns(sheet: SceneBuilder, box: Box, count: int) -> list[int]:
    widest = max(1, int(box.w / (sheet.font(Style.HEADING).size_px * _NARROWEST)))
    order = (2, 1, 3) if box.w > _WIDE * box.h and count > 2 else (1, 2)
    return [columns for columns in order if columns <= widest] or [1]


def _rich(choice: Choice) -> Choice:
    return choice


def _is_torn(sheet: SceneBuilder, box: Box, cards: Sequence[Choice], columns: int) -> bool:
    wide = (box.w - sheet.px(Space.GAP) * (columns - 1)) // columns
    return any(is_torn(sheet.metrics, choice, wide) for choice in cards)


def _rows(sheet: SceneBuilder, box: Box, cards: Sequence[Choice], columns: int) -> list[int]:
    """Return the height of each row, which is that of its highest card."""
    wide = (box.w - sheet.px(Space.GAP) * (columns - 1)) // columns
    heights = [card_height(sheet.metrics, choice, wide) for choice in cards]
    return [max(heights[start : start + columns]) for start in range(0, len(heights), columns)]


def _grid(sheet: SceneBuilder, box: Box, cards: Sequence[Choice], columns: int) -> None:
    """Draw the cards in rows of equal height if there is room, else in rows of the height they need."""
    if not cards:
        return
    gap = sheet.px(Space.GAP)
    rows = _rows(sheet, box, cards, columns)
    room = box.h - gap * (len(rows) - 1)
    if max(rows) * len(rows) <= room:
        rows = [max(rows)] * len(rows)
    growth = min(_STRETCH, room / sum(rows))
    if growth > 1:
        rows = [int(high * growth) for high in rows]
    y = box.y
    for number, high in enumerate(rows):
        lanes = Box(box.x, y, box.w, high).columns(columns, gap)
        for lane, choice in zip(lanes, cards[number * columns : (number + 1) * columns], strict=False):
            card(sheet, lane, choice)
        y += high + gap


def _paged(sheet: SceneBuilder, box: Box, items: Sequence[Choice], foot: Choice | None, page: int) -> None:
    """Draw one page, in the layout that fits every card and needs the fewest pages."""
    rest = footer_room(sheet, box, foot)
    layouts = []
    for style in (Choice.bare, Choice.compact, Choice.small):
        for columns in _columns(sheet, rest, len(items)):
            cards = [style(item) for item in items]
            is_too_high = max(_rows(sheet, rest, cards, columns)) > rest.h
            is_bad = (_is_torn(sheet, rest, cards, columns), is_too_high, style is Choice.small)
            layouts.append((is_bad, _pages(sheet, rest, cards, columns), columns))
    _, pages, columns = min(layouts, key=lambda layout: (layout[0], len(layout[1])))
    here = page % len(pages)
    _grid(sheet, rest, pages[here], columns)
    pager(sheet, box, foot, (here, len(pages)))


def _pages(sheet: SceneBuilder, box: Box, cards: Sequence[Choice], columns: int) -> list[list[Choice]]:
    pages: list[list[Choice]] = [[]]
    for start in range(0, len(cards), columns):
        row = list(cards[start : start + columns])
        rows = _rows(sheet, box, pages[-1] + row, columns)
        if pages[-1] and sum(rows) + sheet.px(Space.GAP) * (len(rows) - 1) > box.h:
            pages.append([])
        pages[-1] += row
    return pages
