"""Card: the privacy notice before a card is read; then the confirmation, and the priority that the age gives."""

from __future__ import annotations

from kiosk.i18n import Words, chosen
from kiosk.lobby.views import Fault
from kiosk.model.hint import Hint
from kiosk.records import replace
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font, Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.session import CardNote
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.card import Choice
from kiosk.ui.parts.choice_list import choices
from kiosk.ui.parts.code_entry import held_up
from kiosk.ui.parts.controls import title
from kiosk.ui.parts.fault_messages import Notice, advice
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.message import message
from kiosk.ui.samples import HALL, Preview, at, faulty


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The privacy notice: what is read, for which purpose, and how long it is kept. No card is read without it.

    Source: Law 91/2025/QH15 on the protection of personal data: the purpose is stated before.
    """
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("Back"))
    if Fault.SCANNER_OFFLINE in snapshot.hall.faults:
        notice = Notice(
            "triangle-alert", t("The scanner does not work now."), t("Everything works without a card too.")
        )
        message(sheet, content, notice)
        return
    promises, gap = _promises(t), sheet.px(Space.GAP)
    words = sum(_promise_height(sheet, content.w, text) for _, text in promises)
    head, hint = t("Hold your card under the scanner"), snapshot.hint
    if hint is not None and content.h - words < 2 * sheet.px(Space.MAIN):  # the picture is too small for the advice
        head, hint = advice(t, hint).head, None
    box = title(sheet, content, head, t("Its QR code towards the light."))
    picture = min(box.w // 2, box.h - words)
    if picture > sheet.px(Space.TILE):
        held_up(sheet, box.top(picture - gap * 2)[0], "id-card", hint)
        box = box.top(picture)[1]
    for icon, text in promises:
        box = _promise(sheet, box, icon, text)


def greeted(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The masked name, which confirms the card; the priority that the age gives; the consent."""
    t, note = sheet.look.t, snapshot.session.card
    content = frame(sheet, snapshot, back=t("Back"))
    name = note.name if note else ""
    hello = t("Your card was read.") + (f"\n{name}" if name else "")
    under = t("The name is hidden on purpose. It is forgotten when you go.")
    box = title(sheet, content, hello, under)
    choices(sheet, box, _ways(t, snapshot), 0, foot=_consent(t, snapshot))


def previews() -> tuple[Preview, ...]:
    """The notice, without a scanner, and the greeting of an old and a young visitor."""
    card = at(Screen.CARD, letter="A")
    old = CardNote("N••••• V•• A•", "elderly")
    young = CardNote("T••• T•• B•••", "")
    sealing = replace(HALL, has_sealing=True)
    elderly = at(Screen.GREETED, letter="A", card=old)
    return (
        Preview("card", card),
        Preview("card-offline", faulty(card, Fault.SCANNER_OFFLINE)),
        *(Preview(f"card-{hint}", replace(card, hint=hint)) for hint in Hint),
        Preview("greeted-elderly", replace(elderly, hall=sealing)),
        Preview("greeted-consent", replace(at(Screen.GREETED, letter="A", card=young, has_consent=True), hall=sealing)),
        Preview("greeted-first", at(Screen.GREETED, card=old)),
    )


def _promises(t: Words) -> tuple[tuple[str, str], ...]:
    return (
        ("calendar-check", t("Read: the date of birth, for your right to priority.")),
        ("ticket", t("Counted: how many numbers this card has taken today, in a form that is deleted tonight.")),
        ("shield-check", t("Kept: nothing. Name, card number and address are forgotten when you go.")),
        ("user-round", t("A card is not needed: you can always take a number without one.")),
    )


def _promise_font(sheet: SceneBuilder) -> Font:
    return sheet.font(Style.SMALL if sheet.metrics.is_cramped else Style.BODY)


def _promise_height(sheet: SceneBuilder, width_px: int, text: str) -> int:
    """Return the height of a promise with the space below it."""
    glyph, gap = sheet.px(Space.GLYPH), sheet.px(Space.GAP)
    return max(glyph, sheet.height(text, _promise_font(sheet), width_px - glyph - gap)) + gap


def _promise(sheet: SceneBuilder, box: Box, icon: str, text: str) -> Box:
    glyph, gap, tone = sheet.px(Space.GLYPH), sheet.px(Space.GAP), sheet.theme.paper
    row, rest = box.top(_promise_height(sheet, box.w, text))
    row = row.foot(gap)[1]
    sheet.icon(row.left(glyph)[0].top(glyph)[0], icon, tone.mark, glyph * 4 // 5)
    sheet.middle(row.left(glyph + gap)[1], text, _promise_font(sheet), tone.text, align="left")
    return rest


def _ways(t: Words, snapshot: Snapshot) -> list[Choice]:
    """Return the next choices: with or without the priority; the choice of a service if none is chosen yet."""
    group = snapshot.proposal
    if not snapshot.session.letter:
        known = t("You have priority: {group}.", group=chosen(group.name, t.language)) if group else ""
        return [Choice("go", t("Choose what you need"), "arrow-right", known, is_main=True, has_arrow=True)]
    ordinary = Choice("priority:", t("An ordinary number"), "ticket", has_arrow=True, is_main=group is None)
    if group is None:
        return [ordinary]
    name = chosen(group.name, t.language)
    first = Choice(
        f"priority:{group.code}", t("A number with priority"), group.icon, name, is_main=True, has_arrow=True
    )
    return [first, ordinary]


def _consent(t: Words, snapshot: Snapshot) -> Choice | None:
    """Return the question for consent to send the card's data to the city, encrypted; None without the city's key."""
    if not snapshot.hall.has_sealing:
        return None
    head = t("Send my details to the officer")
    if snapshot.session.has_consent:
        return Choice("consent", head, "square-check", t("Yes: sealed, only the city can open it."))
    return Choice("consent", head, "square", t("No. Touch to agree: nothing need be typed then."), is_dashed=True)
