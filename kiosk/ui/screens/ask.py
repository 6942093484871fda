"""Ask: a question in the visitor's own words, and the matching procedures or "I do not know that"."""

from __future__ import annotations

from kiosk.i18n import Words, chosen
from kiosk.lobby.views import Fault, ProcedureView
from kiosk.records import replace
from kiosk.ui.drawing import fonts
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font, Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.navigation import stopping
from kiosk.ui.flow.snapshot import Results, Snapshot
from kiosk.ui.parts.card import Choice
from kiosk.ui.parts.choice_list import choices
from kiosk.ui.parts.controls import apart, title
from kiosk.ui.parts.fault_messages import Notice
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.keyboard import Layout, keyboard
from kiosk.ui.parts.message import Offer, buttons, message
from kiosk.ui.parts.offers import CARD_STYLES, has_room, tiles, tiles_height
from kiosk.ui.samples import Preview, at, faulty

_LIVE = 3
"""The number of answers shown while the visitor types."""
_KEYS_PERCENT = 50
"""Share of a wide panel that the keyboard takes."""


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The typed question, the best answers, and the keyboard: at the bottom, or at the right of a wide panel."""
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("Back"))
    if sheet.metrics.is_portrait or sheet.metrics.is_cramped:
        box = keyboard(sheet, content, Layout.QUESTION, snapshot.session)
    else:
        right, box = content.end(content.w * _KEYS_PERCENT // 100)
        keyboard(sheet, right, Layout.QUESTION, snapshot.session)
        box = box.end(sheet.px(Space.GAP) * 2)[1]
    if not sheet.metrics.is_cramped:
        box = title(sheet, box, t("What is it about?"))
    high = _font(sheet).line_px * (5 if sheet.metrics.is_cramped else 7) // 4
    line, box = box.top(min(box.h, max(high, sheet.px(Space.TARGET))))
    _question(sheet, line, snapshot.session.typed)
    _live(sheet, box.top(sheet.px(Space.GAP))[1], snapshot)


def answers(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The procedures that were found; or that none was found, with the offer to call an officer."""
    t, typed = sheet.look.t, snapshot.session.typed.strip()
    content = frame(sheet, snapshot, back=t("Back"))
    if not snapshot.answers:
        box = buttons(sheet, content, (apart(sheet, "help"), t("Call somebody"), "hand-helping"), *_others(t, snapshot))
        text = t("You asked: {question}", question=typed) + ".\n" + t("Shall I call somebody?")
        message(sheet, box, Notice("circle-question-mark", t("I do not know that."), text))
        return
    box = title(sheet, content, t("Is it one of these?"), t("You asked: {question}", question=typed))
    none = Choice("take", t("None of these: only a number"), "ticket", has_arrow=True, is_dashed=True)
    foot = None if stopping(snapshot.hall.faults) else none
    choices(sheet, box, [_answer(t, snapshot, one) for one in snapshot.answers], snapshot.session.page, foot=foot)


def previews() -> tuple[Preview, ...]:
    """An empty line, a half typed one, a long one, plain letters, nothing found; the answers, and none."""
    ask, said = at(Screen.ASK), at(Screen.ANSWERS, typed="lam khai sinh")
    found = Results(answers=("1.001193", "1.004884", "2.000635", "2.000815", "1.000894"))
    long = "tôi muốn nhập hộ khẩu cho cháu về ở với ông bà ngoại thì cần những giấy tờ gì"
    return (
        Preview("ask", ask),
        Preview("ask-typed", replace(at(Screen.ASK, typed="khai sin"), results=found)),
        Preview(
            "ask-long", replace(at(Screen.ASK, typed=long, is_telex=False), results=Results(answers=("1.004222",)))
        ),
        Preview("ask-nothing", at(Screen.ASK, typed="xyz")),
        Preview("answers", replace(said, results=found)),
        Preview("answers-one", replace(said, results=Results(answers=found.answers[:1]))),
        Preview("answers-none", said),
        Preview("answers-none-closed", faulty(said, Fault.CLOSED)),
    )


def _others(t: Words, snapshot: Snapshot) -> tuple[Offer, ...]:
    """Return what else can be done when nothing was found."""
    papers = ("papers", t("Look through the list"), "book-open-check")
    return (papers,) if stopping(snapshot.hall.faults) else (("take", t("Take a number"), "ticket"), papers)


def _answer(t: Words, snapshot: Snapshot, procedure: ProcedureView) -> Choice:
    service = next((one for one in snapshot.hall.services if one.letter == procedure.service), None)
    hint, icon = (chosen(service.name, t.language), service.icon) if service else ("", "file-text")
    return Choice(f"read:{procedure.code}", chosen(procedure.name, t.language), icon, hint, has_arrow=True)


def _font(sheet: SceneBuilder) -> Font:
    return sheet.font(Style.BODY if sheet.metrics.is_cramped else Style.HEADING)


def _question(sheet: SceneBuilder, box: Box, typed: str) -> None:
    """Write the typed line with a caret. A long line shows its end, an empty line an example."""
    t, tone, font, line = sheet.look.t, sheet.theme.card, _font(sheet), sheet.px(Space.LINE)
    sheet.outline(box, tone, tone.text, line * 2)
    pad = sheet.px(Space.PAD)
    words = box.inset(pad, 0)
    caret = max(2, line * 3)
    if not typed:
        example = t("For example: lost identity card")
        sheet.line(words.left(caret * 3)[1], example, font, tone.soft, least=0.5)
    shown, cut = typed, 0
    while fonts.width(shown, font) > words.w - caret * 2:
        cut += 1
        shown = f"…{typed[cut:]}"
    base = box.y + (box.h + font.cap_px) // 2
    wide = sheet.letters(words.x, base, shown, font, tone.text) if shown.strip() else 0
    sheet.say(box, t("Your question: {question}", question=typed) if typed else t("Your question is empty."))
    high = font.cap_px * 3 // 2
    sheet.fill(Box(words.x + wide + caret, box.y + (box.h - high) // 2, caret, high), sheet.theme.number)


def _live(sheet: SceneBuilder, box: Box, snapshot: Snapshot) -> None:
    """Draw the best answers, as many and as detailed as fit; or say what to do."""
    t = sheet.look.t
    found = [_answer(t, snapshot, one) for one in snapshot.answers[:_LIVE]]
    if not found:
        hint = (
            t("Nothing found yet.") if snapshot.session.typed.strip() else t("Type a few words, with or without marks.")
        )
        font = sheet.font(Style.SMALL if sheet.metrics.is_cramped else Style.BODY)
        if sheet.height(hint, font, box.w) <= box.h:
            sheet.paragraph(box, hint, font, sheet.theme.paper.soft)
        return
    for count in range(len(found), 0, -1):
        for style in CARD_STYLES:
            cards = [style(choice) for choice in found[:count]]
            for columns in (1, count):
                if has_room(sheet, box, cards, columns):
                    high = tiles_height(sheet, box.w, cards, columns)
                    tiles(sheet, box.top(high)[0], cards, columns)
                    return
