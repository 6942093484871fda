"""Dossier: the state of an application, asked of the city; the last known state when the city does not answer."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta

from kiosk.i18n import Words
from kiosk.lobby.views import DossierState, DossierView, Fault
from kiosk.records import replace
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Results, Snapshot
from kiosk.ui.parts.code_entry import scan_or_type, type_code
from kiosk.ui.parts.controls import banner
from kiosk.ui.parts.fault_messages import Notice
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.keyboard import Layout
from kiosk.ui.parts.message import Offer, buttons, message
from kiosk.ui.parts.wording import age
from kiosk.ui.samples import NOW, Preview, at, faulty

_EXAMPLE = "000.00.01.H26-260930-0012"


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """Asks the visitor to scan the receipt or type its code."""
    t = sheet.look.t
    text = t("The code on it is enough: no name is asked.")
    notice = Notice("scroll-text", t("Hold your receipt under the scanner."), text)
    scan_or_type(sheet, snapshot, notice, t("Please type the code on your receipt."))


def code(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The dossier's code, in the form printed on the receipt."""
    type_code(sheet, snapshot, sheet.look.t("Type the dossier code"), _EXAMPLE, Layout.DOSSIER)


def wait(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """Waits for the city's answer; the next screen appears by itself."""
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("Back"))
    message(sheet, content, Notice("hourglass", t("Asking the city…"), t("This takes a few seconds at most.")))


def said(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The city's answer, new or older; or that nothing is known."""
    t, dossier = sheet.look.t, snapshot.results.dossier
    content = frame(sheet, snapshot, back=t("Back"))
    box = buttons(sheet, content, *_offers(t, dossier))
    if dossier is None:
        notice = Notice(
            "cloud-off", t("The city does not answer now."), t("Please try again later, or ask at a counter.")
        )
        message(sheet, box, notice)
        return
    if not snapshot.results.is_dossier_fresh:
        ago = age(t, snapshot.hall.now - dossier.as_of)
        old = t("The city does not answer now. This is what it said {age}.", age=ago)
        box = banner(sheet, box, sheet.theme.warn, Notice("history", old, ""))
    facts = _facts(t, dossier)
    rows = sheet.font(Style.BODY).line_px * len(facts) + sheet.px(Space.PAD) * 2 if facts else 0
    if rows:
        card, box = box.foot(rows)
        _table(sheet, card, facts)
        box = box.foot(sheet.px(Space.GAP))[1]
    message(sheet, box, _notice(t, dossier))


def previews() -> tuple[Preview, ...]:
    """Scanning, typing, asking, and every answer: fresh, old, late, unknown, none."""
    scan, said = at(Screen.DOSSIER), at(Screen.DOSSIER_SAID)
    day = NOW.date()
    working = DossierView(DossierState.PROCESSING, NOW, day - timedelta(days=6), day + timedelta(days=2))
    answers = {
        "processing": working,
        "late": replace(working, due_on=day - timedelta(days=3), is_late=True),
        "waiting": replace(working, state=DossierState.WAITING),
        "ready": replace(working, state=DossierState.READY, counter=3),
        "returned": replace(working, state=DossierState.RETURNED),
        "received": replace(working, state=DossierState.RECEIVED),
        "unknown": DossierView(DossierState.UNKNOWN, NOW),
    }
    old = Results(dossier=replace(working, as_of=NOW - timedelta(days=1, hours=3)))
    return (
        Preview("dossier", replace(scan, hall=replace(scan.hall, has_scanner=True))),
        Preview("dossier_code", at(Screen.DOSSIER_CODE, typed="000.00.01.H26-2609")),
        Preview("dossier_wait", at(Screen.DOSSIER_WAIT)),
        *(
            Preview(f"dossier_said-{name}", replace(said, results=Results(dossier=one, is_dossier_fresh=True)))
            for name, one in answers.items()
        ),
        Preview("dossier_said-old", faulty(replace(said, results=old), Fault.LINE_DOWN)),
        Preview("dossier_said-nothing", faulty(said, Fault.LINE_DOWN)),
    )


def _offers(t: Words, dossier: DossierView | None) -> tuple[Offer, ...]:
    done = ("done", t("Done"), "")
    if dossier is None or dossier.state is DossierState.UNKNOWN:
        return done, ("type", t("Type the code again"), "keyboard")
    if dossier.state in (DossierState.READY, DossierState.WAITING):
        return ("take", t("Take a queue number"), "ticket"), done
    return (done,)


def _notice(t: Words, dossier: DossierView) -> Notice:
    match dossier.state:
        case DossierState.READY:
            return Notice("folder-check", t("Your result is ready."), _where(t, dossier))
        case DossierState.RETURNED:
            head = t("The result has been handed over.")
            return Notice("folder-check", head, t("Not to you? Please ask at a counter."))
        case DossierState.WAITING:
            head = t("Something is missing from your dossier.")
            return Notice(
                "file-text", head, t("An officer will tell you what: please take a number, or call the ward.")
            )
        case DossierState.UNKNOWN:
            head = t("The city knows no dossier with this code.")
            return Notice(
                "circle-question-mark", head, t("Please compare the code with your receipt, letter by letter.")
            )
        case _ if dossier.is_late:
            head = t("Your dossier is late. We are sorry.")
            text = t("It is still being worked on. An officer can tell you why: please ask.")
            return Notice("folder-clock", head, text)
        case DossierState.RECEIVED:
            return Notice("folder-open", t("Your dossier has been received."), t("It will be worked on next."))
        case DossierState.PROCESSING:
            return Notice("folder-clock", t("Your dossier is being worked on."), t("Nothing is needed from you now."))


def _where(t: Words, dossier: DossierView) -> str:
    if dossier.counter is None:
        return t("Please bring your receipt to the counter.")
    return t("Please bring your receipt to counter {counter}.", counter=dossier.counter)


def _facts(t: Words, dossier: DossierView) -> list[tuple[str, str]]:
    days = ((t("Received"), dossier.received_on), (t("Due"), dossier.due_on))
    return [(name, _day(day)) for name, day in days if day is not None]


def _day(day: Date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _table(sheet: SceneBuilder, box: Box, facts: list[tuple[str, str]]) -> None:
    tone, strong = sheet.theme.card, sheet.font(Style.STRONG)
    sheet.panel(box, tone)
    for row, (name, value) in zip(box.inset(sheet.px(Space.PAD)).rows(len(facts), 0), facts, strict=True):
        half, rest = row.left(row.w // 2)
        sheet.line(half, name, sheet.font(Style.BODY), tone.soft)
        sheet.line(rest, value, strong, tone.text, align="right")
