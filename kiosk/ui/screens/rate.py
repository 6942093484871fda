"""Rate: five faces, a few reasons, nothing else."""

from __future__ import annotations

from kiosk.i18n import Words
from kiosk.lobby.views import Reason
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font, Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder, shrunk
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Results, Snapshot
from kiosk.ui.parts.card import Choice
from kiosk.ui.parts.choice_list import choices
from kiosk.ui.parts.controls import title
from kiosk.ui.parts.fault_messages import Notice
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.message import buttons, message
from kiosk.ui.samples import TICKET, Preview, at

_ICONS = {5: "laugh", 4: "smile", 3: "meh", 2: "annoyed", 1: "frown"}
_PLEASED = 4
"""From this score on, the visitor is asked what was good."""


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """Five faces, the best first, each with a word."""
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("Back"))
    box = title(sheet, content, t("How was it today?"), t("Touch the face that fits. No name is asked."))
    labels = _labels(t)
    if sheet.metrics.is_portrait:
        cards = [Choice(f"face:{score}", labels[score], icon, has_arrow=True) for score, icon in _ICONS.items()]
        choices(sheet, box, cards, 0)
        return
    gap = sheet.px(Space.GAP)
    lanes = [lane.top(min(lane.h, lane.w * 8 // 5))[0] for lane in box.columns(len(_ICONS), gap)]
    wide = lanes[0].w - gap
    longest = max(" ".join(labels.values()).split(), key=len)
    font = shrunk(longest, sheet.font(Style.LABEL), wide, 0.6)
    words = max(sheet.height(label, font, wide) for label in labels.values())  # so that all faces have the same height
    for lane, (score, icon) in zip(lanes, _ICONS.items(), strict=True):
        _face(sheet, lane, Choice(f"face:{score}", labels[score], icon), (font, words))


def reasons(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """Reasons for the score; the visitor may choose several or none."""
    t, session = sheet.look.t, snapshot.session
    content = frame(sheet, snapshot, back=t("Back"))
    is_pleased = session.score >= _PLEASED
    question = t("What was good?") if is_pleased else t("What could be better?")
    box = title(sheet, content, question, t("Touch all that fit, or none."))
    box = buttons(sheet, box, ("send", t("Send"), "send"))
    cards = [
        Choice(
            f"reason:{reason}",
            _reason(t, reason),
            "square-check" if reason in session.reasons else "square",
            is_main=False,
            is_dashed=reason not in session.reasons,
        )
        for reason in Reason
        if reason.is_praise == is_pleased
    ]
    choices(sheet, box, cards, 0)


def thanks(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """Thanks the visitor."""
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("To the start"))
    text = t("The ward reads every answer.")
    if not snapshot.session.number:
        text += " " + t("Nobody knows whose it is.")
    message(sheet, content, Notice("hand-heart", t("Thank you!"), text))


def previews() -> tuple[Preview, ...]:
    """The faces, praise, complaints, thanks."""
    rated = Snapshot(at(Screen.RATE).hall, at(Screen.RATE, number="A042").session, Results(ticket=TICKET))
    return (
        Preview("rate", rated),
        Preview("reasons-good", at(Screen.REASONS, score=5)),
        Preview("reasons-bad", at(Screen.REASONS, score=2, reasons=frozenset({Reason.LONG_WAIT.value}))),
        Preview("thanks", at(Screen.THANKS)),
    )


def _labels(t: Words) -> dict[int, str]:
    return {5: t("Very good"), 4: t("Good"), 3: t("All right"), 2: t("Not good"), 1: t("Bad")}


def _reason(t: Words, reason: Reason) -> str:
    return {
        Reason.FRIENDLY: t("The officer was friendly"),
        Reason.CLEAR: t("Everything was explained clearly"),
        Reason.QUICK: t("It went quickly"),
        Reason.EASY: t("This kiosk was easy to use"),
        Reason.UNKIND: t("The officer was not friendly"),
        Reason.UNCLEAR: t("The explanations were not clear"),
        Reason.LONG_WAIT: t("The wait was long"),
        Reason.HARD_KIOSK: t("This kiosk was hard to use"),
    }[reason]


def _face(sheet: SceneBuilder, box: Box, choice: Choice, label: tuple[Font, int]) -> None:
    """Draw one face above its word; `label` is the word's font and height."""
    tone, gap = sheet.theme.card, sheet.px(Space.GAP)
    font, words = label
    sheet.panel(box, tone, id=choice.id)
    sheet.target(choice.id, box, choice.title)
    glyph = min(box.w * 6 // 10, box.h - words - 2 * gap)
    stack = box.middle(box.w - gap, glyph + gap // 2 + words)
    sheet.icon(stack.top(glyph)[0], choice.icon, tone.mark, glyph)
    sheet.paragraph(stack.foot(words)[0], choice.title, font, tone.text, align="center")
