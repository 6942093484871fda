"""Pay: a fee as a VietQR code, the exemptions, and the hint that the counter takes it too."""

from __future__ import annotations

from kiosk.i18n import Words, chosen
from kiosk.lobby.views import PaymentView, ProcedureView
from kiosk.records import replace
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font, Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Results, Snapshot
from kiosk.ui.parts.card import Choice
from kiosk.ui.parts.fault_messages import Notice
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.message import buttons, message
from kiosk.ui.parts.paged_text import Block, PagedText
from kiosk.ui.samples import Preview, at

_EXEMPT, _TRANSFER = range(2)
_SAMPLE = PaymentView(
    payload="00020101021238540010A00000072701240006970436011001234567890208QRIBFTTA53037045405200005802VN62190815"
    "LE PHI 1.0042226304B2F1",
    amount_dong=20_000,
    purpose="LE PHI 1.004222",
    name="UBND PHUONG CUA NAM",
    account="0123 4567 89",
)


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The code with the amount and the exemptions; or that this fee is paid at the counter."""
    t, payment = sheet.look.t, snapshot.results.payment
    content = frame(sheet, snapshot, back=t("Back"))
    if payment is None:
        box = buttons(sheet, content, ("done", t("Done"), ""))
        text = t("Please pay there when your number is called. Cash is fine.")
        message(sheet, box, Notice("wallet", t("This fee is paid at the counter."), text))
        return
    box = _upright(sheet, content, payment) if sheet.metrics.is_portrait else _across(sheet, content, payment)
    paged = PagedText(sheet, box.w, tones={_EXEMPT: sheet.theme.warn})
    foot = Choice("done", t("Done"), "check", is_main=True).compact()
    paged.lay(box, _blocks(t, paged, payment, snapshot.procedure), snapshot.session.page, foot)


def previews() -> tuple[Preview, ...]:
    """A fee with exemptions, and one that can only be paid at the counter."""
    pay = at(Screen.PAY, letter="C", procedure="1.004222", for_papers=True)
    return (Preview("pay", replace(pay, results=Results(payment=_SAMPLE))), Preview("pay-counter", pay))


def _blocks(t: Words, paged: PagedText, payment: PaymentView, procedure: ProcedureView | None) -> list[Block]:
    """Return the exemptions, in the words of the fee, and what the bank app will show."""
    blocks: list[Block] = [paged.head(_EXEMPT, t("Exempt? Do not pay: tell the officer."))]
    if procedure:
        blocks += paged.text(_EXEMPT, chosen(procedure.fee, t.language), "hand-heart")
    blocks.append(paged.head(_TRANSFER, t("Your bank app will show")))
    blocks += paged.text(_TRANSFER, payment.name, "landmark")
    blocks += paged.text(_TRANSFER, t("Account {account}", account=payment.account), "wallet")
    return [*blocks, *paged.text(_TRANSFER, payment.purpose, "receipt")]


def _amount(payment: PaymentView) -> str:
    """Return an amount as Vietnamese banks write it."""
    return f"{payment.amount_dong:,}\u00a0đ".replace(",", ".")


def _upright(sheet: SceneBuilder, box: Box, payment: PaymentView) -> Box:
    """Draw the code at the left and the amount beside it; return the box left below."""
    gap = sheet.px(Space.GAP)
    side = min(box.w * 55 // 100, box.h * 45 // 100)
    row, rest = box.top(side)
    panel, words = row.left(side)
    _code(sheet, panel, payment)
    words = words.left(gap * 3 // 2)[1]
    _words(sheet, words.middle(words.w, min(words.h, _words_height(sheet, words.w))), payment)
    return rest.top(gap)[1]


def _across(sheet: SceneBuilder, box: Box, payment: PaymentView) -> Box:
    """Draw the amount below the code; return the box left at their right."""
    gap, wide = sheet.px(Space.GAP), box.w * 42 // 100
    side = min(wide, box.h - _words_height(sheet, wide) - gap)
    column, rest = box.left(wide)
    panel, words = column.top(side)
    _code(sheet, panel.left(side)[0], payment)
    _words(sheet, words.top(gap)[1], payment)
    return rest.left(gap * 2)[1]


def _code(sheet: SceneBuilder, panel: Box, payment: PaymentView) -> None:
    sheet.panel(panel, sheet.theme.card)
    sheet.qr(panel.inset(sheet.px(Space.PAD) // 3), payment.payload)
    sheet.say(panel, sheet.look.t("A QR code for the bank app on your phone."))


def _ways(sheet: SceneBuilder) -> str:
    return sheet.look.t("Scan with your bank app, or pay at the counter.")


def _words_height(sheet: SceneBuilder, width_px: int) -> int:
    return _number(sheet).line_px + sheet.height(_ways(sheet), sheet.font(Style.SMALL), width_px)


def _words(sheet: SceneBuilder, box: Box, payment: PaymentView) -> None:
    """Write the amount, how to pay it, and where else it can be paid."""
    number = _number(sheet)
    row, box = box.top(number.line_px)
    sheet.line(row, _amount(payment), number, sheet.theme.number, least=0.5)
    sheet.say(row, sheet.look.t("Amount: {amount} dong.", amount=payment.amount_dong))
    sheet.paragraph(box, _ways(sheet), sheet.font(Style.SMALL), sheet.theme.paper.text)


def _number(sheet: SceneBuilder) -> Font:
    return sheet.font(Style.TITLE if sheet.metrics.is_cramped else Style.HERO)
