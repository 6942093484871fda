"""Ticket: the state of a scanned slip's number; an unusable scan; the answer to a call for help."""

from __future__ import annotations

from kiosk.i18n import Words, chosen
from kiosk.lobby.views import Fault, HelpView, TicketView
from kiosk.records import replace
from kiosk.ui.drawing.metrics import Space
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Results, Snapshot
from kiosk.ui.parts.controls import banner
from kiosk.ui.parts.fault_messages import Notice
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.large_number import hero
from kiosk.ui.parts.message import Offer, buttons, message
from kiosk.ui.parts.wording import closing, counters, minutes
from kiosk.ui.samples import HALL, NOW, TICKET, Preview, at


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """How many are ahead, the counter to go to, or the result."""
    t, ticket = sheet.look.t, snapshot.ticket
    content = frame(sheet, snapshot, back=t("To the start"))
    if ticket is None:
        return
    box = buttons(sheet, content, *_offers(t, ticket))
    box = banner(sheet, box, sheet.theme.good, _news(t, ticket))
    panel = box.top(min(box.h, box.w * 3 // 4))[0]
    sheet.panel(panel, sheet.theme.card)
    pad = sheet.px(Space.PAD)
    inner = panel.inset(pad, pad * 2 // 3)
    inner = inner.middle(min(inner.w, inner.h * 2), inner.h)
    hero(sheet, inner, ticket.number, chosen(ticket.service_name, t.language))


def unreadable(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The scanned code is none that this kiosk can use."""
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("Back"))
    box = buttons(sheet, content, ("done", t("To the start"), ""), ("type", t("Ask in your own words"), "keyboard"))
    head = t("This code means nothing here.")
    text = t("Useful here: a booking code, a receipt, a queue slip of today, an identity card. Nothing was kept.")
    message(sheet, box, Notice("scan-line", head, text))


def help_called(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """An officer is coming, and from which counter; or the call for help failed."""
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("Back"))
    box = buttons(sheet, content, ("done", t("Back to what I was doing"), ""), note=closing(t, snapshot.left_s))
    message(sheet, box, _helping(t, snapshot))


def previews() -> tuple[Preview, ...]:
    """A waiting, a called and a finished number, an unknown code, and every answer to a call for help."""
    ticket = at(Screen.TICKET, number="A042")
    waiting, called, done = (replace(TICKET, state=state) for state in ("waiting", "called", "done"))
    helped = replace(at(Screen.HELP), left_s=30)
    coming = replace(HALL, help=HelpView(NOW, 3))
    return (
        Preview("ticket-waiting", replace(ticket, results=Results(ticket=waiting))),
        Preview("ticket-called", replace(ticket, results=Results(ticket=called))),
        Preview("ticket-done", replace(ticket, results=Results(ticket=done))),
        Preview("unreadable", at(Screen.UNREADABLE)),
        Preview("help", helped),
        Preview("help-coming", replace(helped, hall=coming)),
        Preview("help-closed", replace(helped, hall=replace(HALL, faults=(Fault.CLOSED,)))),
        Preview("help-unheard", replace(helped, session=replace(helped.session, is_unheard=True))),
    )


def _offers(t: Words, ticket: TicketView) -> tuple[Offer, ...]:
    rate = ("rate", t("How was it?"), "smile")
    done = ("done", t("Done"), "")
    again = ("reprint", t("Print again"), "printer")
    return (rate, done) if ticket.state == "done" else (done, again)


def _news(t: Words, ticket: TicketView) -> Notice:
    where = counters(t, ticket.counters)
    match ticket.state:
        case "waiting":
            ahead = t.plural("{count} person is ahead of you.", "{count} people are ahead of you.", ticket.ahead)
            wait = t("Expected wait: {wait}.", wait=minutes(t, ticket.wait_minutes))
            return Notice("users", ahead, wait if ticket.wait_minutes is not None else t("Please watch the board."))
        case "called" | "serving":
            return Notice("megaphone", t("It is your turn."), t("Please go to the counter that the board shows."))
        case "parked":
            return Notice("pause", t("Your number is set aside."), t("Please go back to {counters}.", counters=where))
        case "no_show":
            head = t("Your number was called before.")
            return Notice("clock", head, t("Please show this slip at {counters}.", counters=where))
        case "done":
            return Notice("circle-check", t("This visit is finished."), t("Will you tell us how it was?"))
        case _:
            return Notice("ticket", t("This number is no longer valid."), t("Please take a new one."))


def _helping(t: Words, snapshot: Snapshot) -> Notice:
    call = snapshot.hall.help
    if snapshot.session.is_unheard:
        return Notice("triangle-alert", t("The call could not be passed on."), t("Please go to the nearest counter."))
    if call is not None and call.counter is not None:
        head = t("Counter {counter} is coming to you.", counter=call.counter)
        return Notice("hand-helping", head, t("Please wait here."))
    if Fault.CLOSED in snapshot.hall.faults:
        text = t("The hall is closed now, so it may be that nobody can come.")
        return Notice("hand-helping", t("Help has been called."), text)
    return Notice("hand-helping", t("Help has been called."), t("The officers see it now. Please wait here."))
