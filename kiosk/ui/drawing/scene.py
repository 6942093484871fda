"""A scene: the widgets and touch targets of one screen, as immutable values that can be compared."""

from __future__ import annotations

from kiosk.records import Record
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font
from kiosk.ui.drawing.theme import Color


class Panel(Record):
    """A filled rectangle with round corners and an optional edge inside `box`; `is_dashed` makes the edge dashed."""

    box: Box
    fill: Color
    radius_px: int = 0
    edge: Color | None = None
    edge_px: int = 0
    is_dashed: bool = False


class Text(Record):
    """One line of text; `box` contains all its pixels, `base_y` is the baseline."""

    box: Box
    base_y: int
    text: str
    font: Font
    color: Color


class Icon(Record):
    """A drawing from the icon set, in one colour."""

    box: Box
    name: str
    color: Color


class Qr(Record):
    """A QR code, always dark on white, which telephones read best."""

    box: Box
    payload: str


Widget = Panel | Text | Icon | Qr


class Target(Record):
    """A touch target. `id` is its event, `label` its name in words.

    `is_frame` marks a target of the bar: it comes last in the focus order.
    """

    id: str
    box: Box
    label: str
    is_main: bool = False
    is_frame: bool = False


class Scene(Record):
    """One screen: widgets from back to front, targets, and the texts for the screen reader."""

    name: str
    language: str
    size: tuple[int, int]
    paper: Color
    widgets: tuple[Widget, ...]
    targets: tuple[Target, ...] = ()
    spoken: tuple[str, ...] = ()

    def target_at(self, x: float, y: float) -> Target | None:
        """Return the target under a point, or None."""
        return next((target for target in reversed(self.targets) if target.box.holds(x, y)), None)

    @property
    def stops(self) -> tuple[Target, ...]:
        """The targets in focus order: those of the screen in reading order, then those of the bar; none twice."""
        ordered = sorted(self.targets, key=lambda target: (target.is_frame, target.box.y, target.box.x))
        return tuple({target.id: target for target in reversed(ordered)}.values())[::-1]

    def target(self, id: str) -> Target | None:
        """Return the target with this id."""
        return next((target for target in self.targets if target.id == id), None)

    @property
    def texts(self) -> tuple[str, ...]:
        """All lines of text, from back to front."""
        return tuple(widget.text for widget in self.widgets if isinstance(widget, Text))


def changes(old: Scene | None, new: Scene) -> list[Box]:
    """Return the boxes to repaint to turn the old scene into the new one; empty when they look the same."""
    everything = Box(0, 0, *new.size)
    if old is None or old.size != new.size or old.paper != new.paper:
        return [everything]
    if old.widgets == new.widgets:
        return []
    before, after = set(old.widgets), set(new.widgets)
    stayed_before = [widget for widget in old.widgets if widget in after]
    stayed_after = [widget for widget in new.widgets if widget in before]
    if stayed_before != stayed_after:
        return [everything]  # the stacking order has changed too
    return _merged([widget.box for widget in before ^ after])


def _merged(boxes: list[Box]) -> list[Box]:
    """Join boxes until no two of them overlap."""
    merged: list[Box] = []
    for box in boxes:
        met = box
        while touching := [other for other in merged if other.meets(met)]:
            for other in touching:
                merged.remove(other)
                met = met.around(other)
        merged.append(met)
    return merged
