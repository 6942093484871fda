"""The question over an unfinished visit: "need more time?"."""

from __future__ import annotations

from kiosk.ui.drawing.metrics import Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.controls import button


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """Cover the screen with a veil and ask; the covered targets accept no touch."""
    t, tone, pad, gap = sheet.look.t, sheet.theme.card, sheet.px(Space.PAD), sheet.px(Space.GAP)
    sheet.covered()
    sheet.fill(sheet.box, sheet.theme.veil)
    title, body = sheet.font(Style.TITLE), sheet.font(Style.BODY)
    wide = min(sheet.box.w - 2 * sheet.px(Space.MARGIN), sheet.metrics.mm(260))
    head = t("Do you need more time?")
    text = t.plural(
        "The screen starts over in {count} second.", "The screen starts over in {count} seconds.", snapshot.left_s or 0
    )
    inner = wide - 2 * pad
    words = sheet.height(head, title, inner) + sheet.height(text, body, inner)
    main = sheet.px(Space.MAIN)
    box = sheet.box.middle(wide, words + main + 2 * pad + 3 * gap)
    sheet.panel(box, tone)
    rest = sheet.paragraph(box.inset(pad), head, title, tone.text)
    sheet.paragraph(rest, text, body, tone.soft)
    foot = box.inset(pad).foot(main)[0]
    leave, stay = foot.left(inner * 36 // 100)[0], foot.left(inner * 36 // 100 + gap)[1]
    button(sheet, leave, "done", t("Start over"))
    button(sheet, stay, "stay", t("Continue"), is_main=True)
