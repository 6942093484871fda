"""Welcome: what the kiosk can do, how many wait, and in which language."""

from __future__ import annotations

from dataclasses import replace

from kiosk.i18n import Words, chosen
from kiosk.lobby.views import Fault, HallView
from kiosk.ui import lettering
from kiosk.ui.box import Box
from kiosk.ui.card import Choice, card, card_height
from kiosk.ui.faces import Face, standing
from kiosk.ui.flow import Screen
from kiosk.ui.frame import frame
from kiosk.ui.metrics import Space, Style
from kiosk.ui.moment import Moment
from kiosk.ui.parts import banner, banner_height, chips
from kiosk.ui.samples import HALL, SERVICES, Preview, at, faulty
from kiosk.ui.sheet import Sheet
from kiosk.ui.wording import wait_of


def paint(sheet: Sheet, moment: Moment) -> None:
    """Greeting, the main choice, the others, who waits, and the languages."""
    content = frame(sheet, moment)
    if sheet.metrics.is_portrait:
        _offers(sheet, _greeting(sheet, chips(sheet, content, moment)), moment)
        return
    left, right = content.left(content.w * (42 if sheet.metrics.is_cramped else 48) // 100)
    _greeting(sheet, chips(sheet, left, moment))
    _offers(sheet, right.left(sheet.px(Space.GAP) * 2)[1], moment)


def previews() -> tuple[Preview, ...]:
    """An ordinary morning, nobody waiting, no paper, and no line."""
    quiet = replace(HALL, services=tuple(replace(service, waiting=0, wait_minutes=0) for service in SERVICES))
    welcome = at(Screen.WELCOME)
    return (
        Preview("welcome", welcome),
        Preview("welcome-quiet", replace(welcome, hall=quiet)),
        Preview("welcome-no-paper", faulty(welcome, Fault.PAPER_OUT, Fault.LINE_DOWN)),
        Preview("welcome-clock", faulty(welcome, Fault.CLOCK_UNSURE)),
    )


def _greeting(sheet: Sheet, box: Box) -> Box:
    t, tone = sheet.look.t, sheet.theme.paper
    box = sheet.paragraph(box, t("Welcome!\nWhat do you need today?"), sheet.font(Style.HERO), tone.text)
    hint, body = t("Touch one of the boxes."), sheet.font(Style.BODY)
    rest = box.top(sheet.px(Space.GAP) // 2)[1]
    if sheet.height(hint, body, box.w) <= rest.h:
        box = sheet.paragraph(rest, hint, body, tone.soft)
    return box.top(sheet.px(Space.WIDE))[1]


def _offers(sheet: Sheet, box: Box, moment: Moment) -> None:
    """Lay the choices from the top, then what is the matter, then who waits: as much as there is room for."""
    t, hall, gap = sheet.look.t, moment.hall, sheet.px(Space.GAP)
    take = Choice("take", t("Take a queue number"), "ticket", _wait(t, hall), is_main=True, has_arrow=True)
    papers = Choice(
        "papers",
        t("Which papers are needed?"),
        "book-open-check",
        t("Papers, time and fees, before you queue"),
        has_arrow=True,
    )
    offers = [take, papers] if hall.procedures else [take]
    face = standing(t, hall.faults)
    if _height(sheet, box.w, offers, face) > box.h:
        offers = [take, *(choice.bare() for choice in offers[1:])]
    if _height(sheet, box.w, offers, face) > box.h and face:
        face = face._replace(text="")
    if _height(sheet, box.w, offers, face) > box.h:
        offers = [choice.bare() for choice in offers]
    spare = max(0, box.h - _height(sheet, box.w, offers, face))
    for choice in offers:
        natural = card_height(sheet, choice, box.w)
        spot, box = box.top(natural + (min(spare, natural // 3) if choice.is_main else 0))
        card(sheet, spot, choice)
        box = box.top(gap)[1]
    if face:
        box = banner(sheet, box, sheet.theme.warn, face)
    _waiting(sheet, box, moment)


def _height(sheet: Sheet, width_px: int, offers: list[Choice], face: Face | None) -> int:
    gap = sheet.px(Space.GAP)
    cards = sum(card_height(sheet, choice, width_px) + gap for choice in offers) - gap
    return cards + (banner_height(sheet, width_px, face) + gap if face else 0)


def _wait(t: Words, hall: HallView) -> str:
    if not hall.waiting:
        return t("Nobody is waiting")
    waiting = t.plural("{count} person waiting", "{count} people waiting", hall.waiting)
    if hall.wait_minutes is None:
        return waiting
    return t("{waiting} · from about {minutes} min", waiting=waiting, minutes=hall.wait_minutes)


def _waiting(sheet: Sheet, box: Box, moment: Moment) -> None:
    """Say who waits for what, when there is room for all services."""
    t, tone = sheet.look.t, sheet.theme.paper
    small, label = sheet.font(Style.SMALL), sheet.font(Style.LABEL)
    services = moment.hall.services
    box = box.top(sheet.px(Space.GAP))[1]
    row = small.line_px * 5 // 4
    row = max(row, min(box.h // (len(services) + 1), row * 3 // 2))
    if not services or (len(services) + 1) * row > box.h:
        return
    head, box = box.top(row)
    sheet.line(head, t("Waiting now"), small, tone.soft)
    for service in services:
        line, box = box.top(row)
        sheet.fill(line.top(sheet.px(Space.LINE))[0], tone.edge)
        letter, names = line.left(label.size_px * 5 // 4)
        sheet.line(letter, service.letter, label._replace(weight=sheet.font(Style.STRONG).weight), sheet.theme.number)
        count = t.plural("{count} person", "{count} people", service.waiting)
        wait = " · ".join(part for part in (count, wait_of(t, service)) if part)
        sheet.line(names, wait, small, tone.soft, align="right")
        room = names.w - lettering.width(wait, small) - sheet.px(Space.GAP)
        sheet.line(names.left(room)[0], chosen(service.short, t.language), label, tone.text)
