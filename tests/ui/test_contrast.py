"""Every text on the surface it truly stands on, in both themes and on the board: at least 7 : 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.ui.compose import compose, previews
from kiosk.ui.gallery import PANELS, TELEVISIONS
from kiosk.ui.scene import Scene, Text
from kiosk.ui.screens import board
from kiosk.ui.theme import BOARD, CONTRAST, Color
from tests.ui import laws

_LEAST = 7.0
"""Source: WCAG 2.2, 1.4.6 Contrast (Enhanced)."""


def _weak(scene: Scene) -> Iterator[str]:
    for widget in laws.in_front(scene):
        if isinstance(widget, Text):
            panel = laws.ground(scene, widget)
            ratio = widget.color.contrast(panel.fill if panel else scene.paper)
            if ratio < _LEAST:
                yield f"{scene.name}: {widget.text!r} has {ratio:.2f}"


@pytest.mark.parametrize("is_contrast", [False, True])
@pytest.mark.parametrize("panel", ["portrait", "landscape"])
def test_no_text_is_hard_to_read(panel: str, is_contrast: bool) -> None:
    for preview in previews():
        session = replace(preview.moment.session, is_contrast=is_contrast)
        scene = compose(replace(preview.moment, session=session), PANELS[panel])
        assert list(_weak(scene)) == []


@pytest.mark.parametrize("is_contrast", [False, True])
def test_no_button_is_hard_to_read_while_a_finger_is_on_it(is_contrast: bool) -> None:
    for preview in previews():
        moment = replace(preview.moment, session=replace(preview.moment.session, is_contrast=is_contrast))
        for target in compose(moment, PANELS["portrait"]).targets:
            assert list(_weak(compose(moment, PANELS["portrait"], pressed=target.id))) == []


@pytest.mark.parametrize("theme", [BOARD, CONTRAST])
def test_no_text_of_the_board_is_hard_to_read(theme: object) -> None:
    for preview in board.previews():
        for is_bright in (False, True):
            sight = replace(preview.sight, is_bright=is_bright)
            scene = board.paint(sight, TELEVISIONS["television"], BOARD if theme is BOARD else CONTRAST)
            assert list(_weak(scene)) == []


def test_contrast_is_what_the_standard_says() -> None:
    black, white = Color.of("000000"), Color.of("FFFFFF")
    assert black.contrast(white) == pytest.approx(21)
    assert white.contrast(Color.of("767676")) == pytest.approx(4.54, abs=0.01)
