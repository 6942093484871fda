"""Comfort: the settings of display, speech and reach, each with its state."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.i18n import Words
from kiosk.lobby.views import Fault
from kiosk.records import replace
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Space
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.card import Choice
from kiosk.ui.parts.controls import apart, button, chips, title
from kiosk.ui.parts.frame import can_be_low, frame
from kiosk.ui.parts.message import buttons
from kiosk.ui.parts.offers import has_room, tiles, tiles_height
from kiosk.ui.samples import Preview, at

_STRETCH = 1.3
_CARD_STYLES: tuple[Callable[[Choice], Choice], ...] = (
    lambda choice: choice,
    lambda choice: replace(choice, is_compact=True),
    lambda choice: replace(choice, is_compact=True, is_small=True),
)


def paint(sheet: SceneBuilder, snapshot: Snapshot) -> None:
    """One switch per setting, the languages, and the button to go on."""
    t = sheet.look.t
    content = frame(sheet, snapshot, back=t("Back"))
    box = title(sheet, _foot(sheet, content, snapshot), t("What would help?"))
    columns, cards = _fitting(sheet, box, _switches(sheet, t, snapshot))
    high = tiles_height(sheet, box.w, cards, columns)
    tiles(sheet, box.top(min(box.h, int(high * _STRETCH)))[0], cards, columns)


def previews() -> tuple[Preview, ...]:
    """Everything off, everything on, and a kiosk without a voice."""
    comfort = at(Screen.COMFORT)
    on = replace(comfort.session, is_large=True, is_contrast=True, is_spoken=True, is_low=True)
    return (
        Preview("comfort", comfort),
        Preview("comfort-on", replace(comfort, session=on)),
        Preview("comfort-silent", replace(comfort, hall=replace(comfort.hall, has_voice=False))),
    )


def _foot(sheet: SceneBuilder, content: Box, snapshot: Snapshot) -> Box:
    """Draw the languages above the button, or beside it on a cramped panel; return the box left above."""
    t = sheet.look.t
    if sheet.metrics.is_portrait or not sheet.metrics.is_cramped:
        return chips(sheet, buttons(sheet, content, ("done", t("Done"), "check")), snapshot)
    foot, box = content.foot(sheet.px(Space.MAIN))
    done, languages = foot.end(foot.w // 3)
    button(sheet, done, "done", t("Done"), icon="check", is_main=True)
    chips(sheet, languages, snapshot)
    return box.foot(sheet.px(Space.GAP))[1]


def _switches(sheet: SceneBuilder, t: Words, snapshot: Snapshot) -> list[Choice]:
    session = snapshot.session
    switches = [
        _switch(t, apart(sheet, "large"), t("Large text"), "a-large-small", is_on=session.is_large),
        _switch(t, "contrast", t("Strong contrast"), "contrast", is_on=session.is_contrast),
    ]
    if snapshot.hall.has_voice and Fault.SPEAKER_OFFLINE not in snapshot.hall.faults:
        switches.append(_switch(t, apart(sheet, "speech"), t("Read aloud"), "volume-2", is_on=session.is_spoken))
    if session.is_spoken and snapshot.hall.has_voice:
        switches.append(Choice("volume", t("Volume"), "volume-2", _volume(t, session.volume)))
    if can_be_low(sheet.metrics):
        switches.append(_switch(t, "reach", t("Everything further down"), "accessibility", is_on=session.is_low))
    return switches


def _volume(t: Words, steps: int) -> str:
    return {0: t("Usual"), 1: t("Louder"), 2: t("Loudest"), -1: t("Quieter"), -2: t("Quietest")}[steps]


def _switch(t: Words, id: str, text: str, icon: str, *, is_on: bool) -> Choice:
    return Choice(id, text, icon, t("On") if is_on else t("Off"), is_on=is_on)


def _fitting(sheet: SceneBuilder, box: Box, switches: list[Choice]) -> tuple[int, list[Choice]]:
    """Return the columns and the most detailed cards that fit."""
    for style in _CARD_STYLES:
        cards = [style(choice) for choice in switches]
        for columns in (1, 2, 3):
            if has_room(sheet, box, cards, columns):
                return columns, cards
    return columns, cards
