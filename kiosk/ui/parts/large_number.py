"""The queue number in large type."""

from __future__ import annotations

from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Space, Style, Weight
from kiosk.ui.drawing.scene_builder import SceneBuilder, grown


def hero(sheet: SceneBuilder, box: Box, number: str, name: str, under: str = "") -> None:
    """Write a queue number as large as fits, with a caption above and the service below."""
    tone, gap = sheet.theme.card, sheet.px(Space.GAP)
    label, small = sheet.font(Style.BODY), sheet.font(Style.SMALL)
    heading = sheet.font(Style.HEADING)
    if sheet.height(name, heading, box.w) > heading.line_px:
        heading = sheet.font(Style.STRONG)
    bold = heading._replace(weight=Weight.EXTRABOLD)
    name_h = sheet.height(name, heading, box.w)
    over = sheet.look.t("Queue number")
    # The texts around the number are left out when it would become too small.
    for head, foot in ((over, under), (over, ""), ("", "")):
        words = name_h + (label.line_px if head else 0) + (small.line_px if foot else 0)
        font = grown(number, bold, box.w, max(label.cap_px, box.h - words - 2 * gap))
        if font.cap_px >= 3 * label.cap_px:
            break
    space = max(0, min(gap * 2, (box.h - words - font.cap_px) // 2))
    stack = box.middle(box.w, words + font.cap_px + 2 * space)
    if head:
        row, stack = stack.top(label.line_px)
        sheet.line(row, head, label, tone.soft, align="center")
    row, stack = stack.top(space)[1].top(font.cap_px)
    sheet.middle(row, number, font, sheet.theme.number)
    stack = sheet.paragraph(stack.top(space)[1], name, heading, tone.text, align="center")
    if foot:
        sheet.line(stack.top(small.line_px)[0], foot, small, tone.soft, align="center")
