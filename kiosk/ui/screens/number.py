"""Number: the visitor's queue number and the state of its slip."""

from __future__ import annotations

from kiosk.i18n import Words, chosen
from kiosk.lobby.views import Fault, TicketView
from kiosk.model.paper import PrintState
from kiosk.records import replace
from kiosk.ui.drawing import fonts
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen, Slip
from kiosk.ui.flow.snapshot import Results, Snapshot
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.large_number import hero
from kiosk.ui.parts.message import buttons
from kiosk.ui.parts.wording import closing, minutes
from kiosk.ui.samples import HALL, NOW, TICKET, Preview, at, faulty
from kiosk.ui.screens import photo


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The number and what happens next; without a slip, the screen to photograph."""
    ticket = snapshot.ticket
    content = frame(sheet, snapshot, back=sheet.look.t("To the start"), keeps_height=True)
    if ticket is None:
        return
    if snapshot.session.slip not in (Slip.PRINTING, Slip.PRINTED):
        photo.paint(sheet, content, snapshot, ticket)
        return
    box = _buttons(sheet, content, snapshot)
    if snapshot.left_s is not None and not sheet.metrics.is_cramped:
        small = sheet.font(Style.SMALL)
        foot, box = box.foot(small.line_px)
        sheet.line(foot, sheet.look.t("Touch the screen to keep it longer."), small, sheet.theme.paper.soft)
    if sheet.metrics.is_portrait:
        _upright(sheet, box, snapshot, ticket)
    else:
        _across(sheet, box, snapshot, ticket)


def previews() -> tuple[Preview, ...]:
    """Printing, printed, without an estimate, and every reason for a missing slip."""
    number = at(Screen.NUMBER, number="A042", slip=Slip.PRINTED, letter="A")
    printed = replace(number, results=Results(ticket=TICKET), left_s=12)
    printing = replace(TICKET, print_state=PrintState.PRINTING)
    unknown = replace(TICKET, ahead=0, wait_minutes=None, ready=(), procedure_name=None)
    out = _slip(printed, Slip.PHOTO, PrintState.QUEUED)
    return (
        Preview("number-printed", printed),
        Preview("number-printing", replace(_slip(printed, Slip.PRINTING, printing.print_state), left_s=None)),
        Preview("number-silent", faulty(printed, Fault.PRINTER_SILENT)),
        Preview("number-unknown", faulty(replace(printed, results=Results(ticket=unknown)), Fault.LINE_DOWN)),
        Preview(
            "number-booked", replace(printed, results=Results(ticket=replace(TICKET, booked_at=NOW, by_post=True)))
        ),
        Preview("number-water", replace(printed, hall=replace(HALL, has_water=True))),
        Preview("number-no-paper", faulty(out, Fault.PAPER_OUT)),
        Preview("number-held", faulty(replace(_slip(out, Slip.HELD, PrintState.QUEUED), left_s=171), Fault.COVER_OPEN)),
        Preview("number-late", _slip(out, Slip.LATE, PrintState.PRINTING)),
        Preview("number-uncertain", _slip(out, Slip.UNCERTAIN, PrintState.UNCERTAIN)),
        Preview(
            "number-photo-water", replace(_slip(out, Slip.PHOTO, PrintState.QUEUED), hall=replace(HALL, has_water=True))
        ),
        Preview("number-no-printer", _slip(out, Slip.PHOTO, PrintState.NONE)),
    )


def _slip(snapshot: Snapshot, slip: Slip, state: PrintState) -> Snapshot:
    ticket = replace(snapshot.ticket or TICKET, print_state=state)
    return replace(snapshot, session=replace(snapshot.session, slip=slip), results=Results(ticket=ticket), left_s=60)


def _upright(sheet: SceneBuilder, box: Box, snapshot: Snapshot, ticket: TicketView) -> None:
    gap = sheet.px(Space.GAP)
    box = _state(sheet, box, snapshot)
    about = _facts(sheet.look.t, ticket)
    facts_h, follow_h = _facts_height(sheet, about, box.w), _follow_height(sheet, ticket)
    ready_h = _ready_height(sheet, ticket, box.w)
    others = facts_h + gap + (follow_h + gap if follow_h else 0)
    least = sheet.px(Space.HEADER) * 2
    if ready_h and others + ready_h + gap + least > box.h:
        ready_h = 0
    others += ready_h + gap if ready_h else 0
    card_h = min(box.h - others, round(box.w * 0.66))
    number, box = box.top(card_h)
    _number(sheet, number, ticket)
    facts, box = box.top(gap)[1].top(facts_h)
    _lay_facts(sheet, facts, about)
    if follow_h:
        follow, box = box.top(gap)[1].top(follow_h)
        _follow(sheet, follow, snapshot, ticket)
    if ready_h:
        _ready(sheet, box.top(gap)[1], ticket)


def _across(sheet: SceneBuilder, box: Box, snapshot: Snapshot, ticket: TicketView) -> None:
    gap = sheet.px(Space.GAP)
    left, right = box.left(box.w * 46 // 100)
    right = right.left(gap * 3 // 2)[1]
    _number(sheet, _state(sheet, left, snapshot), ticket)
    about = _facts(sheet.look.t, ticket)
    facts, right = right.top(_facts_height(sheet, about, right.w))
    _lay_facts(sheet, facts, about)
    follow_h = _follow_height(sheet, ticket)
    ready_h = _ready_height(sheet, ticket, right.w)
    has_ready = bool(ticket.ready) and follow_h + ready_h + 2 * gap <= right.h
    if follow_h:
        spare = 0 if has_ready else right.h - gap - follow_h
        follow, right = right.top(gap)[1].top(follow_h + min(follow_h // 2, spare))
        _follow(sheet, follow, snapshot, ticket)
    if has_ready:
        _ready(sheet, right.top(gap)[1], ticket)


def _state(sheet: SceneBuilder, box: Box, snapshot: Snapshot) -> Box:
    """Write the state of the slip; return the box below."""
    t, color = sheet.look.t, sheet.theme.accent
    is_printed = snapshot.session.slip is Slip.PRINTED
    text = t("Done. Please take your slip.") if is_printed else t("Printing your slip…")
    if Fault.PRINTER_SILENT in snapshot.hall.faults:
        text += " " + t("If none comes, please photograph this screen.")
    strong, glyph = sheet.font(Style.STRONG), sheet.px(Space.GLYPH)
    gap = sheet.px(Space.GAP)
    high = max(glyph, sheet.height(text, strong, box.w - glyph - gap))
    row, rest = box.top(high)
    spot, words = row.left(glyph)
    sheet.icon(spot, "circle-check" if is_printed else "printer", color, glyph)
    sheet.middle(words.left(gap)[1], text, strong, color, align="left")
    return rest.top(gap)[1]


def _number(sheet: SceneBuilder, box: Box, ticket: TicketView) -> None:
    pad = sheet.px(Space.PAD)
    sheet.panel(box, sheet.theme.card)
    hero(sheet, box.inset(pad, pad * 2 // 3), ticket.number, chosen(ticket.service_name, sheet.look.t.language))


_SMALLEST_VALUE = 0.45
"""Lower limit for shrinking a value: five counters fit into a third of the width without being cut off."""
Fact = tuple[str, str]
"""A value and its caption."""


def _facts(t: Words, ticket: TicketView) -> tuple[Fact, ...]:
    """Return how many are ahead, the estimated wait, and the counters that will call."""
    wait = minutes(t, ticket.wait_minutes) if ticket.wait_minutes is not None else t("unknown")
    counters = " · ".join(map(str, ticket.counters)) or "–"
    return (
        (str(ticket.ahead), t.plural("person ahead", "people ahead", ticket.ahead)),
        (wait, t("expected wait")),
        (counters, t.plural("counter will call", "counters will call", len(ticket.counters))),
    )


def _are_beside(sheet: SceneBuilder, facts: tuple[Fact, ...], width_px: int) -> bool:
    """Tell whether the facts fit side by side in full size."""
    small, gap = sheet.font(Style.SMALL), sheet.px(Space.GAP)
    return max(fonts.width(label, small) for _, label in facts) <= (width_px - 2 * gap) // 3 - gap


def _facts_height(sheet: SceneBuilder, facts: tuple[Fact, ...], width_px: int) -> int:
    small, pad = sheet.font(Style.SMALL), sheet.px(Space.PAD)
    if _are_beside(sheet, facts, width_px):
        return sheet.font(Style.HERO).line_px * 3 // 4 + small.line_px + pad
    return len(facts) * sheet.font(Style.STRONG).line_px + pad


def _lay_facts(sheet: SceneBuilder, box: Box, facts: tuple[Fact, ...]) -> None:
    tone, gap = sheet.theme.card, sheet.px(Space.GAP)
    hero, strong, small = sheet.font(Style.HERO), sheet.font(Style.STRONG), sheet.font(Style.SMALL)
    if not _are_beside(sheet, facts, box.w):
        sheet.panel(box, tone)
        inner = box.inset(sheet.px(Space.PAD), sheet.px(Space.PAD) // 2)
        for row, (value, label) in zip(inner.rows(len(facts), 0), facts, strict=True):
            sheet.line(row, value, strong, tone.text, align="right")
            sheet.line(row.end(fonts.width(value, strong) + gap)[1], label, small, tone.soft)
        return
    big = hero._replace(size_px=hero.size_px * 3 // 4)
    for spot, (value, label) in zip(box.columns(3, gap), facts, strict=True):
        sheet.panel(spot, tone)
        stack = spot.middle(spot.w - gap, big.line_px + small.line_px)
        sheet.line(stack.top(big.line_px)[0], value, big, tone.text, align="center", least=_SMALLEST_VALUE)
        sheet.line(stack.foot(small.line_px)[0], label, small, tone.soft, align="center")


def _follow_height(sheet: SceneBuilder, ticket: TicketView) -> int:
    return sheet.px(Space.FOLLOW) if ticket.follow_url else 0


def _follow(sheet: SceneBuilder, box: Box, snapshot: Snapshot, ticket: TicketView) -> None:
    """Draw the QR code for following the ticket on a telephone."""
    t, tone, gap = sheet.look.t, sheet.theme.good, sheet.px(Space.GAP)
    sheet.panel(box, tone)
    inner = box.inset(gap)
    square, words = inner.left(min(inner.h, inner.w * 2 // 5))
    sheet.qr(square, ticket.follow_url)
    words = words.left(gap * 3 // 2)[1]
    head = t("Follow it on your phone")
    text, brief = _follow_texts(t, snapshot)
    strong, body, small = sheet.font(Style.STRONG), sheet.font(Style.BODY), sheet.font(Style.SMALL)
    bold = small._replace(weight=strong.weight)
    tries = ((head, text, strong, body), (head, text, bold, small), ("", text, bold, small), ("", brief, bold, small))
    for head, text, strong, body in tries:
        high = sheet.height(head, strong, words.w) + sheet.height(text, body, words.w)
        if high <= inner.h:
            break
    words = sheet.paragraph(words.middle(words.w, high), head, strong, tone.mark)
    sheet.paragraph(words, text, body, tone.text)


def _follow_texts(t: Words, snapshot: Snapshot) -> tuple[str, str]:
    """Return the purpose of the code, long and short, with a note on delays while the city is not connected."""
    if Fault.LINE_DOWN in snapshot.hall.faults:
        return t("No connection to the city now: the page may be late."), t("No connection: may be late.")
    return t("Scan to know when your turn is near. Nothing to install."), t("Scan to follow it.")


def _ready_height(sheet: SceneBuilder, ticket: TicketView, width_px: int) -> int:
    return sheet.height(_ready_text(sheet.look.t, ticket), sheet.font(Style.BODY), width_px) if ticket.ready else 0


def _ready(sheet: SceneBuilder, box: Box, ticket: TicketView) -> None:
    if ticket.ready:
        sheet.paragraph(box, _ready_text(sheet.look.t, ticket), sheet.font(Style.BODY), sheet.theme.paper.text)


def _ready_text(t: Words, ticket: TicketView) -> str:
    return t("Have ready: {papers}.", papers=", ".join(chosen(paper, t.language) for paper in ticket.ready))


def _buttons(sheet: SceneBuilder, content: Box, snapshot: Snapshot) -> Box:
    t, session = sheet.look.t, snapshot.session
    is_by_post = snapshot.ticket is not None and snapshot.ticket.by_post
    post = t("Result comes by post") if is_by_post else t("Result by post")
    # With large text, a small panel has room for the number and one row of buttons.
    is_tight = sheet.metrics.is_large and sheet.metrics.is_cramped
    others = [] if is_tight else [("post", post, "square-check" if is_by_post else "mailbox")]
    if snapshot.offers_water:
        others.append(("water", t("A cup of water"), "glass-water"))
    # When four buttons do not fit, a copy is offered after the cup of water.
    has_room = not (snapshot.offers_water and (sheet.metrics.is_cramped or sheet.metrics.is_large))
    if session.slip is Slip.PRINTED and not session.has_copy and has_room:
        others.append(("reprint", t("Print again"), "printer"))
    return buttons(
        sheet, content, ("done", t("Done"), ""), *others, note=closing(t, snapshot.left_s), is_one_row=is_tight
    )
