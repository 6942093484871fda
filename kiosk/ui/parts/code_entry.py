"""The two screens for entering a code: scan it, or type it."""

from __future__ import annotations

from kiosk.lobby.views import Fault
from kiosk.model.hint import Hint
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.controls import title
from kiosk.ui.parts.fault_messages import Notice, advice
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.keyboard import Layout, keyboard
from kiosk.ui.parts.message import buttons, message


def scan_or_type(sheet: SceneBuilder, snapshot: Snapshot, notice: Notice, without_scanner: str) -> None:
    """Ask to scan a code, with typing as the alternative; without a working scanner typing is the only way."""
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("Back"))
    can_scan = snapshot.hall.has_scanner and Fault.SCANNER_OFFLINE not in snapshot.hall.faults
    box = buttons(sheet, content, ("type", t("Type the code"), "keyboard"))
    if not can_scan:
        message(sheet, box, Notice("keyboard", without_scanner, ""))
        return
    box = title(sheet, box, notice.head, notice.text)
    held_up(sheet, box.top(min(box.h, box.w * 6 // 10))[0], notice.icon, snapshot.hint)


def held_up(sheet: SceneBuilder, box: Box, icon: str, hint: Hint | None) -> None:
    """Draw the object to scan and the scanner, or the advice for scanning it."""
    if hint is not None:
        _advise(sheet, box, advice(sheet.look.t, hint))
        return
    tone, gap = sheet.theme.good, sheet.px(Space.GAP)
    sheet.panel(box, tone)
    side = min(box.h * 6 // 10, (box.w - 4 * gap) // 3)
    row = box.middle(side * 3, side)
    for spot, (name, share) in zip(
        row.columns(3, 0), ((icon, 100), ("arrow-right", 45), ("scan-line", 100)), strict=True
    ):
        sheet.icon(spot, name, tone.mark, side * share // 100)


def _advise(sheet: SceneBuilder, box: Box, notice: Notice) -> None:
    """Write the advice as large as fits."""
    tone, pad = sheet.theme.warn, sheet.px(Space.PAD)
    sheet.panel(box, tone)
    room = box.inset(pad)
    side = min(room.h * 7 // 10, room.w // 4)
    sheet.icon(room.left(side)[0], notice.icon, tone.mark, side)
    words = room.left(side + pad * 2)[1]
    fonts = [sheet.font(style) for style in (Style.TITLE, Style.HEADING, Style.STRONG, Style.SMALL)]
    font = next((one for one in fonts if sheet.height(notice.head, one, words.w) <= words.h), fonts[-1])
    sheet.middle(words, notice.head, font, tone.text, align="left")


def type_code(sheet: SceneBuilder, snapshot: Snapshot, question: str, example: str, layout: Layout) -> None:
    """Show the typed text, an example, and the keyboard."""
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("Back"))
    box = title(sheet, content, question, t("It looks like {example}.", example=example))
    tone, font = sheet.theme.card, sheet.font(Style.TITLE)
    line, box = box.top(max(font.line_px * 5 // 4, sheet.px(Space.TARGET)))
    sheet.panel(line, tone)
    typed = snapshot.session.typed
    words = line.inset(sheet.px(Space.PAD), 0)
    sheet.line(words, typed or example, font, tone.text if typed else tone.soft, least=0.4)
    keyboard(sheet, box.top(sheet.px(Space.GAP))[1], layout, snapshot.session)
