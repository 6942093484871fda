"""Booking: check-in of an online booking by its QR code or typed code, and the reasons for a refusal."""

from __future__ import annotations

from datetime import timedelta

from kiosk.i18n import Words
from kiosk.lobby.views import CheckIn, Fault, Refusal
from kiosk.model.hint import Hint
from kiosk.records import replace
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Results, Snapshot
from kiosk.ui.parts.code_entry import scan_or_type, type_code
from kiosk.ui.parts.fault_messages import Notice
from kiosk.ui.parts.frame import date, frame
from kiosk.ui.parts.keyboard import Layout
from kiosk.ui.parts.message import Offer, buttons, message
from kiosk.ui.samples import NOW, Preview, at, faulty


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """Asks the visitor to scan or type the code."""
    t = sheet.look.t
    notice = Notice("smartphone", t("Hold your booking code under the scanner."), t("On your phone or on paper."))
    scan_or_type(sheet, snapshot, notice, t("Please type the code of your booking."))


def code(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The code's eight letters and digits."""
    t = sheet.look.t
    type_code(sheet, snapshot, t("Type the booking code"), "7KQ2-9XMA", Layout.BOOKING)


def refused(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """Why a booking is not checked in or no further number is given, and the alternatives."""
    t, result = sheet.look.t, snapshot.results.check_in or CheckIn(refusal=Refusal.UNKNOWN)
    content = frame(sheet, snapshot, back=t("Back"))
    refusal = result.refusal or Refusal.UNKNOWN
    box = buttons(sheet, content, *_offers(t, refusal))
    message(sheet, box, _notice(t, refusal, result))


def previews() -> tuple[Preview, ...]:
    """Scanning, without a scanner, typing, and each refusal."""
    scan = at(Screen.BOOKING)
    booked = NOW + timedelta(hours=2)
    facts = CheckIn(at=booked, opens_at=booked - timedelta(hours=1), site="00166", number="B007")
    said = {refusal: Results(check_in=replace(facts, refusal=refusal)) for refusal in Refusal}
    return (
        Preview("booking", replace(scan, hall=replace(scan.hall, has_scanner=True))),
        Preview("booking-closer", replace(scan, hint=Hint.CLOSER)),
        Preview("booking-offline", faulty(scan, Fault.SCANNER_OFFLINE)),
        Preview("booking_code", at(Screen.BOOKING_CODE)),
        Preview("booking_code-typed", at(Screen.BOOKING_CODE, typed="7KQ29X")),
        *(Preview(f"refused-{one}", replace(at(Screen.REFUSED), results=said[one])) for one in Refusal),
    )


_WALK_IN = (Refusal.LATE, Refusal.OTHER_DAY, Refusal.OTHER_WARD, Refusal.FORGED, Refusal.UNKNOWN, Refusal.NO_LIST)
"""Refusals after which the visitor may take an ordinary number."""


def _offers(t: Words, refusal: Refusal) -> tuple[Offer, ...]:
    done = ("done", t("Done"), "")
    take = ("take", t("Take an ordinary number"), "ticket")
    if refusal in (Refusal.UNKNOWN, Refusal.NO_LIST):
        return ("type", t("Type the code again"), "keyboard"), take
    return (take, done) if refusal in _WALK_IN else (done,)


def _notice(t: Words, refusal: Refusal, result: CheckIn) -> Notice:
    at, opens = result.at, result.opens_at
    when, soonest = f"{at:%H:%M}" if at else "", f"{opens:%H:%M}" if opens else ""
    day = date(t, at) if at else ""
    match refusal:
        case Refusal.EARLY:
            head = t("Your booking is for {time}.", time=when)
            text = t("You can check in here from {time}. Please take a seat until then.", time=soonest)
            return Notice("calendar-clock", head, text)
        case Refusal.LATE:
            head = t("The time of your booking, {time}, is over.", time=when)
            return Notice("calendar-clock", head, t("Please take an ordinary number: you are still served today."))
        case Refusal.OTHER_DAY:
            head = t("Your booking is for another day: {day}, {time}.", day=day, time=when)
            return Notice("calendar-x", head, t("Please come then, or take an ordinary number for today."))
        case Refusal.OTHER_WARD:
            head = t("This booking is for another ward.")
            text = t("The code of its ward is {site}. Please look at your confirmation.", site=result.site)
            return Notice("map-pin", head, text)
        case Refusal.USED:
            head = t("This booking has its number already: {number}.", number=result.number)
            return Notice("ticket-check", head, t("Please watch the board. An officer helps if the slip is lost."))
        case Refusal.FORGED:
            head = t("This code was not issued by the city.")
            return Notice("shield-alert", head, t("If you booked online, please show the confirmation to an officer."))
        case Refusal.NO_LIST:
            head = t("Today's bookings have not arrived here.")
            return Notice(
                "cloud-off", head, t("The QR code of your confirmation works without them: please scan that.")
            )
        case Refusal.TOO_MANY:
            head = t("All the numbers of one person for today have been taken.")
            return Notice("users", head, t("Is there a good reason for one more? Please ask an officer."))
        case Refusal.SAME_FIELD:
            head = t("You have a number for this service today.")
            return Notice("ticket-check", head, t("Several papers of one service can be handed in with one number."))
        case Refusal.UNKNOWN:
            head = t("There is no booking with this code for today.")
            return Notice(
                "circle-question-mark", head, t("Please compare it with your confirmation, letter by letter.")
            )
