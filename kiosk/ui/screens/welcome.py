"""Welcome: the main choices, a hint for the scanner, and the languages."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.i18n import Words
from kiosk.lobby.views import Fault
from kiosk.records import Record, replace
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font, Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder, shrunk
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.card import Choice, card, card_height
from kiosk.ui.parts.controls import banner, banner_height, chips
from kiosk.ui.parts.fault_messages import Notice, standing
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.offers import CARD_STYLES, has_room, styled, tiles, tiles_height, with_number, without_number
from kiosk.ui.samples import HALL, SERVICES, Preview, at, faulty

_STRETCH = 1.3
"""Tiles grow into free room by at most this factor, the main choice by `_STRETCH_MAIN`."""
_STRETCH_MAIN = 1.6
_TIGHT_COLUMNS = 3


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """Greeting, the main choice, the others, and the languages."""
    content = frame(sheet, snapshot)
    if sheet.metrics.is_portrait:
        _tall(sheet, chips(sheet, content, snapshot), snapshot)
    elif sheet.metrics.is_cramped:
        _tight(sheet, content, snapshot)
    else:
        _wide(sheet, content, snapshot)


def previews() -> tuple[Preview, ...]:
    """An ordinary state, nobody waiting, no scanner, no paper, an uncertain clock."""
    quiet = replace(HALL, services=tuple(replace(service, waiting=0, wait_minutes=0) for service in SERVICES))
    welcome = at(Screen.WELCOME)
    return (
        Preview("welcome", welcome),
        Preview("welcome-quiet", replace(welcome, hall=quiet)),
        Preview("welcome-no-scanner", faulty(welcome, Fault.SCANNER_OFFLINE)),
        Preview("welcome-no-keys", faulty(welcome, Fault.PANEL_OFFLINE)),
        Preview("welcome-no-paper", faulty(welcome, Fault.PAPER_OUT, Fault.LINE_DOWN)),
        Preview("welcome-greeted", at(Screen.WELCOME, is_greeted=True)),
        Preview("welcome-clock", faulty(welcome, Fault.CLOCK_UNSURE)),
    )


def greeting(t: Words, *, is_seen: bool = False) -> str:
    """Return the question of the welcome screen; `is_seen` when a person has just come near."""
    return t("Good day!\nWhat do you need today?") if is_seen else t("Welcome!\nWhat do you need today?")


def _greeting(sheet: SceneBuilder, snapshot: Snapshot) -> str:
    return greeting(sheet.look.t, is_seen=snapshot.session.is_greeted)


def _scanning(sheet: SceneBuilder, snapshot: Snapshot) -> str:
    """Return the hint for the scanner, or an empty text without a scanner."""
    t, hall = sheet.look.t, snapshot.hall
    if not hall.has_scanner or Fault.SCANNER_OFFLINE in hall.faults:
        return ""
    return t("Or hold a slip, booking code or receipt under the scanner")


def _note(words: str) -> Choice:
    return Choice("", words, "scan-line", is_dashed=True, is_small=True)


def _choices(sheet: SceneBuilder, snapshot: Snapshot) -> tuple[Choice, list[Choice]]:
    """Return the main choice and the others."""
    take, *booked = with_number(sheet.look.t, snapshot.hall)
    return take, [choice.bare() for choice in (*booked, *without_number(sheet.look.t, snapshot.hall))]


def _standing(sheet: SceneBuilder, snapshot: Snapshot) -> Notice | None:
    """Return the notice of a fault, shortened on a cramped panel."""
    notice = standing(sheet.look.t, snapshot.hall.faults)
    return notice._replace(text="") if notice and sheet.metrics.is_cramped else notice


class _Plan(Record):
    """One layout: the size of the greeting and the texts beside it; `is_rich` for an icon on a tile in each choice."""

    greeting: str
    font: Font
    hint: str
    notice: Notice | None
    note: str
    is_rich: bool = True


def _plans(sheet: SceneBuilder, snapshot: Snapshot) -> Iterator[_Plan]:
    """Yield the layouts of one column, the preferred one first."""
    t, hero, scanning = sheet.look.t, sheet.font(Style.HERO), _scanning(sheet, snapshot)
    title, heading = sheet.font(Style.TITLE), sheet.font(Style.HEADING)._replace(weight=hero.weight)
    hint, note = (scanning, "") if sheet.metrics.is_cramped else (t("Touch one of the boxes."), scanning)
    plan = _Plan(_greeting(sheet, snapshot), hero, hint, _standing(sheet, snapshot), note)
    for is_rich in (True, False):
        for font in (hero, title, heading):
            yield replace(plan, font=font, is_rich=is_rich)
    plan = replace(plan, font=heading, is_rich=False, note="")
    yield plan
    yield replace(plan, hint="")
    for greeting in (plan.greeting.split("\n")[-1], ""):
        yield replace(plan, hint="", greeting=greeting)
    yield replace(plan, hint=plan.notice.head if plan.notice else "", greeting="", notice=None)


def _tall(sheet: SceneBuilder, box: Box, snapshot: Snapshot) -> None:
    """Draw all parts in one column, with the greeting as large as fits."""
    tone, gap, body = sheet.theme.paper, sheet.px(Space.GAP), _body(sheet)
    take, others = _choices(sheet, snapshot)
    for plan in _plans(sheet, snapshot):
        items = [*others, _note(plan.note)] if plan.note else others
        if _height(sheet, box.w, plan, take, items) <= box.h:
            break
    if plan.greeting:
        box = sheet.paragraph(box, plan.greeting, plan.font, tone.text).top(gap // 2)[1]
    box = sheet.paragraph(box, plan.hint, body, tone.soft).top(_space(sheet, plan))[1]
    if plan.notice:
        box = banner(sheet, box, sheet.theme.warn, plan.notice)
    _offers(sheet, box, take, items)


def _height(sheet: SceneBuilder, width_px: int, plan: _Plan, take: Choice, items: list[Choice]) -> int:
    gap = sheet.px(Space.GAP)
    words = sheet.height(plan.greeting, plan.font, width_px) + gap // 2 if plan.greeting else 0
    words += sheet.height(plan.hint, _body(sheet), width_px) + _space(sheet, plan)
    banner_px = banner_height(sheet, width_px, plan.notice) + gap if plan.notice else 0
    main = card_height(sheet.metrics, take if plan.is_rich else take.small(), width_px)
    rest = tiles_height(sheet, width_px, items if plan.is_rich else [choice.small() for choice in items], 2)
    return words + banner_px + main + gap + rest


def _body(sheet: SceneBuilder) -> Font:
    return sheet.font(Style.SMALL if sheet.metrics.is_cramped else Style.BODY)


def _space(sheet: SceneBuilder, plan: _Plan) -> int:
    if plan.font == sheet.font(Style.HERO):
        return sheet.px(Space.WIDE)
    return sheet.px(Space.GAP) if plan.greeting else sheet.px(Space.GAP) // 2


def _offers(sheet: SceneBuilder, box: Box, take: Choice, items: list[Choice]) -> None:
    """Draw the main choice above two columns of tiles, stretched into free room."""
    gap = sheet.px(Space.GAP)
    main, cards = _styled(sheet, box, take, items)
    least, rest = card_height(sheet.metrics, main, box.w), tiles_height(sheet, box.w, cards, 2)
    grown = min(int(rest * _STRETCH), rest + (box.h - least - gap - rest) * 2 // 3)
    spot, box = box.top(min(int(least * _STRETCH_MAIN), box.h - gap - grown))
    card(sheet, spot, main)
    tiles(sheet, box.top(gap)[1].top(grown)[0], cards, 2)


def _styled(sheet: SceneBuilder, box: Box, take: Choice, items: list[Choice]) -> tuple[Choice, list[Choice]]:
    """Return the main choice and the others in the most detailed style that fits; the others are reduced first."""
    *roomy, small = CARD_STYLES[1:]
    mains = (take, take.bare())
    for style, which in (*((style, mains) for style in roomy), (small, (take.bare(), take.compact(), take.small()))):
        cards = [style(choice) for choice in items]
        for main in which:
            rest = box.top(card_height(sheet.metrics, main, box.w) + sheet.px(Space.GAP))[1]
            if has_room(sheet, rest, cards, 2):
                return main, cards
    return main, cards


def _wide(sheet: SceneBuilder, content: Box, snapshot: Snapshot) -> None:
    """Draw the greeting at the left, with a notice and the scanner's hint below it; the choices at the right.

    The hints are left out when they do not fit.
    """
    t, tone, gap = sheet.look.t, sheet.theme.paper, sheet.px(Space.GAP)
    left, right = content.left(content.w * 44 // 100)
    take, others = _choices(sheet, snapshot)
    _offers(sheet, right.left(gap * 2)[1], take, others)
    left = chips(sheet, left, snapshot)
    notice, scanning, hint = _standing(sheet, snapshot), _scanning(sheet, snapshot), t("Touch one of the boxes.")
    if notice:
        foot, left = left.foot(banner_height(sheet, left.w, notice))
        banner(sheet, foot, sheet.theme.warn, notice)
        left = left.foot(gap)[1]
    for style in (Style.HERO, Style.TITLE, Style.STRONG):
        if sheet.height(_greeting(sheet, snapshot), sheet.font(style), left.w) <= left.h:
            break
    left = sheet.paragraph(left, _greeting(sheet, snapshot), sheet.font(style), tone.text)
    note = _note(scanning)
    if scanning and card_height(sheet.metrics, note, left.w) + gap <= left.h:
        foot, left = left.foot(card_height(sheet.metrics, note, left.w))
        card(sheet, foot, note)
    left = left.top(gap // 2)[1]
    if sheet.height(hint, _body(sheet), left.w) <= left.h:
        sheet.paragraph(left, hint, _body(sheet), tone.soft)


def _tight(sheet: SceneBuilder, content: Box, snapshot: Snapshot) -> None:
    """Draw the greeting on one line above equal tiles, the main one first; notices beside the languages."""
    notice, scanning = _standing(sheet, snapshot), _scanning(sheet, snapshot)
    if notice:
        box = chips(sheet, content, snapshot, aside=notice, tone=sheet.theme.warn)
    else:
        box = chips(sheet, content, snapshot, aside=Notice("scan-line", scanning, "") if scanning else None)
    # The same height as the usual greeting, so that the tiles do not move under the finger of a person who comes near.
    font = shrunk(" ".join(greeting(sheet.look.t).split()), sheet.font(Style.TITLE), box.w, 0.6)
    row, box = box.top(font.line_px)
    sheet.line(row, " ".join(_greeting(sheet, snapshot).split()), font, sheet.theme.paper.text)
    box = box.top(sheet.px(Space.GAP) // 2)[1]
    take, others = _choices(sheet, snapshot)
    cards = styled(sheet, box, [replace(take, has_arrow=False), *others], _TIGHT_COLUMNS)
    tiles(sheet, box, cards, _TIGHT_COLUMNS)
