"""The number to photograph: shown when no slip is printed, or when it is unknown whether it was."""

from __future__ import annotations

from kiosk.i18n import Words, chosen
from kiosk.lobby.views import TicketView
from kiosk.model.paper import PrintState
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Slip
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.controls import banner, button
from kiosk.ui.parts.fault_messages import Notice, missing_slip
from kiosk.ui.parts.frame import date
from kiosk.ui.parts.large_number import hero
from kiosk.ui.parts.wording import closing, counters

_EDGE_MM = 1.2


def paint(sheet: SceneBuilder, content: Box, snapshot: Snapshot, ticket: TicketView) -> None:
    """The state of the slip, and all facts of the ticket inside one frame."""
    notice, tone = _notice(sheet.look.t, snapshot), sheet.theme.warn
    foot, box = content.foot(sheet.px(Space.MAIN))
    box = box.foot(sheet.px(Space.GAP))[1]
    box = banner(sheet, box, tone, notice)
    _buttons(sheet, foot, snapshot, ticket)
    keepsake = _keepsake if sheet.metrics.is_portrait else _wide_keepsake
    keepsake(sheet, box, ticket)


def _notice(t: Words, snapshot: Snapshot) -> Notice:
    match snapshot.session.slip:
        case Slip.UNCERTAIN:
            return Notice(
                "triangle-alert",
                t("We cannot be sure that the slip came out whole."),
                t("Your number is kept. Please photograph this screen."),
            )
        case Slip.LATE:
            return Notice("hourglass", t("The slip is late. Your number is kept."), t("Please photograph this screen."))
        case _:
            return missing_slip(t, snapshot.paper_fault)


def _keepsake(sheet: SceneBuilder, box: Box, ticket: TicketView) -> None:
    """Draw number, service, counters, time and code, one below the other."""
    tone, pad, gap = sheet.theme.card, sheet.px(Space.PAD), sheet.px(Space.GAP)
    sheet.outline(box, tone, sheet.theme.number, sheet.metrics.mm(_EDGE_MM))
    inner = box.inset(pad, pad * 2 // 3)
    qr_h = min(inner.h * 40 // 100, inner.w * 50 // 100) if ticket.follow_url else 0
    caption = sheet.font(Style.SMALL)
    if qr_h:
        foot, inner = inner.foot(caption.line_px)
        sheet.line(foot, sheet.look.t("Scan to keep it on your phone"), caption, tone.text, align="center")
        square, inner = inner.foot(qr_h)
        sheet.qr(square, ticket.follow_url)
        inner = inner.foot(gap // 2)[1]
    _words(sheet, inner, ticket)


def _wide_keepsake(sheet: SceneBuilder, box: Box, ticket: TicketView) -> None:
    """Draw the same with the code at the right."""
    tone, pad, gap = sheet.theme.card, sheet.px(Space.PAD), sheet.px(Space.GAP)
    sheet.outline(box, tone, sheet.theme.number, sheet.metrics.mm(_EDGE_MM))
    inner = box.inset(pad, pad // 2)
    caption = sheet.font(Style.SMALL)
    if ticket.follow_url:
        side = min(inner.h - caption.line_px, inner.w * 36 // 100)
        text = sheet.look.t("Scan to keep it on your phone")
        right, inner = inner.end(max(side, inner.w * 34 // 100))
        high = side + sheet.height(text, caption, right.w)
        if high > inner.h:
            side -= high - inner.h
            high = inner.h
        stack = right.middle(right.w, high)
        sheet.qr(stack.top(side)[0], ticket.follow_url)
        sheet.paragraph(stack.top(side)[1], text, caption, tone.text, align="center")
        inner = inner.end(gap)[1]
    _words(sheet, inner, ticket)


def _words(sheet: SceneBuilder, box: Box, ticket: TicketView) -> None:
    t = sheet.look.t
    where = [chosen(ticket.service_name, t.language)]
    where += [counters(t, ticket.counters)] if ticket.counters else []
    taken = t("Taken at {time}, {date}", time=f"{ticket.issued_at:%H:%M}", date=date(t, ticket.issued_at))
    hero(sheet, box, ticket.number, " · ".join(where), taken)


def _buttons(sheet: SceneBuilder, box: Box, snapshot: Snapshot, ticket: TicketView) -> None:
    t, session = sheet.look.t, snapshot.session
    note = closing(t, snapshot.left_s)
    has_room = not (sheet.metrics.is_large or (sheet.metrics.is_cramped and sheet.metrics.is_portrait))
    if snapshot.offers_water and has_room:
        spot, left, right = box.columns(3, sheet.px(Space.GAP))
        box = left.around(right)
        button(sheet, spot, "water", t("A cup of water"), icon="glass-water")
    if session.slip is Slip.UNCERTAIN and not session.has_copy:
        other, box = box.columns(2, sheet.px(Space.GAP))
        button(sheet, other, "reprint", t("Print again"), icon="printer")
    elif session.slip in (Slip.LATE, Slip.PHOTO) and ticket.print_state in (PrintState.QUEUED, PrintState.PRINTING):
        other, box = box.columns(2, sheet.px(Space.GAP))
        button(sheet, other, "hold", t("Wait for the slip"), icon="printer")
    button(sheet, box, "done", t("Photographed, done"), note=note, is_main=True)
