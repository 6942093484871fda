"""A sheet of thermal paper while it is drawn: blocks from top to bottom, never wider than the head.

Sizes are given in design units: one dot of a 203 dpi head (0.125 mm) on 80 mm paper. They follow the head's density,
and are a little smaller on narrow paper, so that a slip has the same size in millimetres on every printer.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from kiosk.i18n import stretches
from kiosk.receipt.bilingual import Figure
from kiosk.receipt.slip import PrinterProfile
from kiosk.receipt.typeset import Align, Face, Line, Run, above, fitted, paragraph, stack, wrap

_DESIGN_DPI = 203
_NARROW_MM, _NARROW_SCALE = 60.0, 0.84
_SMALLEST_DOTS = 8
_DASH, _PERIOD = 8, 14
"""Design units; the period is no multiple of 8 dots, so that no row of dashes spells a printer command."""


@dataclass(frozen=True, slots=True)
class Feed:
    """White paper, so many dots long."""

    rows: int


Block = Feed | Image.Image
"""White paper to feed, or a 1-bit strip as wide as the head; ink is 255."""


class Sheet:
    """Collects blocks; every method adds below what is there."""

    def __init__(self, profile: PrinterProfile) -> None:
        self.width_dots = profile.width_dots
        self.margin_dots = round(profile.width_dots / 24)
        self.column_dots = self.width_dots - 2 * self.margin_dots
        self.blocks: list[Block] = []
        narrow = _NARROW_SCALE if profile.width_mm < _NARROW_MM else 1.0
        self._scale = profile.dots_per_inch / _DESIGN_DPI * narrow

    def px(self, units: float) -> int:
        """Return design units in dots of this head."""
        return max(1, round(units * self._scale))

    def run(self, text: str, face: Face, units: float) -> Run:
        """Return text in a size of design units. Korean knows no italics, so the figures among it stand upright too."""
        if face is Face.ITALIC and any(part.is_korean for part in stretches(text)):
            face = Face.MEDIUM
        return Run(text, face, self.px(units))

    def feed(self, units: float) -> None:
        """Leave white paper."""
        self.blocks.append(Feed(self.px(units)))

    def strip(self, height_dots: int) -> Image.Image:
        """Return a new white strip as wide as the head; `add` it when it is drawn."""
        return Image.new("1", (self.width_dots, height_dots))

    def add(self, strip: Image.Image) -> None:
        """Add a drawn strip."""
        self.blocks.append(strip)

    def paragraph(self, line: Line, align: Align = "centre", indent_dots: int = 0) -> None:
        """Add text wrapped to the column; nothing for an empty line."""
        if line:
            self.add_inside(paragraph((line,), self.column_dots - indent_dots, align), indent_dots)

    def add_inside(self, image: Image.Image, indent_dots: int = 0) -> None:
        """Add an image at the left margin."""
        strip = self.strip(image.height)
        strip.paste(image, (self.margin_dots + indent_dots, 0))
        self.add(strip)

    def rule(self, is_dashed: bool = False) -> None:
        """Add a line across the column."""
        strip = self.strip(self.px(2 if is_dashed else 3))
        canvas = ImageDraw.Draw(strip)
        right = self.margin_dots + self.column_dots
        dash, period = (self.px(_DASH), self.px(_PERIOD)) if is_dashed else (self.column_dots, self.column_dots)
        for left in range(self.margin_dots, right, period):
            canvas.rectangle((left, 0, min(left + dash, right) - 1, strip.height), fill=255)
        self.add(strip)

    def bar(self, text: str) -> None:
        """Add white words on a black bar across the column."""
        run = fitted(text, Face.EXTRABOLD, (self.px(34), _SMALLEST_DOTS), self.column_dots - self.px(24))
        words = stack([(run,)], self.column_dots, "centre")
        self.add_inside(words.point([255] + [0] * 255, "1"))

    def label(self, line: Line) -> None:
        """Add words, wrapped, in a rounded frame that is as wide as they are."""
        padding = self.px(16)
        lines = wrap(line, self.column_dots - 2 * padding)
        width = max(sum(run.width_dots for run in line) for line in lines) + 2 * padding
        text = stack(lines, width - 2 * padding, "centre")
        strip = self.strip(text.height + self.px(10))
        left = (self.width_dots - width) // 2
        box = (left, 0, left + width - 1, strip.height - 1)
        ImageDraw.Draw(strip).rounded_rectangle(box, self.px(12), outline=255, width=self.px(3))
        strip.paste(text, (left + padding, self.px(6)))
        self.add(strip)

    def table(self, figures: tuple[Figure, ...]) -> None:
        """Add a box of equal cells: a figure as large as fits, below it what it counts in both languages."""
        cell = self.column_dots // len(figures)
        inside = cell - 2 * self.px(6)
        images = [self._cell(figure, inside) for figure in figures]
        strip = self.strip(max(image.height for image in images) + self.px(16))
        canvas = ImageDraw.Draw(strip)
        right = self.margin_dots + self.column_dots - 1
        box = (self.margin_dots, 0, right, strip.height - 1)
        canvas.rounded_rectangle(box, self.px(12), outline=255, width=self.px(3))
        for index, image in enumerate(images):
            left = self.margin_dots + index * cell
            if index:
                canvas.rectangle((left - self.px(1), 0, left + self.px(1), strip.height - 1), fill=255)
            strip.paste(image, (left + (cell - inside) // 2, self.px(8)))
        self.add(strip)

    def _cell(self, figure: Figure, width_dots: int) -> Image.Image:
        largest = 46 if any(character.isdigit() for character in figure.value) else 32
        value = fitted(figure.value, Face.BOLD, (self.px(largest), _SMALLEST_DOTS), width_dots)
        # Whatever its size, a figure stands on the base line of its neighbours.
        number = Image.new("1", (width_dots, self.px(62)))
        drawn = stack([(value,)], width_dots, "centre")
        number.paste(drawn, (0, (number.height - drawn.height) // 2))
        said = (self.run(figure.label.vi, Face.MEDIUM, 23), self.run(figure.label.second, Face.ITALIC, 22))
        label = tuple((run,) for run in said if run.text)
        return above([number, paragraph(label, width_dots, "centre")])
