"""What must hold for every scene, whatever it shows: returned as sentences about what does not."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Metrics, Space, Style
from kiosk.ui.drawing.scene import Icon, Panel, Qr, Scene, Text

_SMALLEST = 0.75
"""A line that was shrunk to fit keeps this share of the smallest style."""
_DESCENT = 0.12
_BETWEEN = r"[\s.,:;·]+"
"""What may stand between two words."""
LEAST_TARGET_MM = 15.0
"""What a target is at least, wide and high, on every panel."""


def broken(scene: Scene, metrics: Metrics) -> list[str]:
    """Return every law the scene breaks."""
    laws = (_off_screen(scene), _collisions(scene), _cuts(scene), _torn(scene))
    return [*itertools.chain(*laws), *_small_words(scene, metrics), *_targets(scene, metrics)]


def body(text: Text) -> Box:
    """Return where the letters are, without the marks above and most of what hangs below."""
    high = text.font.cap_px + int(text.font.size_px * _DESCENT)
    return Box(text.box.x, text.base_y - text.font.cap_px, text.box.w, high)


def in_front(scene: Scene) -> list[Panel | Text | Icon | Qr]:
    """Return the widgets in front of the veil, if there is one."""
    veils = [n for n, widget in enumerate(scene.widgets) if isinstance(widget, Panel) and widget.fill.a < 255]
    return list(scene.widgets[veils[-1] + 1 if veils else 0 :])


def ground(scene: Scene, widget: Text | Icon) -> Panel | None:
    """Return the surface a text or an icon stands on, None for the paper."""
    x, y = (widget.box.x + 2, widget.base_y - 2) if isinstance(widget, Text) else widget.box.center
    before = scene.widgets[: scene.widgets.index(widget)]
    panels = [widget for widget in before if isinstance(widget, Panel) and widget.box.holds(x, y)]
    return panels[-1] if panels else None


def _off_screen(scene: Scene) -> Iterator[str]:
    screen = Box(0, 0, *scene.size)
    for widget in scene.widgets:
        if screen.around(widget.box) != screen:
            yield f"{_name(widget)} is partly off the screen: {tuple(widget.box)}"


def _collisions(scene: Scene) -> Iterator[str]:
    front = in_front(scene)
    texts = [widget for widget in front if isinstance(widget, Text)]
    drawings = [widget for widget in front if isinstance(widget, Icon | Qr)]
    for number, text in enumerate(texts):
        for other in texts[number + 1 :]:
            if body(text).meets(body(other)):
                yield f"{text.text!r} is written over {other.text!r}"
        for drawing in drawings:
            if body(text).meets(drawing.box.inset(drawing.box.w // 8)):
                yield f"{text.text!r} is written over {_name(drawing)}"
        panel = ground(scene, text)
        if panel and panel.box.h > 5 and panel.box.around(body(text)) != panel.box:
            yield f"{text.text!r} leaves its surface"


def _small_words(scene: Scene, metrics: Metrics) -> Iterator[str]:
    least = metrics.font(Style.SMALL).cap_px * _SMALLEST
    for widget in in_front(scene):
        if isinstance(widget, Text) and widget.font.cap_px < least:
            yield f"{widget.text!r} is only {widget.font.cap_px / metrics.px_per_mm:.1f} mm high"


def _targets(scene: Scene, metrics: Metrics) -> Iterator[str]:
    for number, target in enumerate(scene.targets):
        least = metrics.px(Space.MAIN) if target.is_main else metrics.mm(LEAST_TARGET_MM)
        if min(target.box.w, target.box.h) < least:
            wide, high = target.box.w / metrics.px_per_mm, target.box.h / metrics.px_per_mm
            yield f"target {target.id} is only {wide:.1f} mm wide and {high:.1f} mm high"
        if not target.label:
            yield f"target {target.id} has no words"
        for other in scene.targets[number + 1 :]:
            if target.id == other.id:
                yield f"two targets are called {target.id}: the keys never come past the first"
            if target.box.meets(other.box):
                yield f"targets {target.id} and {other.id} overlap"


def _cuts(scene: Scene) -> Iterator[str]:
    """No line ends in the dots that stand for what had no room; a line that is typed begins with them."""
    for text in scene.texts:
        if len(text) > 1 and text.endswith("…") and text[:-1] not in "".join(scene.spoken):
            yield f"{text!r} is cut off"


def _torn(scene: Scene) -> Iterator[str]:
    """Every word on a target is one of its label's: a line too narrow for a word would cut it in two."""
    texts = [widget for widget in in_front(scene) if isinstance(widget, Text)]
    for target in scene.targets:
        if target.id == "more" or not target.label:
            continue
        said = {word for word in re.split(_BETWEEN, target.label) if word}
        for text in texts:
            if len(text.text) > 1 and target.box.holds(*body(text).center):
                torn = {word for word in re.split(_BETWEEN, text.text) if word} - said
                if torn:
                    yield f"target {target.id} shows {sorted(torn)}, which its label does not say"


def _name(widget: Panel | Text | Icon | Qr) -> str:
    match widget:
        case Text(text=text):
            return repr(text)
        case Icon(name=name):
            return f"the icon {name}"
        case _:
            return f"a {type(widget).__name__.lower()}"
