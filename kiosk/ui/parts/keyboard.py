"""The on-screen keyboard: for a question, a booking code, a dossier code.

Keys are touch targets and therefore at least 15 mm large. When ten fit side by side the layout is that of a typewriter;
otherwise it is alphabetical, with as many columns as fit, and on several pages for a code if necessary.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from enum import Enum
from typing import TypeVar

from kiosk.i18n import Words
from kiosk.records import Record, replace
from kiosk.ui.drawing import fonts
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Space, Style
from kiosk.ui.drawing.scene_builder import SceneBuilder, shrunk
from kiosk.ui.drawing.theme import Tone
from kiosk.ui.flow.session import Session


class Layout(Enum):
    """The characters of an input, row by row as on a keyboard."""

    QUESTION = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    BOOKING = ("1234567890", "QWERTYP", "ASDFGHJK", "ZXCVBNM")
    """A booking code has no I, L, O and U. Source: Crockford's base 32."""
    DOSSIER = ("1234567890", "QWERTYUIOP", "ASDFGHJKL.", "ZXCVBNM-")


class Key(Record):
    """One key: its event, its text, and its width in columns. A key without an `id` is disabled.

    The key shows its `label` in place of the text when it fits.
    """

    id: str
    words: str
    label: str
    icon: str = ""
    span: float = 1
    is_main: bool = False


T = TypeVar("T")
Row = list[Key]
_COLUMNS = 10
_HIGHEST, _HIGHEST_LARGE = 1.35, 1.65
"""Upper limits of a key's height relative to its least height; `_WIDEST` limits its width relative to its height."""
_WIDEST = 1.5
_SMALLEST = 0.8
_TELEX = "Telex"
"""The name of the input method, in every language."""


