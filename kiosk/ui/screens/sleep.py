"""Sleep: a dark screen while nobody is present; any input wakes it."""

from __future__ import annotations

from kiosk.i18n import chosen
from kiosk.records import replace
from kiosk.ui.drawing.metrics import Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.samples import Preview, at


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """The hall's name, the time, and a hint to touch the screen; only the minute changes."""
    t, tone, gap = sheet.look.t, sheet.theme.paper, sheet.px(Space.GAP)
    ward, clock = chosen(snapshot.hall.ward, t.language), f"{snapshot.hall.now:%H:%M}"
    hint = t("Touch the screen to begin.")
    small, large = sheet.font(Style.SMALL), sheet.font(Style.CLOCK)
    inner = sheet.box.inset(sheet.px(Space.MARGIN))
    high, button = sheet.height(ward, small, inner.w), sheet.px(Space.MAIN)
    stack = inner.middle(inner.w, large.line_px + high + button + 2 * gap)
    row, stack = stack.top(large.line_px)
    sheet.line(row, clock, large, tone.soft, align="center")
    stack = sheet.paragraph(stack.top(gap)[1], ward, small, tone.soft, align="center")
    spot = stack.top(gap)[1].top(button)[0]
    sheet.target("wake", spot, hint, is_main=True)  # for the keys and the screen reader; any touch wakes the screen
    sheet.middle(spot, hint, small, tone.soft)


def previews() -> tuple[Preview, ...]:
    """A hall without visitors."""
    asleep = at(Screen.SLEEP)
    return (Preview("sleep", replace(asleep, session=replace(asleep.session, trail=()))),)
