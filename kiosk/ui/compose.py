"""Builds the scene of a snapshot: the screen's paint function, the question over it, and the focus ring."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.i18n import words
from kiosk.records import replace
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.focus import focused
from kiosk.ui.drawing.metrics import Metrics, Space
from kiosk.ui.drawing.scene import Panel, Scene
from kiosk.ui.drawing.scene_builder import Look, SceneBuilder
from kiosk.ui.drawing.theme import CONTRAST, DAY, Theme
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.samples import Preview
from kiosk.ui.screens import (
    ask,
    booking,
    comfort,
    detail,
    dossier,
    id_card,
    notice,
    number,
    pay,
    portal,
    priority,
    procedure,
    rate,
    service,
    sleep,
    stay,
    ticket,
    water,
    welcome,
)

_PAINTERS: dict[Screen, Callable[[SceneBuilder, Snapshot], None]] = {
    Screen.WELCOME: welcome.paint,
    Screen.SERVICE: service.paint,
    Screen.PROCEDURE: procedure.paint,
    Screen.DETAIL: detail.paint,
    Screen.PORTAL: portal.paint,
    Screen.PAY: pay.paint,
    Screen.PRIORITY: priority.paint,
    Screen.CARD: id_card.paint,
    Screen.GREETED: id_card.greeted,
    Screen.NUMBER: number.paint,
    Screen.CAPPED: notice.capped,
    Screen.REFUSED: booking.refused,
    Screen.ASK: ask.paint,
    Screen.ANSWERS: ask.answers,
    Screen.BOOKING: booking.paint,
    Screen.BOOKING_CODE: booking.code,
    Screen.DOSSIER: dossier.paint,
    Screen.DOSSIER_CODE: dossier.code,
    Screen.DOSSIER_WAIT: dossier.wait,
    Screen.DOSSIER_SAID: dossier.said,
    Screen.RATE: rate.paint,
    Screen.REASONS: rate.reasons,
    Screen.THANKS: rate.thanks,
    Screen.TICKET: ticket.paint,
    Screen.UNREADABLE: ticket.unreadable,
    Screen.COMFORT: comfort.paint,
    Screen.HELP: ticket.help_called,
    Screen.CLOSED: notice.closed,
    Screen.OUT: notice.out,
    Screen.SORRY: notice.sorry,
    Screen.WATER: water.paint,
    Screen.SLEEP: sleep.paint,
}
_MODULES = (
    welcome,
    service,
    procedure,
    detail,
    portal,
    pay,
    priority,
    id_card,
    number,
    booking,
    ask,
    dossier,
    rate,
    ticket,
    comfort,
    notice,
    water,
    sleep,
)
_COUNTS_ITSELF = frozenset(
    {
        Screen.NUMBER,
        Screen.HELP,
        Screen.SORRY,
        Screen.THANKS,
        Screen.DOSSIER_WAIT,
        Screen.WELCOME,
        Screen.CLOSED,
        Screen.OUT,
    }
)
"""Screens that show their countdown on a button or need none. All other screens are covered by a question."""


def compose(snapshot: Snapshot, metrics: Metrics, pressed: str = "") -> Scene:
    """Return the scene of a snapshot; `pressed` is the id of the target under a finger."""
    session = snapshot.session
    metrics = metrics.at_step(is_large=session.is_large)
    theme = CONTRAST if session.is_contrast or snapshot.screen is Screen.SLEEP else DAY
    sheet = SceneBuilder(Look(metrics, theme, words("screen", session.language), pressed))
    screen = snapshot.screen
    _PAINTERS[screen](sheet, snapshot)
    counts_itself = screen in _COUNTS_ITSELF or (screen is Screen.WATER and session.cup.is_had)
    if snapshot.left_s is not None and not counts_itself:
        stay.paint(sheet, snapshot)
    scene = sheet.scene(screen)
    if snapshot.is_read:
        scene = _shining(scene, metrics, theme)
    return _ringed(scene, session.focus, metrics, theme)


def previews() -> tuple[Preview, ...]:
    """Return the previews of all screens."""
    asked = service.previews()[0]
    stays = Preview("stay", replace(asked.snapshot, left_s=20))
    read = Preview("read", replace(asked.snapshot, is_read=True))
    return (*(preview for module in _MODULES for preview in module.previews()), stays, read)


def _shining(scene: Scene, metrics: Metrics, theme: Theme) -> Scene:
    """Return the scene with a bright strip at both sides, which shows that a code was read.

    Two strips and not a frame: a frame's bounding box is the whole screen, which would have to be repainted.
    """
    width, height = scene.size
    wide = metrics.px(Space.MARGIN) // 3
    lights = (Panel(Box(x, 0, wide, height), theme.accent) for x in (0, width - wide))
    return replace(scene, widgets=(*scene.widgets, *lights))


def _ringed(scene: Scene, focus: str, metrics: Metrics, theme: Theme) -> Scene:
    """Return the scene with a ring around the focused target: a dark ring in a light one, visible on any ground."""
    target = focused(scene, focus)
    if target is None:
        return scene
    line, radius = metrics.mm(1.6), metrics.px(Space.RADIUS)
    clear = theme.paper.fill._replace(a=0)
    inner = Panel(target.box, clear, radius, theme.paper.fill, line * 2)
    outer = Panel(target.box, clear, radius, theme.focus, line)
    return replace(scene, widgets=(*scene.widgets, inner, outer))
