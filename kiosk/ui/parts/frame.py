"""The frame of every screen: the header with the hall's name and the time, and the bar with back and help."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from kiosk.i18n import Words, chosen
from kiosk.lobby.views import Fault
from kiosk.ui.drawing import fonts
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Metrics, Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder, shrunk
from kiosk.ui.drawing.theme import Tone
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Snapshot

_LOW_PERCENT = 66
"""Share of a standing panel that reach mode uses, from below: all targets are then lower than 1,220 mm.

Source: EN 301 549, 8.3.2.1 (forward reach), with the panel's lower edge at 700 mm.
"""


class Slot(NamedTuple):
    """One slot of the bar; without an `id` it is no touch target."""

    id: str
    label: str
    icon: str
    tone: Tone


def weekday(t: Words, day: datetime) -> str:
    """Return the name of a day of the week."""
    names = (t("Monday"), t("Tuesday"), t("Wednesday"), t("Thursday"), t("Friday"), t("Saturday"), t("Sunday"))
    return names[day.weekday()]


def date(t: Words, day: datetime) -> str:
    """Return a date in the header's format, without the year."""
    return t("{weekday}, {day}/{month}", weekday=weekday(t, day), day=day.day, month=day.month)


def frame(sheet: SceneBuilder, snapshot: Snapshot, *, back: str = "", keeps_height: bool = False) -> Box:
    """Draw header and bar; return the box between them.

    Args:
        back: the label of the back button, empty for none.
        keeps_height: the upper part of this screen has no targets, so reach mode does not move it down.
    """
    slots = _slots(sheet, snapshot, back)
    margin, gap = sheet.px(Space.MARGIN), sheet.px(Space.WIDE)
    if sheet.metrics.is_portrait:
        bar, rest = sheet.box.foot(_bar_height(sheet))
    else:
        bar, rest = sheet.box.left(sheet.px(Space.RAIL))
    _bar(sheet, bar, slots)
    rest = rest.inset(margin, 0).top(sheet.px(Space.TOP))[1]
    header, content = rest.top(sheet.px(Space.HEADER))
    _header(sheet, header, snapshot)
    gap = gap if sheet.metrics.is_portrait else gap // 3
    content = content.top(gap)[1].foot(sheet.px(Space.GAP) * 3 // 2)[1]
    sheet.framed()
    if snapshot.session.is_low and not keeps_height and can_be_low(sheet.metrics):
        return content.foot(content.h * _LOW_PERCENT // 100)[0]
    return content


def can_be_low(metrics: Metrics) -> bool:
    """Tell whether a panel is high enough for reach mode, which moves all targets down for a seated person."""
    return metrics.is_portrait and not metrics.is_cramped


def _header(sheet: SceneBuilder, box: Box, snapshot: Snapshot) -> None:
    t, tone = sheet.look.t, sheet.theme.paper
    disc = sheet.px(Space.HEADER) * 3 // 4
    circle = Box(box.x, box.y + (box.h - disc) // 2, disc, disc)
    sheet.fill(circle, sheet.theme.main.fill, disc // 2)
    sheet.icon(circle, "landmark", sheet.theme.main.mark, disc * 11 // 20)
    strong, small = sheet.metrics.font(Style.STRONG, is_frame=True), sheet.metrics.font(Style.SMALL, is_frame=True)
    names = box.left(disc + sheet.px(Space.GAP))[1]
    stack = names.middle(names.w, strong.line_px + small.line_px)
    clock = _clock(sheet, stack, snapshot)
    words = stack.end(clock + sheet.px(Space.GAP))[1]
    hall, ward = chosen(snapshot.hall.hall, t.language), chosen(snapshot.hall.ward, t.language)
    sheet.line(words.top(strong.line_px)[0], hall, strong, tone.text)
    sheet.line(words.foot(small.line_px)[0], ward, small, tone.soft, least=0.9)


def _clock(sheet: SceneBuilder, box: Box, snapshot: Snapshot) -> int:
    """Write time and date at the right of a box, marked when the time is uncertain; return their width."""
    t, tone = sheet.look.t, sheet.theme.paper
    is_unsure = Fault.CLOCK_UNSURE in snapshot.hall.faults
    clock, under = f"{snapshot.hall.now:%H:%M}", t("time unsure") if is_unsure else date(t, snapshot.hall.now)
    large, small = sheet.metrics.font(Style.CLOCK, is_frame=True), sheet.metrics.font(Style.SMALL, is_frame=True)
    place = box.end(box.w * (9 if is_unsure else 8) // 20)[0]
    small = shrunk(under, small, place.w)
    head = place.top(box.h - small.line_px)[0]
    sheet.line(head, clock, large, tone.text, align="right")
    sheet.line(place.foot(small.line_px)[0], under, small, tone.soft, align="right")
    wide = fonts.width(clock, large)
    if is_unsure:
        glyph = large.cap_px
        sheet.icon(Box(head.right - wide - glyph * 3 // 2, head.y, glyph, head.h), "clock-alert", tone.text, glyph)
    return max(wide, fonts.width(under, small))


def _slots(sheet: SceneBuilder, snapshot: Snapshot, back: str) -> list[Slot]:
    t, theme, session = sheet.look.t, sheet.theme, snapshot.session
    slots = [Slot("back", back, "arrow-left", theme.card)] if back else []
    if not (
        back and snapshot.hall.has_voice and sheet.metrics.is_cramped
    ):  # five slots do not fit: this one is under "See and hear"
        large = t("Normal text") if session.is_large else t("Large text")
        slots.append(Slot("large", large, "a-large-small", theme.card))
    if snapshot.hall.has_voice and (session.is_spoken or Fault.SPEAKER_OFFLINE not in snapshot.hall.faults):
        voice = t("Stop speaking") if session.is_spoken else t("Read aloud")
        slots.append(Slot("speech", voice, "volume-x" if session.is_spoken else "volume-2", theme.card))
    slots.append(Slot("comfort", t("See and hear"), "accessibility", theme.card))
    if snapshot.screen is Screen.HELP and not session.is_unheard:
        slots.append(Slot("", t("Help called"), "check", theme.help))
    else:
        slots.append(Slot("help", t("Call for help"), "hand-helping", theme.help))
    return slots


def _bar_height(sheet: SceneBuilder) -> int:
    """Return the height of the bar, which fits all possible slots and so is the same on every screen."""
    t, label, gap = sheet.look.t, sheet.metrics.font(Style.LABEL, is_frame=True), sheet.px(Space.GAP)
    labels = [t("Back"), t("To the start"), t("Large text"), t("Normal text"), t("Read aloud"), t("Stop speaking")]
    labels += [t("See and hear"), t("Call for help"), t("Help called")]
    wide = sheet.box.w * 3 // 4 // (3 if sheet.metrics.is_cramped else 4) - gap
    words = max(sheet.height(words, label, wide) for words in labels)
    return max(sheet.px(Space.BAR), words + sheet.px(Space.GLYPH) + gap * 2)


def _bar(sheet: SceneBuilder, box: Box, slots: list[Slot]) -> None:
    """Draw the slots of the bar: back at its beginning, help always in the last quarter."""
    edge, color = sheet.px(Space.LINE), sheet.theme.card.edge
    if sheet.metrics.is_portrait:
        helping, rest = box.end(box.w // 4)
        lanes = [*rest.columns(len(slots) - 1, 0), helping]
        edges = [box.top(edge)[0], *(lane.left(edge)[0] for lane in lanes[1:])]
    else:
        helping, rest = box.foot(box.h // 4)
        lanes = [*rest.rows(len(slots) - 1, 0), helping]
        edges = [box.end(edge)[0], *(lane.top(edge)[0] for lane in lanes[1:])]
    _slotted(sheet, lanes, slots)
    for line in edges:
        sheet.fill(line, color)


def _slotted(sheet: SceneBuilder, lanes: list[Box], slots: list[Slot]) -> None:
    label, glyph, gap = sheet.metrics.font(Style.LABEL, is_frame=True), sheet.px(Space.GLYPH), sheet.px(Space.GAP)
    for lane, slot in zip(lanes, slots, strict=True):
        is_pressed = slot.id and slot.id == sheet.look.pressed
        sheet.fill(lane, slot.tone.pressed if is_pressed else slot.tone.fill)
        if slot.id:
            sheet.target(slot.id, lane, slot.label)
        room = lane.inset(gap // 2, 0)
        words = sheet.height(slot.label, label, room.w)
        stack = room.middle(room.w, glyph + gap // 2 + words)
        sheet.icon(stack.top(glyph)[0], slot.icon, slot.tone.text, glyph)
        sheet.paragraph(stack.foot(words)[0], slot.label, label, slot.tone.text, align="center")