def keyboard(sheet: SceneBuilder, box: Box, layout: Layout, session: Session) -> Box:
    """Draw the keys along the bottom of a box; return the box left above them."""
    least, gap = sheet.px(Space.TARGET), max(1, sheet.px(Space.GAP) // 5)
    columns = min(_COLUMNS, (box.w + gap) // (least + gap))
    room = (box.h + gap) // (least + gap)
    rows = _usual(sheet.look.t, layout, session)
    if columns < _COLUMNS or len(rows) > room:
        rows = _alphabetical(sheet.look.t, layout, session, (columns, room))
    highest = int(least * (_HIGHEST_LARGE if sheet.metrics.is_large else _HIGHEST))
    high = min(max(least, box.h // (2 * len(rows))), highest)
    wide = min(box.w, int(columns * high * _WIDEST))
    spare = min((wide - columns * least) // (columns - 1), (box.h - len(rows) * high) // max(1, len(rows) - 1))
    gap = max(gap, min(sheet.px(Space.GAP) // 3, spare))
    foot, rest = box.foot(high * len(rows) + gap * (len(rows) - 1))
    foot = foot.middle(wide, foot.h)
    for lane, row in zip(foot.rows(len(rows), gap), rows, strict=True):
        _lay(sheet, lane, row, (columns, gap))
    return rest.foot(sheet.px(Space.GAP))[1]


def _usual(t: Words, layout: Layout, session: Session) -> list[Row]:
    """Return the rows of a typewriter layout; for a code, delete and enter have a row of their own."""
    rows = [_letters(t, row) for row in layout.value]
    mode, space, delete, enter = _mode(t, session), _space(t), _delete(t), _enter(t, layout, session)
    if layout is Layout.QUESTION:
        last = [replace(mode, span=1.5), *rows[2], replace(delete, span=1.5)]
        return [*rows[:2], last, [replace(space, span=6), replace(enter, span=4)]]
    return [*rows, [replace(delete, span=3), replace(enter, span=7)]]


def _alphabetical(t: Words, layout: Layout, session: Session, room: tuple[int, int]) -> list[Row]:
    """Return alphabetical rows for (columns, rows) of room; a code's characters go on several pages if necessary."""
    columns, most = room
    signs = sorted("".join(layout.value), key=lambda sign: (sign.isalpha(), not sign.isdigit(), sign))
    delete, enter = _delete(t), _enter(t, layout, session)
    if layout is Layout.QUESTION:
        return _packed(_letters(t, signs), [_space(t), enter, _mode(t, session), delete], columns)
    rows = _packed(_letters(t, signs), [enter, delete], columns)
    if len(rows) <= most:
        return rows
    shares = _shared(signs, max(1, columns * most - 4))
    here, after = (shares[(session.page + n) % len(shares)] for n in (0, 1))
    more = Key("more", f"{after[0]}–{after[-1]}", t("Keys {first} to {last}", first=after[0], last=after[-1]))
    return _packed(_letters(t, here), [enter, more, delete], columns)


def _packed(letters: Row, others: Row, columns: int) -> list[Row]:
    """Return full rows of letters; the other keys fill the last row, and the first of them is widened first."""
    rows = _shared(letters, columns)
    if len(rows[-1]) + len(others) > columns:
        rows.append([])
    spare = columns - len(rows[-1]) - len(others)
    spans = [1 + (spare + len(others) - 1 - n) // len(others) for n in range(len(others))]
    rows[-1] += [replace(key, span=span) for key, span in zip(others, spans, strict=True)][::-1]
    return rows


def _shared(things: Sequence[T], most: int) -> list[list[T]]:
    return [list(things[start : start + most]) for start in range(0, len(things), most)]


def _letters(t: Words, signs: Sequence[str]) -> Row:
    names = {".": t("dot"), "-": t("hyphen")}
    return [Key(f"key:{sign}", sign, names.get(sign, sign)) for sign in signs]


def _space(t: Words) -> Key:
    return Key("key:space", t("space"), t("space"))


def _delete(t: Words) -> Key:
    return Key("key:delete", t("delete"), t("delete"), "delete")


def _mode(t: Words, session: Session) -> Key:
    label, icon = (t("Telex marks: on"), "square-check") if session.is_telex else (t("Telex marks: off"), "square")
    return Key("mode", _TELEX, label, icon)


def _enter(t: Words, layout: Layout, session: Session) -> Key:
    """Return the enter key, which is disabled while nothing is typed."""
    is_question = layout is Layout.QUESTION
    words, icon = (t("Search"), "search") if is_question else (t("Check"), "arrow-right")
    has_words = bool(session.typed.strip())
    return Key("enter" if has_words else "", words, words, icon, is_main=has_words)


def _lay(sheet: SceneBuilder, lane: Box, row: Row, grid: tuple[int, int]) -> None:
    """Draw a row of keys, centred in a lane, on a grid of (columns, pixels between them)."""
    columns, gap = grid
    step = (lane.w + gap) / columns
    spans = [0.0, *itertools.accumulate(key.span for key in row)]
    x = lane.x + round(step * (columns - spans[-1]) / 2)
    for key, (start, end) in zip(row, itertools.pairwise(spans), strict=True):
        left, right = x + round(start * step), x + round(end * step) - gap
        _draw(sheet, Box(left, lane.y, right - left, lane.h), key)


def _draw(sheet: SceneBuilder, box: Box, key: Key) -> None:
    """Draw one key: a letter is large; a text is small, beside or below its icon."""
    theme = sheet.theme
    tone = theme.main if key.is_main else theme.card if key.id else theme.paper
    sheet.panel(box, tone, id=key.id, radius_px=sheet.px(Space.RADIUS) * 2 // 3, is_dashed=not key.id)
    if key.id:
        sheet.target(key.id, box, key.label)
    inner = box.inset(sheet.px(Space.GAP) // 4)
    if len(key.words) == 1:
        sheet.line(inner, key.words, sheet.font(Style.HEADING), tone.text, align="center")
    elif key.icon:
        _worded(sheet, inner, key, tone)
    else:
        font = sheet.font(Style.LABEL)
        longest = max(key.words.split(" "), key=lambda word: fonts.width(word, font))
        sheet.middle(inner, key.words, shrunk(longest, font, inner.w, _SMALLEST), tone.text)


def _worded(sheet: SceneBuilder, box: Box, key: Key, tone: Tone) -> None:
    """Write a text beside its icon, shrunk to the key's width, or below it."""
    font, gap = sheet.font(Style.STRONG if key.is_main else Style.LABEL), sheet.px(Space.GAP) // 2
    small = font._replace(size_px=math.ceil(font.size_px * _SMALLEST))
    large = min(sheet.px(Space.GLYPH), box.h * 2 // 3)
    for words, used, glyph in ((key.label, font, large), (key.words, font, large), (key.words, small, small.size_px)):
        wide = glyph + gap + fonts.width(words, used)
        if wide <= box.w:
            line = box.middle(wide, box.h)
            sheet.icon(line.left(glyph)[0], key.icon, tone.mark, glyph)
            sheet.line(line.left(glyph + gap)[1], words, used, tone.text)
            return
    font = shrunk(key.words, sheet.font(Style.LABEL), box.w, _SMALLEST)
    if fonts.width(key.words, font) > box.w:
        sheet.middle(box, key.words, font, tone.text)
        return
    glyph = min(large, box.h - font.line_px)
    stack = box.middle(box.w, glyph + font.line_px)
    sheet.icon(stack.top(glyph)[0], key.icon, tone.mark, glyph)
    sheet.line(stack.foot(font.line_px)[0], key.words, font, tone.text, align="center", least=1.0)
