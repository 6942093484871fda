"""A card: one choice of a list, with an icon, its texts, and how many wait."""

from __future__ import annotations

from functools import lru_cache

from kiosk.records import Record, replace
from kiosk.ui.drawing import fonts
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font, Metrics, Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder
from kiosk.ui.drawing.theme import Tone

_MEASURED = 512
"""Cards whose size is remembered: a list is laid out anew in several ways each time its screen changes."""


class Choice(Record):
    """One choice: `id` is its event, `count` and `note` are shown at its right.

    A choice without an `id` is only text and is no touch target.
    """

    id: str
    title: str
    icon: str = ""
    hint: str = ""
    count: str = ""
    unit: str = ""
    note: str = ""
    is_main: bool = False
    is_dashed: bool = False
    is_stopped: bool = False
    is_compact: bool = False
    is_small: bool = False
    has_arrow: bool = False
    is_on: bool | None = None
    """Whether the switch at its right is on; None for no switch."""

    @property
    def label(self) -> str:
        """All its texts, for the screen reader."""
        words = (self.title, self.hint, f"{self.count} {self.unit}".strip(), self.note)
        return sentences(*words)

    def short(self) -> Choice:
        """Return the choice with the text at its right in place of its hint."""
        aside = " · ".join(word for word in (f"{self.count} {self.unit}".strip(), self.note) if word)
        return replace(self, hint=aside, count="", unit="", note="")

    def bare(self) -> Choice:
        """Return the choice with its title only; a disabled one keeps its reason."""
        return replace(self, hint=self.note if self.is_stopped else "", count="", unit="", note="")

    def compact(self) -> Choice:
        """Return the bare choice with a small icon and no arrow."""
        return replace(self.bare(), is_compact=True, has_arrow=False)

    def small(self) -> Choice:
        """Return the compact choice in small letters: the last resort for a long name on a small panel."""
        return replace(self.compact(), is_small=True)


def sentences(*parts: str) -> str:
    """Join texts into sentences; add a full stop to a text that has no end mark."""
    said = ""
    for part in filter(None, parts):
        said += ("" if not said else " " if said[-1] in ".?!…" else ". ") + part
    return said


