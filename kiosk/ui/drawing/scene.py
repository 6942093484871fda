"""A scene: what one screen shows, as frozen values that can be compared, and what answers a touch on it."""

from __future__ import annotations

from kiosk.records import Record
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font
from kiosk.ui.drawing.theme import Color


class Panel(Record):
    """A filled rectangle with round corners and perhaps an edge, drawn inside `box`; `is_dashed` breaks the edge."""

    box: Box
    fill: Color
    radius_px: int = 0
    edge: Color | None = None
    edge_px: int = 0
    is_dashed: bool = False


class Text(Record):
    """One line of text; `box` is all its ink, `base_y` the line its letters stand on."""

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
    """A QR code, always dark on white: telephones read it best so."""

    box: Box
    payload: str


Widget = Panel | Text | Icon | Qr


class Target(Record):
    """Something that answers a touch. `id` is the event it means, `label` says it in words.

    `is_frame` for one of the bar around the screen: the keys come to it last.
    """

    id: str
    box: Box
    label: str
    is_main: bool = False
    is_frame: bool = False


class Scene(Record):
    """One painted screen: widgets from back to front, targets, and what is said of it to somebody who cannot see."""

    name: str
    language: str
    size: tuple[int, int]
    paper: Color
    widgets: tuple[Widget, ...]
    targets: tuple[Target, ...] = ()
    spoken: tuple[str, ...] = ()

    def target_at(self, x: float, y: float) -> Target | None:
        """Return what is under a point."""
        return next((target for target in reversed(self.targets) if target.box.holds(x, y)), None)

    @property
    def stops(self) -> tuple[Target, ...]:
        """The targets as the keys go through them: what the screen offers, as it is read, then the bar; none twice."""
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
    """Return the boxes to paint anew to turn the old scene into the new one; none when they look the same."""
    everything = Box(0, 0, *new.size)
    if old is None or old.size != new.size or old.paper != new.paper:
        return [everything]
    if old.widgets == new.widgets:
        return []
    before, after = set(old.widgets), set(new.widgets)
    stayed_before = [widget for widget in old.widgets if widget in after]
    stayed_after = [widget for widget in new.widgets if widget in before]
    if stayed_before != stayed_after:
        return [everything]  # what is in front of what has changed too
    return _merged([widget.box for widget in before ^ after])


def _merged(boxes: list[Box]) -> list[Box]:
    """Join boxes until no two of them meet."""
    merged: list[Box] = []
    for box in boxes:
        met = box
        while touching := [other for other in merged if other.meets(met)]:
            for other in touching:
                merged.remove(other)
                met = met.around(other)
        merged.append(met)
    return merged
