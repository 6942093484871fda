"""The scene builder: collects the widgets and targets of a screen and returns a scene."""

from __future__ import annotations

import math
from typing import Literal

from kiosk.i18n import Words
from kiosk.records import Record, replace
from kiosk.ui.drawing import fonts
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font, Metrics, Space, Style
from kiosk.ui.drawing.scene import Icon, Panel, Qr, Scene, Target, Text, Widget
from kiosk.ui.drawing.theme import Color, Theme, Tone

Align = Literal["left", "center", "right"]
_SMALLEST = 0.8
"""Default lower limit for shrinking a single line, as a share of its font size."""


class Look(Record):
    """The appearance of a screen: the panel, the theme, the translations, and the id of the pressed target."""

    metrics: Metrics
    theme: Theme
    t: Words
    pressed: str = ""


class SceneBuilder:
    """Collects widgets, in painting order, and targets."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.metrics = look.metrics
        self.theme = look.theme
        self.box = Box(0, 0, look.metrics.width_px, look.metrics.height_px)
        self.targets: list[Target] = []
        self._widgets: list[Widget] = []
        self._spoken_texts: list[tuple[Box, str]] = []
        self._frame_count = 0

    def scene(self, name: str) -> Scene:
        """Return the collected scene."""
        size = (self.box.w, self.box.h)
        paper = self.theme.paper.fill
        language, targets = self.look.t.language, tuple(self.targets)
        return Scene(name, language, size, paper, tuple(self._widgets), targets, self._spoken())

    def framed(self) -> None:
        """Mark all content so far as the frame: it is not read out and comes last in the focus order."""
        self.targets = [replace(target, is_frame=True) for target in self.targets]
        self._frame_count = len(self._spoken_texts)

    def covered(self) -> None:
        """Mark all content so far as covered: it accepts no touch and is not read out."""
        self.targets.clear()
        self._frame_count = len(self._spoken_texts)

    def say(self, box: Box, text: str) -> None:
        """Set the text that is read out for a box, in place of the texts in it."""
        frame, screen = self._spoken_texts[: self._frame_count], self._spoken_texts[self._frame_count :]
        self._spoken_texts = [*frame, *(one for one in screen if not box.holds(*one[0].center)), (box, text)]

    def _spoken(self) -> tuple[str, ...]:
        """Return the texts outside the frame and outside the targets, in reading order."""
        words = sorted(self._spoken_texts[self._frame_count :], key=lambda entry: (entry[0].y, entry[0].x))
        return tuple(text for box, text in words if not any(t.box.holds(*box.center) for t in self.targets))

    def px(self, space: Space) -> int:
        """Return a named distance in pixels."""
        return self.metrics.px(space)

    def font(self, style: Style) -> Font:
        """Return the font of a style."""
        return self.metrics.font(style)

    def panel(
        self, box: Box, tone: Tone, *, id: str = "", radius_px: int | None = None, is_dashed: bool = False
    ) -> None:
        """Draw a surface; with the `id` of a target it shows whether the target is pressed."""
        fill = tone.pressed if id and id == self.look.pressed else tone.fill
        edge = tone.edge if tone.edge != tone.fill else None
        radius = self.px(Space.RADIUS) if radius_px is None else radius_px
        self._widgets.append(Panel(box, fill, radius, edge, self.px(Space.LINE) if edge else 0, is_dashed))

    def fill(self, box: Box, color: Color, radius_px: int = 0) -> None:
        """Fill a rectangle with a colour, which may be transparent."""
        self._widgets.append(Panel(box, color, radius_px))

    def outline(self, box: Box, tone: Tone, edge: Color, edge_px: int) -> None:
        """Draw a surface with an edge of another colour and thickness."""
        self._widgets.append(Panel(box, tone.fill, self.px(Space.RADIUS), edge, edge_px))

    def target(self, id: str, box: Box, label: str, *, is_main: bool = False) -> None:
        """Add a touch target."""
        self.targets.append(Target(id, box, label, is_main))

    def icon(self, box: Box, name: str, color: Color, size_px: int | None = None) -> None:
        """Draw an icon in the middle of a box; `size_px` defaults to the size of the box."""
        side = size_px or min(box.w, box.h)
        self._widgets.append(Icon(box.middle(side, side), name, color))

    def qr(self, box: Box, payload: str) -> None:
        """Draw a QR code in the middle of a box, as large as the box."""
        side = min(box.w, box.h)
        self._widgets.append(Qr(box.middle(side, side), payload))

    def height(self, text: str, font: Font, width_px: int) -> int:
        """Return the height of a paragraph of this width."""
        return fonts.height(text, font, width_px)

    def paragraph(self, box: Box, text: str, font: Font, color: Color, *, align: Align = "left") -> Box:
        """Write a text from the top of a box, wrapped to its width; return the box left below it."""
        if not text:
            return box
        lines = fonts.wrap(text, font, box.w)
        self._spoken_texts.append((box.top(len(lines) * font.line_px)[0], " ".join(text.split())))
        for number, line in enumerate(lines):
            row = Box(box.x, box.y + number * font.line_px, box.w, font.line_px)
            self._line(row, line, font, color, align)
        return box.top(len(lines) * font.line_px)[1]

    def middle(self, box: Box, text: str, font: Font, color: Color, *, align: Align = "center") -> None:
        """Write a text in the vertical middle of a box, wrapped to its width."""
        h = self.height(text, font, box.w)
        self.paragraph(Box(box.x, box.y + (box.h - h) // 2, box.w, h), text, font, color, align=align)

    def line(
        self, box: Box, text: str, font: Font, color: Color, *, align: Align = "left", least: float = _SMALLEST
    ) -> None:
        """Write one line in the vertical middle of a box. A long text is shrunk, to `least` of its size, then cut."""
        self._spoken_texts.append((box, text))
        font = shrunk(text, font, box.w, least)
        text = fonts.clipped(text, font, box.w)
        row = Box(box.x, box.y + (box.h - font.line_px) // 2, box.w, font.line_px)
        self._line(row, text, font, color, align)

    def letters(self, x: int, base_y: int, text: str, font: Font, color: Color) -> int:
        """Write one line from `x` on a baseline; return its width."""
        box = fonts.ink(text, font, x, base_y)
        self._widgets.append(Text(box, base_y, text, font, color))
        return box.w

    def _line(self, row: Box, text: str, font: Font, color: Color, align: Align) -> None:
        spare = row.w - fonts.width(text, font)
        x = row.x + {"left": 0, "center": spare // 2, "right": spare}[align]
        self.letters(x, row.y + (row.h + font.cap_px) // 2, text, font, color)


def shrunk(text: str, font: Font, width_px: int, least: float = _SMALLEST) -> Font:
    """Return the largest font, between `least` of the given size and that size, in which a text fits on one line."""
    wide, smallest = fonts.width(text, font), math.ceil(font.size_px * least)
    if wide <= width_px:
        return font
    smaller = font._replace(size_px=max(smallest, font.size_px * width_px // wide + 1))
    while fonts.width(text, smaller) > width_px and smaller.size_px > smallest:
        smaller = smaller._replace(size_px=smaller.size_px - 1)
    return smaller


def grown(text: str, font: Font, width_px: int, cap_px: int) -> Font:
    """Return the largest font of this weight in which a line fits into a width and a capital into a height."""
    trial = font._replace(size_px=400)
    by_width = int(400 * width_px / max(1, fonts.width(text, trial)))
    font = font._replace(size_px=max(8, min(by_width, int(cap_px / 0.74))))
    # Glyphs are placed on whole pixels, so the width is not exactly proportional to the size.
    while fonts.width(text, font) > width_px and font.size_px > 8:
        font = font._replace(size_px=font.size_px - 1)
    return font