def _heading(metrics: Metrics, choice: Choice) -> Font:
    """Return the font of a card's title; that of the main choice is larger."""
    if choice.is_small:
        return metrics.font(Style.LABEL)
    font = metrics.font(Style.HEADING)
    is_larger = choice.is_main and not choice.is_compact
    return font._replace(size_px=font.size_px * 6 // 5) if is_larger else font


@lru_cache(maxsize=_MEASURED)
def card_height(metrics: Metrics, choice: Choice, width_px: int) -> int:
    """Return the height that a card of this width needs for its texts."""
    words = _words_width(metrics, choice, width_px)
    text = fonts.height(choice.title, _heading(metrics, choice), words)
    text += fonts.height(choice.hint, metrics.font(Style.SMALL), words)
    pad = metrics.px(Space.PAD)
    tile = _tile(metrics, choice) if choice.icon else 0
    aside = _aside_height(metrics) if choice.count or choice.note else 0
    least = metrics.px(Space.MAIN if choice.is_main else Space.TARGET)
    return max(text + pad * 4 // 3, tile + pad, aside + pad, least)


@lru_cache(maxsize=_MEASURED)
def is_torn(metrics: Metrics, choice: Choice, width_px: int) -> bool:
    """Tell whether a card of this width would have to cut a word in two."""
    room, font = _words_width(metrics, choice, width_px), _heading(metrics, choice)
    small = metrics.font(Style.SMALL)
    words = [(word, font) for word in choice.title.split()] + [(word, small) for word in choice.hint.split()]
    return any(fonts.width(word, font) > room for word, font in words)


def card(sheet: SceneBuilder, box: Box, choice: Choice) -> None:
    """Draw one choice: icon on a tile, title, hint, and the number waiting at the right."""
    tone = sheet.theme.main if choice.is_main else sheet.theme.paper if choice.is_dashed else sheet.theme.card
    sheet.panel(box, tone, id=choice.id, is_dashed=choice.is_dashed)
    if choice.id:
        sheet.target(choice.id, box, choice.label, is_main=choice.is_main)
    pad, tile = sheet.px(Space.PAD), _tile(sheet.metrics, choice)
    x = box.x + pad
    if choice.icon:
        square = Box(x, box.y + (box.h - tile) // 2, tile, tile)
        if not choice.is_compact:
            sheet.fill(square, tone.tile, sheet.px(Space.RADIUS) * 3 // 4)
        sheet.icon(square, choice.icon, tone.mark, tile if choice.is_compact else sheet.px(Space.ICON))
        x += tile + pad * 3 // 4
    wide = _words_width(sheet.metrics, choice, box.w)
    heading, small = _heading(sheet.metrics, choice), sheet.font(Style.SMALL)
    high = fonts.height(choice.title, heading, wide) + fonts.height(choice.hint, small, wide)
    words = sheet.paragraph(Box(x, box.y + (box.h - high) // 2, wide, high), choice.title, heading, tone.text)
    sheet.paragraph(words, choice.hint, small, tone.soft)
    if choice.count or choice.note:
        _aside(sheet, box.inset(pad, 0), choice, tone)
    elif choice.is_on is not None:
        _switch(sheet, box.inset(pad, 0), tone, is_on=choice.is_on)
    elif choice.has_arrow:
        glyph = sheet.px(Space.GLYPH)
        sheet.icon(Box(box.right - pad - glyph, box.y, glyph, box.h), "chevron-right", tone.text, glyph)


def _tile(metrics: Metrics, choice: Choice) -> int:
    return metrics.px(Space.GLYPH if choice.is_compact else Space.TILE)


def _words_width(metrics: Metrics, choice: Choice, width_px: int) -> int:
    pad = metrics.px(Space.PAD)
    wide = width_px - 2 * pad
    if choice.icon:
        wide -= _tile(metrics, choice) + pad * 3 // 4
    if choice.count or choice.note:
        wide -= _aside_width(metrics, choice) + pad
    elif choice.is_on is not None:
        wide -= _switch_width(metrics) + pad // 2
    elif choice.has_arrow:
        wide -= metrics.px(Space.GLYPH) + pad // 2
    return max(1, wide)


def _aside_width(metrics: Metrics, choice: Choice) -> int:
    small = metrics.font(Style.SMALL)
    space = fonts.width(" ", small) if choice.count else 0
    first = fonts.width(choice.count, metrics.font(Style.HEADING)) + space + fonts.width(choice.unit, small)
    return max(first, fonts.width(choice.note, small))


def _aside_height(metrics: Metrics) -> int:
    return metrics.font(Style.HEADING).line_px + metrics.font(Style.SMALL).line_px


def _aside(sheet: SceneBuilder, box: Box, choice: Choice, tone: Tone) -> None:
    """Write the number waiting and the waiting time, right-aligned."""
    number, small = sheet.font(Style.HEADING)._replace(weight=sheet.font(Style.STRONG).weight), sheet.font(Style.SMALL)
    high = (number.line_px if choice.count else 0) + (small.line_px if choice.note else 0)
    y = box.y + (box.h - high) // 2
    if choice.count:
        space = fonts.width(" ", small)
        first = fonts.width(choice.count, number) + space + fonts.width(choice.unit, small)
        base = y + (number.line_px + number.cap_px) // 2
        x = box.right - first
        x += sheet.letters(x, base, choice.count, number, tone.text) + space
        sheet.letters(x, base, choice.unit, small, tone.soft)
        y += number.line_px
    if choice.note:
        sheet.line(Box(box.x, y, box.w, small.line_px), choice.note, small, tone.soft, align="right")


def _switch_width(metrics: Metrics) -> int:
    return metrics.px(Space.GLYPH) * 3 // 2


def _switch(sheet: SceneBuilder, box: Box, tone: Tone, *, is_on: bool) -> None:
    """Draw a switch at the right of a box. When it is on, its knob is at the right and its track is filled."""
    wide, color = _switch_width(sheet.metrics), sheet.theme.accent if is_on else tone.soft
    high = wide * 11 // 20
    track = box.end(wide)[0].middle(wide, high)
    line = max(2, high // 14)
    sheet.fill(track, color, high // 2)
    if not is_on:
        sheet.fill(track.inset(line), tone.fill, high // 2 - line)
    knob = high - 4 * line
    spot = track.inset(2 * line)
    spot = spot.end(knob)[0] if is_on else spot.left(knob)[0]
    sheet.fill(spot, tone.fill if is_on else color, knob // 2)
