"""A screen with one message: an icon, a sentence, and what to do; and its buttons."""

from __future__ import annotations

from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.parts.controls import button
from kiosk.ui.parts.fault_messages import Notice


def message(sheet: SceneBuilder, box: Box, notice: Notice) -> None:
    """Draw a message in the upper middle of a box; a long one is smaller."""
    tone, gap, tile = sheet.theme.paper, sheet.px(Space.GAP), sheet.px(Space.TILE) * 3 // 2
    sizes = (
        (Style.TITLE, Style.BODY, tile + 2 * gap, gap),
        (Style.TITLE, Style.BODY, 0, gap),
        (Style.HEADING, Style.SMALL, 0, gap),
        (Style.STRONG, Style.SMALL, 0, gap // 2),
    )
    for head, body, lead, between in sizes:
        title, text = sheet.font(head), sheet.font(body)
        high = lead + sheet.height(notice.head, title, box.w) + between + sheet.height(notice.text, text, box.w)
        if high <= box.h:
            break
    stack = Box(box.x, box.y + max(0, box.h - high) * 2 // 5, box.w, high)
    if lead:
        square = stack.left(tile)[0].top(tile)[0]
        sheet.fill(square, tone.tile, sheet.px(Space.RADIUS))
        sheet.icon(square, notice.icon, tone.mark, tile * 6 // 10)
    stack = sheet.paragraph(stack.top(lead)[1], notice.head, title, tone.text)
    sheet.paragraph(stack.top(between)[1], notice.text, text, tone.soft)


def least_height(sheet: SceneBuilder, width_px: int, notice: Notice) -> int:
    """Return the least height of a message of this width."""
    head, text = sheet.font(Style.STRONG), sheet.font(Style.SMALL)
    words = sheet.height(notice.head, head, width_px) + sheet.height(notice.text, text, width_px)
    return words + sheet.px(Space.GAP) // 2


Offer = tuple[str, str, str]
"""A button: its event, its text, and its icon or an empty string."""


def buttons(
    sheet: SceneBuilder, content: Box, main: Offer, *others: Offer, note: str = "", is_one_row: bool = False
) -> Box:
    """Draw buttons along the bottom, the main one below the others or at their right; return the box left above."""
    gap = sheet.px(Space.GAP)
    foot, box = content.foot(sheet.px(Space.MAIN))
    box = box.foot(gap)[1]
    if others and (is_one_row or not sheet.metrics.is_portrait):
        lanes = foot.columns(len(others) + 1, gap)
        foot, rest = lanes[-1], lanes[:-1]
    elif others:
        row, box = box.foot(max(sheet.px(Space.TARGET), sheet.px(Space.MAIN) * 4 // 5))
        box = box.foot(gap)[1]
        rest = row.columns(len(others), gap)
    else:
        rest = []
    for spot, (id, text, icon) in zip(rest, others, strict=True):
        button(sheet, spot, id, text, icon=icon)
    id, text, icon = main
    button(sheet, foot, id, text, icon=icon, note=note, is_main=True)
    return box
