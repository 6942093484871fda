"""Parts of several screens: title, button, banner, language chips."""

from __future__ import annotations

from kiosk.ui.drawing import fonts
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font, Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder, shrunk
from kiosk.ui.drawing.theme import Tone
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.parts.card import sentences
from kiosk.ui.parts.fault_messages import Notice
from kiosk.ui.parts.wording import LANGUAGES


def title(sheet: SceneBuilder, box: Box, text: str, under: str = "") -> Box:
    """Write the question of a screen and a line under it; return the box left."""
    tone = sheet.theme.paper
    font = sheet.font(Style.TITLE)
    if sheet.metrics.is_cramped or not sheet.metrics.is_portrait:
        smaller = shrunk(text, font, box.w)
        font = smaller if smaller.size_px * 4 >= font.size_px * 3 else font
    box = sheet.paragraph(box, text, font, tone.text)
    if under and not sheet.metrics.is_cramped:
        box = sheet.paragraph(box, under, sheet.font(Style.BODY), tone.soft)
    return box.top(sheet.px(Space.GAP) * (1 if sheet.metrics.is_cramped or not sheet.metrics.is_portrait else 2))[1]


def apart(sheet: SceneBuilder, id: str) -> str:
    """Return an unused id of the same event: the bar may offer the same event as the screen."""
    return f"{id}:too" if any(target.id == id for target in sheet.targets) else id


def button(
    sheet: SceneBuilder, box: Box, id: str, text: str, *, icon: str = "", note: str = "", is_main: bool = False
) -> None:
    """Draw a button: icon, text, and a secondary note beside or below it."""
    tone = sheet.theme.main if is_main else sheet.theme.card
    sheet.panel(box, tone, id=id)
    sheet.target(id, box, sentences(text, note), is_main=is_main)
    pad, gap = sheet.px(Space.PAD) // 2, sheet.px(Space.GAP)
    glyph = sheet.px(Space.GLYPH) if icon else 0
    lead = glyph + gap if icon else 0
    rows = _button_rows(sheet, text, note, (box.w - 2 * pad - lead, box.h))
    widths = [sum(fonts.width(words, font) for words, font in row) + gap * (len(row) - 1) for row in rows]
    left = box.x + (box.w - max(widths) - lead) // 2
    if icon:
        sheet.icon(Box(left, box.y, glyph, box.h), icon, tone.mark, glyph)
    heights = [row[0][1].line_px for row in rows]
    y = box.y + (box.h - sum(heights)) // 2
    for row, wide, high in zip(rows, widths, heights, strict=True):
        x = left + lead + (max(widths) - wide) // 2
        base = y + (high + row[0][1].cap_px) // 2
        for words, font in row:
            x += sheet.letters(x, base, words, font, tone.soft if words == note else tone.text) + gap
        y += high


_SMALLEST = 0.75
"""Lower limit for shrinking a button's text when a note is below it."""
Row = list[tuple[str, Font]]
"""Texts side by side on one baseline."""


def _button_rows(sheet: SceneBuilder, text: str, note: str, room: tuple[int, int]) -> list[Row]:
    """Return the texts of a button: on one line, with the note below, or wrapped into two smaller lines.

    A note that does not fit is only read out.
    """
    font, soft = sheet.font(Style.HEADING), sheet.font(Style.SMALL)
    width_px, height_px = room
    words, quiet = fonts.width(text, font), fonts.width(note, soft)
    if note and words + sheet.px(Space.GAP) + quiet <= width_px:
        return [[(text, font), (note, soft)]]
    if note and fonts.width(text, shrunk(text, font, width_px, _SMALLEST)) <= width_px:
        return [[(text, shrunk(text, font, width_px, _SMALLEST))], [(note, shrunk(note, soft, width_px))]]
    if words > width_px:
        font = _two_lines(text, font, width_px, height_px)
    rows: list[Row] = [[(line, font)] for line in fonts.wrap(text, font, width_px)]
    if note and fonts.width(rows[-1][0][0], font) + sheet.px(Space.GAP) + quiet <= width_px:
        rows[-1].append((note, soft))
    return rows


