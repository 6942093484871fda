"""From a moment to a scene: the painter of each screen, and the questions that lie over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.i18n import words
from kiosk.ui.flow import Screen
from kiosk.ui.metrics import Metrics
from kiosk.ui.moment import Moment
from kiosk.ui.samples import Preview
from kiosk.ui.scene import Scene
from kiosk.ui.screens import detail, notice, number, priority, procedure, service, stay, welcome
from kiosk.ui.sheet import Look, Sheet
from kiosk.ui.theme import CONTRAST, DAY

_PAINTERS: dict[Screen, Callable[[Sheet, Moment], None]] = {
    Screen.WELCOME: welcome.paint,
    Screen.SERVICE: service.paint,
    Screen.PROCEDURE: procedure.paint,
    Screen.DETAIL: detail.paint,
    Screen.PRIORITY: priority.paint,
    Screen.NUMBER: number.paint,
    Screen.CAPPED: notice.capped,
    Screen.HELP: notice.help_called,
    Screen.CLOSED: notice.closed,
    Screen.SORRY: notice.sorry,
}
_COUNTS_ITSELF = frozenset({Screen.NUMBER, Screen.HELP, Screen.SORRY, Screen.WELCOME, Screen.CLOSED})
"""Screens that show their countdown on a button; over the others a question is asked."""


def compose(moment: Moment, metrics: Metrics, pressed: str = "") -> Scene:
    """Return what to show at a moment; `pressed` is the id of the target under a finger."""
    session = moment.session
    metrics = replace(metrics, is_large=session.is_large)
    theme = CONTRAST if session.is_contrast else DAY
    sheet = Sheet(Look(metrics, theme, words("screen", session.language), pressed))
    screen = moment.screen
    _PAINTERS[screen](sheet, moment)
    if moment.left_s is not None and screen not in _COUNTS_ITSELF:
        stay.paint(sheet, moment)
    return sheet.scene(screen)


def previews() -> tuple[Preview, ...]:
    """Return the previews of all screens."""
    asked = service.previews()[0]
    return (
        *welcome.previews(),
        *service.previews(),
        Preview("stay", replace(asked.moment, left_s=20)),
        *procedure.previews(),
        *detail.previews(),
        *priority.previews(),
        *number.previews(),
        *notice.previews(),
    )
