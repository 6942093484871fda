"""The services of the kiosk as choices: on the welcome screen, and on the screens that can give no number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.i18n import Words
from kiosk.lobby.views import Fault, HallView
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Space
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.parts.card import Choice, card, card_height, is_torn

CardStyle = Callable[[Choice], Choice]
CARD_STYLES: tuple[CardStyle, ...] = (lambda choice: choice, Choice.bare, Choice.compact, Choice.small)
"""The styles of a choice, the most detailed first."""


def with_number(t: Words, hall: HallView) -> list[Choice]:
    """Return the choices that lead to a number: a new one, then one booked online."""
    take = Choice("take", t("Take a queue number"), "ticket", _waiting(t, hall), is_main=True, has_arrow=True)
    return [take, Choice("booked", t("Booked online"), "calendar-check", t("Check in with the code"))]


def without_number(t: Words, hall: HallView) -> list[Choice]:
    """Return the choices that need no number: those of a closed hall, and rating while it can be stored."""
    papers = Choice("papers", t("Which papers are needed?"), "book-open-check", t("Also time and fee"))
    ask = Choice("ask", t("Ask in your own words"), "circle-question-mark", t("Type a few words"))
    dossier = Choice("dossier", t("Where is my dossier?"), "folder-search", t("With the code on the receipt"))
    rate = Choice("rate", t("Tell us how it was"), "smile", t("Without a name"))
    guide = [papers, ask] if hall.procedures else []
    return [*guide, dossier] if Fault.DISK_FULL in hall.faults else [*guide, dossier, rate]


def tiles_height(sheet: SceneBuilder, width_px: int, items: Sequence[Choice], columns: int) -> int:
    """Return the total height of rows of tiles, each as high as its highest tile."""
    rows = _rows(sheet, width_px, items, columns)
    return sum(rows) + sheet.px(Space.GAP) * (len(rows) - 1) if rows else 0


def tiles(sheet: SceneBuilder, box: Box, items: Sequence[Choice], columns: int) -> None:
    """Fill a box with rows of tiles, of equal height if there is room. The tiles of a partial row share its width."""
    gap = sheet.px(Space.GAP)
    rows = _rows(sheet, box.w, items, columns)
    room = box.h - gap * (len(rows) - 1)
    if rows and max(rows) * len(rows) <= room:
        rows = [max(rows)] * len(rows)
    spare = room - sum(rows)
    for number, high in enumerate(rows):
        lane, box = box.top(high + spare // len(rows))
        row = items[number * columns : (number + 1) * columns]
        for spot, choice in zip(lane.columns(len(row), gap), row, strict=True):
            card(sheet, spot, choice)
        box = box.top(gap)[1]


def _rows(sheet: SceneBuilder, width_px: int, items: Sequence[Choice], columns: int) -> list[int]:
    gap = sheet.px(Space.GAP)
    rows = [items[start : start + columns] for start in range(0, len(items), columns)]
    return [
        max(card_height(sheet.metrics, one, (width_px - gap * (len(row) - 1)) // len(row)) for one in row)
        for row in rows
    ]


def styled(sheet: SceneBuilder, box: Box, items: Sequence[Choice], columns: int) -> list[Choice]:
    """Return the choices in the most detailed style that fits a box."""
    for style in CARD_STYLES:
        cards = [style(choice) for choice in items]
        if has_room(sheet, box, cards, columns):
            break
    return cards


def has_room(sheet: SceneBuilder, box: Box, items: Sequence[Choice], columns: int) -> bool:
    """Tell whether tiles fit into a box without cutting a word."""
    gap = sheet.px(Space.GAP)
    wide = (box.w - gap * (columns - 1)) // columns
    is_whole = not any(is_torn(sheet.metrics, choice, wide) for choice in items)
    return is_whole and tiles_height(sheet, box.w, items, columns) <= box.h


def _waiting(t: Words, hall: HallView) -> str:
    if not hall.waiting:
        return t("Nobody is waiting")
    waiting = t.plural("{count} person waiting", "{count} people waiting", hall.waiting)
    if hall.wait_minutes is None:
        return waiting
    return t("{waiting} · from about {minutes} min", waiting=waiting, minutes=hall.wait_minutes)
