"""Screens that say one thing: out of numbers, help is called, closed, and no numbers now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kiosk.i18n import Words, chosen
from kiosk.lobby.views import Fault
from kiosk.ui.box import Box
from kiosk.ui.card import Choice, card, card_height
from kiosk.ui.faces import Face
from kiosk.ui.flow import Screen, Session
from kiosk.ui.frame import date, frame
from kiosk.ui.metrics import Space, Style
from kiosk.ui.moment import Moment
from kiosk.ui.parts import button, chips
from kiosk.ui.samples import HALL, NOW, Preview, at, faulty
from kiosk.ui.sheet import Sheet
from kiosk.ui.wording import closing, counters


def capped(sheet: Sheet, moment: Moment) -> None:
    """The service has given its numbers for today."""
    t, service = sheet.look.t, moment.service
    content = frame(sheet, moment, back=t("Back"))
    name = chosen(service.name, t.language) if service else ""
    text = (
        t("Please ask at {counters}, or come another day.", counters=counters(t, service.counters))
        if service and service.counters
        else t("Please ask at a counter, or come another day.")
    )
    box = _foot(sheet, content, t("Done"), "")
    _notice(sheet, box, Face("ticket", t("No numbers are left today:\n{service}", service=name), text))


def help_called(sheet: Sheet, moment: Moment) -> None:
    """Somebody is coming; or the call could not be passed on."""
    t = sheet.look.t
    content = frame(sheet, moment, back=t("Back"))
    box = _foot(sheet, content, t("Back to what I was doing"), closing(t, moment.left_s))
    if moment.session.is_unheard:
        face = Face("triangle-alert", t("The call could not be passed on."), t("Please go to the nearest counter."))
    elif Fault.CLOSED in moment.hall.faults:
        face = Face(
            "hand-helping", t("Help has been called."), t("The hall is closed now, so it may be that nobody can come.")
        )
    else:
        face = Face("hand-helping", t("Help has been called."), t("Somebody is coming. Please wait here."))
    _notice(sheet, box, face)


def closed(sheet: Sheet, moment: Moment) -> None:
    """The hall is closed: when it opens, and what can still be read."""
    t, hall = sheet.look.t, moment.hall
    content = frame(sheet, moment)
    text = chosen(hall.closed_text, t.language)
    if hall.opens_at is not None:
        text = t("Opens again {date} at {time}.", date=_day(t, moment), time=f"{hall.opens_at:%H:%M}") + "\n" + text
    box = _reading(sheet, chips(sheet, content, moment), moment)
    _notice(sheet, box, Face("door-closed", t("The hall is closed now."), text.strip()))


def sorry(sheet: Sheet, moment: Moment) -> None:
    """No number can be given by this kiosk now; it looks again by itself."""
    t = sheet.look.t
    is_own = moment.session.screen is Screen.SORRY
    content = frame(sheet, moment, back=t("To the start") if is_own else "")
    if is_own:
        box = _foot(sheet, content, t("Try again"), closing(t, moment.left_s))
    else:
        box = _reading(sheet, chips(sheet, content, moment), moment)
    face = Face(
        "triangle-alert",
        t("This kiosk cannot give numbers now."),
        t("Please go to a counter: an officer will help. The kiosk goes on by itself once it can."),
    )
    _notice(sheet, box, face)


def previews() -> tuple[Preview, ...]:
    """Each notice, and the closed hall with and without a next opening."""
    tomorrow = replace(HALL, opens_at=NOW + timedelta(days=1, hours=-1, minutes=-24))
    called = replace(at(Screen.HELP), left_s=10)
    return (
        Preview("capped", at(Screen.CAPPED, letter="A")),
        Preview("help", called),
        Preview("help-unheard", replace(called, session=replace(called.session, is_unheard=True))),
        Preview("closed", faulty(Moment(tomorrow, Session()), Fault.CLOSED)),
        Preview("disk-full", faulty(Moment(HALL, Session()), Fault.DISK_FULL)),
        Preview("sorry", replace(at(Screen.SORRY), left_s=20)),
        Preview(
            "sorry-dark", Moment(replace(HALL, services=(), procedures=(), faults=(Fault.STORE_CORRUPT,)), Session())
        ),
    )


def _day(t: Words, moment: Moment) -> str:
    hall = moment.hall
    assert hall.opens_at is not None
    days = (hall.opens_at.date() - hall.now.date()).days
    return t("today") if days == 0 else t("tomorrow") if days == 1 else date(t, hall.opens_at)


def _foot(sheet: Sheet, content: Box, text: str, note: str) -> Box:
    foot, box = content.foot(sheet.px(Space.MAIN))
    button(sheet, foot, "done", text, note=note, is_main=True)
    return box.foot(sheet.px(Space.GAP))[1]


def _reading(sheet: Sheet, content: Box, moment: Moment) -> Box:
    """Offer what still works without a number."""
    t = sheet.look.t
    if not moment.hall.procedures:
        return content
    papers = Choice(
        "papers",
        t("Which papers are needed?"),
        "book-open-check",
        t("Papers, time and fees, before you queue"),
        has_arrow=True,
    )
    foot, box = content.foot(card_height(sheet, papers, content.w))
    card(sheet, foot, papers)
    return box.foot(sheet.px(Space.GAP))[1]


def _notice(sheet: Sheet, box: Box, face: Face) -> None:
    """One icon, one sentence, and what to do, in the upper middle of a box; smaller when there is much to say."""
    tone, gap, tile = sheet.theme.paper, sheet.px(Space.GAP), sheet.px(Space.TILE) * 3 // 2
    sizes = ((Style.TITLE, Style.BODY, tile + 2 * gap), (Style.TITLE, Style.BODY, 0), (Style.HEADING, Style.SMALL, 0))
    for head, body, lead in sizes:
        title, text = sheet.font(head), sheet.font(body)
        high = lead + sheet.height(face.head, title, box.w) + gap + sheet.height(face.text, text, box.w)
        if high <= box.h:
            break
    stack = Box(box.x, box.y + max(0, box.h - high) * 2 // 5, box.w, high)
    if lead:
        square = stack.left(tile)[0].top(tile)[0]
        sheet.fill(square, tone.tile, sheet.px(Space.RADIUS))
        sheet.icon(square, face.icon, tone.mark, tile * 6 // 10)
    stack = sheet.paragraph(stack.top(lead)[1], face.head, title, tone.text)
    sheet.paragraph(stack.top(gap)[1], face.text, text, tone.soft)
