"""Typesetting: measures, wraps and draws text for a head that prints only black.

Text is drawn in grey and converted by a threshold, never dithered: dithering gives smears on a thermal head. The basic
layout engine places every glyph on a whole dot, so that the stems of a word have equal width.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from kiosk.i18n import stretches
from kiosk.records import Record

_FONTS = Path(__file__).parent.parent / "assets" / "fonts"
_INK = [0] * 112 + [255] * 144
"""The threshold: a dot burns when 44 % of it is covered, which keeps thin strokes whole."""
_ASCENT, _DESCENT = 1.06, 0.30
"""Height of a line above and below the baseline, as shares of the size."""
_RAISED = 0.18
"""Additional height of capitals with two diacritics (Ẳ); it overlaps the line above, which rarely uses that space."""
_PARAGRAPHS_KEPT = 160
"""Size of the cache of drawn paragraphs, about 2 MB: the fixed texts in two languages, services and procedures."""
Align = Literal["left", "centre"]


class Face(StrEnum):
    """The faces of Be Vietnam Pro, by file name; Korean has two weights."""

    ITALIC = "400Regular_Italic"
    MEDIUM = "500Medium"
    BOLD = "700Bold"
    EXTRABOLD = "800ExtraBold"


_KOREAN = {Face.ITALIC: "500Medium", Face.MEDIUM: "500Medium", Face.BOLD: "700Bold", Face.EXTRABOLD: "700Bold"}


class Run(Record):
    """A piece of text in one face and size (em, in dots)."""

    text: str
    face: Face
    size_dots: int

    @property
    def width_dots(self) -> int:
        """Return the advance width."""
        return _width(self.text, self.face, self.size_dots)


Line = tuple[Run, ...]
"""Runs on one baseline."""


def wrap(line: Line, limit_dots: int) -> list[Line]:
    """Break a line into the fewest lines that fit into `limit_dots`, of about equal length.

    It breaks at spaces, and inside a word only when the word alone is too wide. A space between two runs belongs to the
    first one.
    """
    words = [piece for run in line for piece in _words(run, limit_dots)]
    widths = [(word.width_dots, _bare(word).width_dots) for word in words]
    ends = _breaks(widths, limit_dots)
    narrow, wide = max((bare for _, bare in widths), default=0), limit_dots
    while narrow < wide:  # the least width that needs no further line
        middle = (narrow + wide) // 2
        if len(_breaks(widths, middle)) > len(ends):
            narrow = middle + 1
        else:
            wide = middle
    ends = _breaks(widths, wide)
    return [_joined(words[start:end]) for start, end in zip([0, *ends], ends, strict=False)]


def fitted(text: str, face: Face, sizes: tuple[int, int], limit_dots: int) -> Run:
    """Return `text` as large as fits into `limit_dots`, between the largest and the smallest size."""
    largest, smallest = sizes
    run = Run(text, face, largest)
    while run.width_dots > limit_dots and run.size_dots > smallest:
        run = Run(text, face, max(smallest, min(run.size_dots - 1, run.size_dots * limit_dots // run.width_dots)))
    return run


def line_height(line: Line) -> int:
    """Return the height of a line in rows."""
    size = max(run.size_dots for run in line)
    return round(size * _ASCENT) + round(size * _DESCENT)


def stack(lines: list[Line], width_dots: int, align: Align = "left") -> Image.Image:
    """Return lines, one below the other, as a 1-bit image `width_dots` wide; ink is 255.

    Ink beyond the right edge is cut off; `wrap` and `fitted` prevent that.
    """
    raised = round(max((run.size_dots for line in lines for run in line), default=0) * _RAISED)
    whole = Image.new("1", (width_dots, raised + sum(map(line_height, lines))))
    top = raised
    for line in lines:
        drawn = _draw_grey(line, width_dots, align).point(_INK, "1")
        whole.paste(255, (0, top + line_height(line) - drawn.height), drawn)
        top += line_height(line)
    ink = whole.getbbox()
    return whole.crop((0, min(raised, ink[1] if ink else raised), width_dots, whole.height))


def draw_large(run: Run, width_dots: int) -> Image.Image:
    """Return a very large run, centred, cropped to its ink from top to bottom, its rows and columns in pairs.

    The difference is invisible at this size, and the printer doubles both: a quarter of the bytes.
    """
    grey = _draw_grey((run,), width_dots, "centre")
    coarse = grey.resize((width_dots // 2, grey.height // 2), Image.Resampling.BOX).point(_INK, "1")
    _, top, _, bottom = coarse.getbbox() or (0, 0, 0, coarse.height)
    ink = coarse.crop((0, top, coarse.width, bottom))
    whole = Image.new("1", (width_dots, ink.height * 2))
    whole.paste(ink.resize((ink.width * 2, ink.height * 2), Image.Resampling.NEAREST))
    return whole


@lru_cache(maxsize=_PARAGRAPHS_KEPT)
def paragraph(lines: tuple[Line, ...], width_dots: int, align: Align = "left") -> Image.Image:
    """Return lines of text, each wrapped, one below the other. The image is shared: do not draw into it."""
    return stack([part for line in lines for part in wrap(line, width_dots)], width_dots, align)


def above(images: list[Image.Image]) -> Image.Image:
    """Return images stacked vertically, as wide as the widest."""
    whole = Image.new("1", (max(image.width for image in images), sum(image.height for image in images)))
    top = 0
    for image in images:
        whole.paste(image, (0, top))
        top += image.height
    return whole


def _draw_grey(line: Line, width_dots: int, align: Align) -> Image.Image:
    size = max(run.size_dots for run in line)
    baseline = round(size * _RAISED) + round(size * _ASCENT)
    grey = Image.new("L", (width_dots, baseline + round(size * _DESCENT)))
    pen = (width_dots - sum(run.width_dots for run in line)) // 2 if align == "centre" else 0
    canvas = ImageDraw.Draw(grey)
    for run in line:
        for part in stretches(run.text):
            font = _font(run.face, run.size_dots, part.is_korean)
            canvas.text((pen, baseline), part.text, fill=255, font=font, anchor="ls")
            pen += round(font.getlength(part.text))
    return grey


@lru_cache(maxsize=2048)
def _width(text: str, face: Face, size_dots: int) -> int:
    return sum(round(_font(face, size_dots, part.is_korean).getlength(part.text)) for part in stretches(text))


@cache
def _font(face: Face, size_dots: int, is_korean: bool) -> ImageFont.FreeTypeFont:
    name = f"NotoSansKR_{_KOREAN[face]}" if is_korean else f"BeVietnamPro_{face}"
    return ImageFont.truetype(_FONTS / f"{name}.ttf", size_dots, layout_engine=ImageFont.Layout.BASIC)


def _words(run: Run, limit_dots: int) -> list[Run]:
    """Split a run into words with their trailing space, and words wider than a line into pieces."""
    words: list[Run] = []
    for text in run.text.split(" "):
        rest = Run(text, run.face, run.size_dots)
        while rest.width_dots > limit_dots:
            fits = _characters_that_fit(rest, limit_dots)
            words.append(Run(rest.text[:fits], run.face, run.size_dots))
            rest = Run(rest.text[fits:], run.face, run.size_dots)
        words.append(Run(f"{rest.text} ", run.face, run.size_dots))
    words[-1] = _bare(words[-1])
    return [word for word in words if word.text]


def _characters_that_fit(run: Run, limit_dots: int) -> int:
    fits = 1
    while fits < len(run.text) and Run(run.text[: fits + 1], run.face, run.size_dots).width_dots <= limit_dots:
        fits += 1
    return fits


def _breaks(widths: list[tuple[int, int]], limit_dots: int) -> list[int]:
    """Return where each line ends; `widths` are each word's with and without its trailing space."""
    ends, pen = [], 0
    for index, (full, bare) in enumerate(widths):
        if pen and pen + bare > limit_dots:
            ends.append(index)
            pen = 0
        pen += full
    return [*ends, len(widths)] if widths else []


def _bare(run: Run) -> Run:
    return Run(run.text.rstrip(" "), run.face, run.size_dots)


def _joined(words: list[Run]) -> Line:
    """Join words to a line: neighbours of the same face and size become one run, and the last space is removed."""
    runs = [
        Run("".join(word.text for word in same), face, size)
        for (face, size), same in groupby(words, key=lambda word: (word.face, word.size_dots))
    ]
    return (*runs[:-1], _bare(runs[-1]))