def _two_lines(text: str, font: Font, width_px: int, height_px: int) -> Font:
    """Return the largest font, down to two thirds of the size, in which a text fits on two lines of a button."""
    smallest = font.size_px * 2 // 3
    while font.size_px > smallest and (
        2 * font.line_px > height_px
        or not fonts.fits(text, font, width_px, max_lines=2)
        or any(fonts.width(word, font) > width_px for word in text.split())
    ):
        font = font._replace(size_px=font.size_px - 1)
    return font


def _banner_fonts(sheet: SceneBuilder) -> tuple[Font, Font]:
    strong, small = sheet.font(Style.STRONG), sheet.font(Style.SMALL)
    if sheet.metrics.is_cramped:
        return small._replace(weight=strong.weight), small
    return strong, sheet.font(Style.BODY)


def banner_height(sheet: SceneBuilder, width_px: int, notice: Notice) -> int:
    """Return the height of a banner of this width."""
    pad, glyph = sheet.px(Space.PAD), sheet.px(Space.GLYPH) * 5 // 4
    wide = width_px - 3 * pad - glyph
    strong, body = _banner_fonts(sheet)
    words = sheet.height(notice.head, strong, wide) + sheet.height(notice.text, body, wide)
    return max(words + pad * 4 // 3, glyph + pad)


def banner(sheet: SceneBuilder, box: Box, tone: Tone, notice: Notice) -> Box:
    """Draw a notice with an icon at the top of a box; return the box left below it, after a gap."""
    pad, glyph = sheet.px(Space.PAD), sheet.px(Space.GLYPH) * 5 // 4
    strong, body = _banner_fonts(sheet)
    wide = box.w - 3 * pad - glyph
    high = sheet.height(notice.head, strong, wide) + sheet.height(notice.text, body, wide)
    panel, rest = box.top(banner_height(sheet, box.w, notice))
    sheet.panel(panel, tone)
    sheet.icon(Box(panel.x + pad, panel.y, glyph, panel.h), notice.icon, tone.mark, glyph)
    words = Box(panel.x + 2 * pad + glyph, panel.y + (panel.h - high) // 2, wide, high)
    words = sheet.paragraph(words, notice.head, strong, tone.text)
    sheet.paragraph(words, notice.text, body, tone.text)
    return rest.top(sheet.px(Space.GAP))[1]


def chips(
    sheet: SceneBuilder, box: Box, snapshot: Snapshot, *, aside: Notice | None = None, tone: Tone | None = None
) -> Box:
    """Draw the languages along the bottom of a box, each by its own name; return the box left above them.

    Args:
        aside: a short notice at their right, on a surface of its own if a `tone` is given.
    """
    names = [(code, LANGUAGES.get(code, code)) for code in snapshot.hall.languages]
    if len(names) < 2:
        return box
    gap, font = sheet.px(Space.GAP), sheet.font(Style.LABEL)
    high = max(sheet.px(Space.TARGET), font.line_px)
    row, rest = box.foot(high)
    for code, name in names:
        wide = max(fonts.width(name, font) + 2 * sheet.px(Space.PAD), sheet.px(Space.TARGET))
        chip, row = row.left(wide)
        is_chosen = code == sheet.look.t.language
        surface = sheet.theme.chosen if is_chosen else sheet.theme.card
        sheet.panel(chip, surface, id=f"language:{code}", radius_px=high // 2)
        sheet.line(chip, name, font, surface.text, align="center")
        sheet.target(f"language:{code}", chip, name)
        row = row.left(gap)[1]
    if aside:
        _aside(sheet, row, aside, tone)
    return rest.foot(gap)[1]


def _aside(sheet: SceneBuilder, box: Box, notice: Notice, tone: Tone | None) -> None:
    glyph, gap, inset = sheet.px(Space.GLYPH), sheet.px(Space.GAP), 0
    if tone:
        sheet.panel(box, tone)
        inset = sheet.px(Space.PAD) // 2
    tone = tone or sheet.theme.paper
    icon, words = box.inset(inset, 0).left(glyph)
    sheet.icon(icon, notice.icon, tone.mark, glyph)
    words = words.left(gap)[1]
    font = sheet.font(Style.SMALL)
    smallest = font.size_px * _SMALLEST
    while sheet.height(notice.head, font, words.w) > words.h and font.size_px - 1 >= smallest:
        font = font._replace(size_px=font.size_px - 1)
    sheet.middle(words, notice.head, font, tone.text, align="left")
