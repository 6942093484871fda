"""Everything on the surface it truly stands on, in both themes and on the board: texts 7 : 1, drawings 3 : 1."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.records import replace
from kiosk.ui.board import board_screen
from kiosk.ui.compose import compose, previews
from kiosk.ui.drawing.scene import Icon, Panel, Scene, Text
from kiosk.ui.drawing.theme import BOARD, CONTRAST, Color
from kiosk.ui.gallery import PANELS, TELEVISIONS
from tests.ui import laws
from tests.ui.panels import in_look

_LEAST = 7.0
"""Source: WCAG 2.2, 1.4.6 Contrast (Enhanced)."""
_LEAST_DRAWN = 3.0
"""Source: WCAG 2.2, 1.4.11 Non-text Contrast."""


def _weak(scene: Scene) -> Iterator[str]:
    for widget in laws.in_front(scene):
        if not isinstance(widget, Text | Icon):
            continue
        least = _LEAST if isinstance(widget, Text) else _LEAST_DRAWN
        panel = laws.ground(scene, widget)
        ratio = widget.color.contrast(panel.fill if panel else scene.paper)
        if ratio < least:
            yield f"{scene.name}: {widget} has {ratio:.2f}"


@pytest.mark.parametrize("look", ["plain", "contrast", "large-contrast-low"])
@pytest.mark.parametrize("panel", PANELS)
def test_nothing_is_hard_to_see(panel: str, look: str) -> None:
    for preview in previews():
        scene = compose(in_look(preview.snapshot, "vi", look), PANELS[panel])
        assert list(_weak(scene)) == [], preview.name


@pytest.mark.parametrize("look", ["plain", "contrast"])
def test_no_button_is_hard_to_see_while_a_finger_is_on_it(look: str) -> None:
    for preview in previews():
        snapshot = in_look(preview.snapshot, "vi", look)
        for target in compose(snapshot, PANELS["portrait"]).targets:
            assert list(_weak(compose(snapshot, PANELS["portrait"], pressed=target.id))) == []


@pytest.mark.parametrize("look", ["plain", "contrast"])
def test_the_ring_of_the_keys_shows_on_every_ground(look: str) -> None:
    """It has two colours side by side: one of them stands out from whatever is under and around it."""
    for preview in previews():
        snapshot = in_look(preview.snapshot, "vi", look)
        plain = compose(snapshot, PANELS["portrait"])
        for target in plain.stops:
            focused = replace(snapshot, session=replace(snapshot.session, focus=target.id))
            scene = compose(focused, PANELS["portrait"])
            inner, outer = scene.widgets[-2:]
            assert isinstance(inner, Panel) and isinstance(outer, Panel)
            assert inner.edge and outer.edge
            assert outer.edge.contrast(inner.edge) >= _LEAST_DRAWN
            grounds = {widget.fill for widget in plain.widgets if isinstance(widget, Panel) and widget.fill.a == 255}
            for ground in grounds:
                assert max(outer.edge.contrast(ground), inner.edge.contrast(ground)) >= _LEAST_DRAWN, target.id


@pytest.mark.parametrize("theme", [BOARD, CONTRAST])
def test_no_text_of_the_board_is_hard_to_read(theme: object) -> None:
    for preview in board_screen.previews():
        for is_bright in (False, True):
            board = replace(preview.board, is_bright=is_bright)
            scene = board_screen.paint(board, TELEVISIONS["television"], BOARD if theme is BOARD else CONTRAST)
            assert list(_weak(scene)) == []


def test_contrast_is_what_the_standard_says() -> None:
    black, white = Color.of("000000"), Color.of("FFFFFF")
    assert black.contrast(white) == pytest.approx(21)
    assert white.contrast(Color.of("767676")) == pytest.approx(4.54, abs=0.01)
