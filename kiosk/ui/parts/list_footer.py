"""The footer of a list: a fixed choice, and the button that turns the pages."""

from __future__ import annotations

from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Space
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.parts.card import Choice, card, card_height
from kiosk.ui.parts.controls import button


def footed(sheet: SceneBuilder, box: Box, choice: Choice | None) -> Box:
    """Draw a choice along the bottom of a box; return the box left above it."""
    if choice is None:
        return box
    foot, rest = box.foot(card_height(sheet.metrics, choice, box.w))
    _draw(sheet, foot, choice)
    return rest.foot(sheet.px(Space.GAP))[1]


def footer_room(sheet: SceneBuilder, box: Box, choice: Choice | None) -> Box:
    """Return the box left above a footer with a page button, which shares its row with a choice."""
    high = sheet.px(Space.TARGET)
    if choice is not None:
        high = max(high, card_height(sheet.metrics, choice.compact(), _pager_row(sheet, box, high)[1].w))
    return box.foot(high + sheet.px(Space.GAP))[1]


def pager(sheet: SceneBuilder, box: Box, choice: Choice | None, page: tuple[int, int]) -> None:
    """Draw the footer: the page button (`page` = index and count), and a choice beside it."""
    t = sheet.look.t
    here, pages = page
    more = t("See more") if here + 1 < pages else t("Back to the first ones")
    foot = box.foot(box.bottom - footer_room(sheet, box, choice).bottom - sheet.px(Space.GAP))[0]
    spot = foot
    if choice is not None:
        spot, other = _pager_row(sheet, foot, foot.h)
        _draw(sheet, other, choice.compact())
    button(sheet, spot, "more", more, icon="chevron-down", note=f"{here + 1}/{pages}")


def _pager_row(sheet: SceneBuilder, box: Box, high: int) -> tuple[Box, Box]:
    gap = sheet.px(Space.GAP)
    row = box.foot(high)[0]
    return row.left((row.w - gap) * 9 // 20)[0], row.end((row.w - gap) * 11 // 20)[0]


def _draw(sheet: SceneBuilder, box: Box, choice: Choice) -> None:
    """Draw a choice as a card, or the main choice as a button."""
    if choice.is_main:
        button(sheet, box, choice.id, choice.title, icon=choice.icon, is_main=True)
    else:
        card(sheet, box, choice)
