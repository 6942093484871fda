"""The builder of a slip: collects blocks from top to bottom, never wider than the head.

Sizes are in design units: one dot of a 203 dpi head (0.125 mm) on 80 mm paper. They are scaled to the head's density,
so that a slip has the same size in millimetres on every printer, and are a little smaller on narrow paper.
"""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageDraw

from kiosk.i18n import stretches
from kiosk.receipt.blocks import Block, Feed, Picture, Stored, Typed, cropped
from kiosk.receipt.own_font import CELL_DOTS, plain, wrapped
from kiosk.receipt.slip import PrinterProfile
from kiosk.receipt.typeset import Align, Face, Line, Run, fitted, paragraph, stack, wrap
from kiosk.records import replace

_DESIGN_DPI = 203
_NARROW_MM, _NARROW_SCALE = 60.0, 0.84
_SMALLEST_DOTS = 8
_DASH, _PERIOD = 8, 14
"""Design units; the period is no multiple of 8 dots, so that no row of dashes contains a printer command."""


class Sheet:
    """Collects blocks; every method adds below. `pictures` are those that a printer could store."""

    def __init__(self, profile: PrinterProfile) -> None:
        self.width_dots = profile.width_dots
        self.margin_dots = round(profile.width_dots / 24)
        self.column_dots = self.width_dots - 2 * self.margin_dots
        self.blocks: list[Block] = []
        self.pictures: list[Picture] = []
        self._profile = profile
        narrow = _NARROW_SCALE if profile.width_mm < _NARROW_MM else 1.0
        self._scale = profile.dots_per_inch / _DESIGN_DPI * narrow

    def px(self, units: float) -> int:
        """Convert design units to dots of this head."""
        return max(1, round(units * self._scale))

    def run(self, text: str, face: Face, units: float) -> Run:
        """Return text in a size of design units. Korean has no italics, so digits within it are upright too."""
        if face is Face.ITALIC and any(part.is_korean for part in stretches(text)):
            face = Face.MEDIUM
        return Run(text, face, self.px(units))

    def feed(self, units: float) -> None:
        """Add white paper."""
        self.blocks.append(Feed(self.px(units)))

    def strip(self, height_dots: int) -> Image.Image:
        """Return a new white strip as wide as the head; pass it to `add` after drawing."""
        return Image.new("1", (self.width_dots, height_dots))

    def add(self, strip: Image.Image) -> None:
        """Add a drawn strip."""
        self.blocks.append(strip)

    def fixed(self, draw: Callable[[Sheet], None]) -> None:
        """Add a part that is the same on many slips: from the printer's memory if it is stored there, else as raster.

        Args:
            draw: adds the part to a sheet; called more than once.
        """
        if self._profile.art is None:
            draw(self)
            return
        apart = Sheet(replace(self._profile, types_plain_words=False, art=None))
        draw(apart)
        crop = cropped(apart.blocks, self.width_dots)
        if crop is None:
            return
        self.pictures.append(crop.picture)
        key = self._profile.art.get(crop.picture.digest)
        if key is None:
            draw(self)
        else:
            self.blocks += [Feed(crop.above), Stored(key, crop.left_dots, crop.picture), Feed(crop.below)]

    # ---- words

    def paragraph(self, line: Line, align: Align = "centre", indent_dots: int = 0) -> None:
        """Add text wrapped to the column; nothing for an empty line."""
        if line:
            self.add_inside(paragraph((line,), self.column_dots - indent_dots, align), indent_dots)

    def second(self, text: str, units: float, align: Align = "centre", indent_dots: int = 0) -> None:
        """Add a text in the second language: in the printer's own font if enabled and possible, else in italics."""
        if text and not self.typed(text, align=align, indent_dots=indent_dots):
            self.paragraph((self.run(text, Face.ITALIC, units),), align, indent_dots)

    def can_type(self, text: str) -> bool:
        """Tell whether the printer's own font is enabled and has all letters of a text."""
        return self._profile.types_plain_words and plain(text) is not None

    def typed(self, text: str, align: Align = "centre", indent_dots: int = 0) -> bool:
        """Add text in the printer's own font, wrapped; return False when that is disabled or impossible."""
        own = plain(text) if self._profile.types_plain_words else None
        if own is None:
            return False
        letter, room = CELL_DOTS[0], self.column_dots - indent_dots
        for line in wrapped(own, room // letter):
            at = (room - letter * len(line)) // 2 if align == "centre" else 0
            self.blocks.append(Typed(((self.margin_dots + indent_dots + at, line),), 1))
        return True

    def typed_cells(self, texts: tuple[str, ...], scale: int = 1) -> bool:
        """Add texts side by side in equal cells, in the printer's own font; return False when that is impossible."""
        if not self._profile.types_plain_words:
            return False
        cell, letter = self.column_dots // len(texts), CELL_DOTS[0] * scale
        own = [plain(text) for text in texts]
        words = [
            (self.margin_dots + index * cell + (cell - len(text) * letter) // 2, text)
            for index, text in enumerate(own)
            if text is not None and len(text) * letter <= cell
        ]
        if len(words) < len(texts):
            return False
        self.blocks.append(Typed(tuple(words), scale))
        return True

    # ---- shapes

    def add_inside(self, image: Image.Image, indent_dots: int = 0) -> None:
        """Add an image at the left margin."""
        strip = self.strip(image.height)
        strip.paste(image, (self.margin_dots + indent_dots, 0))
        self.add(strip)

    def rule(self, is_dashed: bool = False) -> None:
        """Add a line across the column, of an even number of rows."""
        strip = self.strip(2 * self.px(1 if is_dashed else 1.5))
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
        """Add wrapped text in a rounded frame of its width."""
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

    def cells(self, images: list[Image.Image], is_middle: bool = False) -> None:
        """Add images side by side, each centred in its share of the column, aligned at the top or the middle."""
        cell = self.column_dots // len(images)
        strip = self.strip(max(image.height for image in images))
        for index, image in enumerate(images):
            left = self.margin_dots + index * cell + (cell - image.width) // 2
            strip.paste(image, (left, (strip.height - image.height) // 2 if is_middle else 0))
        self.add(strip)
