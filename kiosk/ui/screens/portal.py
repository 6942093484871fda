"""Portal: a QR code that opens the national portal on the visitor's phone, and its address in letters."""

from __future__ import annotations

from urllib.parse import urlsplit

from kiosk.i18n import chosen
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font, Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder, shrunk
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.controls import title
from kiosk.ui.parts.fault_messages import Notice
from kiosk.ui.parts.frame import frame
from kiosk.ui.parts.message import buttons, message
from kiosk.ui.samples import Preview, at


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """A large code, the address in letters, and the next steps, above it or at its left."""
    t, procedure = sheet.look.t, snapshot.procedure
    content = frame(sheet, snapshot, back=t("Back"))
    box = buttons(sheet, content, ("done", t("Done"), ""))
    if procedure is None or not procedure.portal_url:  # the catalogue has changed during the visit
        message(sheet, box, Notice("globe", t("This is no longer listed."), t("Please go back and choose again.")))
        return
    gap = sheet.px(Space.GAP)
    if sheet.metrics.is_portrait:
        box = title(sheet, box, t("Apply online by phone"), chosen(procedure.name, t.language))
        words = sheet.height(_steps(sheet), _body(sheet), box.w) + sheet.font(Style.HEADING).line_px + gap
        room = box.foot(words + gap)[1]
        side = min(room.w, room.h)
        panel, box = box.top(side)
        panel = panel.middle(side, side)
        box = box.top(gap)[1]
    else:
        panel, box = box.left(min(box.h, box.w * 45 // 100))
        panel = panel.top(panel.w)[0]
        box = title(sheet, box.left(gap * 2)[1], t("Apply online by phone"), chosen(procedure.name, t.language))
    _code(sheet, panel, procedure.portal_url)
    _words(sheet, box, procedure.portal_url)


def previews() -> tuple[Preview, ...]:
    """One procedure, and one that was removed from the catalogue."""
    return (
        Preview("portal", at(Screen.PORTAL, letter="C", procedure="1.004222", for_papers=True)),
        Preview("portal-gone", at(Screen.PORTAL, letter="C", procedure="9.999999", for_papers=True)),
    )


def address(url: str) -> str:
    """Return an address for people: without `https://` and without its query."""
    parts = urlsplit(url)
    return parts.netloc + parts.path.rstrip("/")


def _code(sheet: SceneBuilder, panel: Box, url: str) -> None:
    sheet.panel(panel, sheet.theme.card)
    sheet.qr(panel.inset(sheet.px(Space.PAD) // 3), url)
    sheet.say(panel, sheet.look.t("A QR code for your phone: it opens {address}.", address=address(url)))


def _words(sheet: SceneBuilder, box: Box, url: str) -> None:
    tone, heading = sheet.theme.paper, sheet.font(Style.HEADING)
    box = sheet.paragraph(box, _steps(sheet), _body(sheet), tone.text)
    row = box.top(sheet.px(Space.GAP) // 2)[1].top(heading.line_px)[0]
    sheet.line(row, address(url), shrunk(address(url), heading, row.w, 0.5), sheet.theme.accent, least=1.0)


def _steps(sheet: SceneBuilder) -> str:
    return sheet.look.t("Point the camera of your phone at the code, or open this address:")


def _body(sheet: SceneBuilder) -> Font:
    return sheet.font(Style.SMALL if sheet.metrics.is_cramped else Style.BODY)
