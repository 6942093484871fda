"""Screens with one message: no numbers left, closed, out of service, no numbers now; and what still works."""

from __future__ import annotations

from datetime import timedelta

from kiosk.i18n import Words, chosen
from kiosk.lobby.views import Fault
from kiosk.records import replace
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Space
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.session import Session
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.controls import chips
from kiosk.ui.parts.fault_messages import Notice
from kiosk.ui.parts.frame import date, frame
from kiosk.ui.parts.message import buttons, least_height, message
from kiosk.ui.parts.offers import styled, tiles, tiles_height, without_number
from kiosk.ui.parts.wording import closing, counters
from kiosk.ui.samples import HALL, NOW, Preview, at, faulty

_MOST = 55
"""The offers that still work take at most this share of the room, in percent; the message takes the rest."""


def capped(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The service has no numbers left today."""
    t, service = sheet.look.t, snapshot.service
    content = frame(sheet, snapshot, back=t("Back"))
    name = chosen(service.name, t.language) if service else ""
    text = (
        t("Please ask at {counters}, or come another day.", counters=counters(t, service.counters))
        if service and service.counters
        else t("Please ask at a counter, or come another day.")
    )
    box = buttons(sheet, content, ("done", t("Done"), ""))
    message(sheet, box, Notice("ticket", t("No numbers are left today:\n{service}", service=name), text))


def closed(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The hall is closed: when it opens, and what still works."""
    t, hall = sheet.look.t, snapshot.hall
    content = frame(sheet, snapshot)
    text = chosen(hall.closed_text, t.language)
    if hall.opens_at is not None:
        text = t("Opens again {date} at {time}.", date=_day(t, snapshot), time=f"{hall.opens_at:%H:%M}") + "\n" + text
    _say(
        sheet,
        chips(sheet, content, snapshot),
        snapshot,
        Notice("door-closed", t("The hall is closed now."), text.strip()),
    )


def out(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The kiosk was put out of service; the screen returns by itself."""
    t = sheet.look.t
    box = chips(sheet, frame(sheet, snapshot), snapshot)
    text = t("Please go to a counter: an officer will help.")
    message(sheet, box, Notice("monitor-smartphone", t("This kiosk is out of service now."), text))


def sorry(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """This kiosk can give no number now; it tries again by itself."""
    t = sheet.look.t
    notice = Notice(
        "triangle-alert",
        t("This kiosk cannot give numbers now."),
        t("Please go to a counter: an officer will help. The kiosk goes on by itself once it can."),
    )
    if snapshot.session.screen is Screen.SORRY:
        content = frame(sheet, snapshot, back=t("To the start"))
        box = buttons(sheet, content, ("done", t("Try again"), "rotate-ccw"), note=closing(t, snapshot.left_s))
        message(sheet, box, notice)
    elif Fault.STORE_CORRUPT in snapshot.hall.faults:
        message(sheet, chips(sheet, frame(sheet, snapshot), snapshot), notice)
    else:
        _say(sheet, chips(sheet, frame(sheet, snapshot), snapshot), snapshot, notice)


def previews() -> tuple[Preview, ...]:
    """Each notice, and the closed hall with and without a next opening."""
    tomorrow = replace(HALL, opens_at=NOW + timedelta(days=1, hours=-1, minutes=-24))
    dark = replace(HALL, services=(), procedures=(), faults=(Fault.STORE_CORRUPT,), has_scanner=False, has_voice=False)
    return (
        Preview("capped", at(Screen.CAPPED, letter="A")),
        Preview("closed", faulty(Snapshot(tomorrow, Session()), Fault.CLOSED)),
        Preview("out", faulty(Snapshot(HALL, Session()), Fault.OUT_OF_SERVICE)),
        Preview("disk-full", faulty(Snapshot(HALL, Session()), Fault.DISK_FULL)),
        Preview("sorry", replace(at(Screen.SORRY), left_s=20)),
        Preview("sorry-dark", Snapshot(dark, Session())),
    )


def _day(t: Words, snapshot: Snapshot) -> str:
    hall = snapshot.hall
    opens_at = hall.opens_at or hall.now
    days = (opens_at.date() - hall.now.date()).days
    return t("today") if days == 0 else t("tomorrow") if days == 1 else date(t, opens_at)


def _say(sheet: SceneBuilder, box: Box, snapshot: Snapshot, notice: Notice) -> None:
    """Draw the message, above or beside the tiles of offers that need no number."""
    items, gap = without_number(sheet.look.t, snapshot.hall), sheet.px(Space.GAP)
    if not items:
        message(sheet, box, notice)
    elif sheet.metrics.is_portrait or sheet.metrics.is_cramped:
        room = box.foot(box.h * _MOST // 100)[0]
        cards = styled(sheet, room, items, 2)
        least = least_height(sheet, box.w, notice) + gap
        while cards and tiles_height(sheet, box.w, cards, 2) + least > box.h:  # the ward's own text is long
            cards = cards[:-1]
        foot, rest = box.foot(tiles_height(sheet, box.w, cards, 2))
        tiles(sheet, foot, cards, 2)
        message(sheet, rest.foot(gap)[1], notice)
    else:
        right, left = box.end(box.w * (100 - _MOST) // 100)
        cards = styled(sheet, right, items, 1)
        tiles(sheet, right.foot(min(right.h, tiles_height(sheet, right.w, cards, 1) * 5 // 4))[0], cards, 1)
        message(sheet, left.end(gap * 2)[1], notice)
