"""Painting only what changed must give the same picture as painting everything."""

from __future__ import annotations

import pygame
import pygame.image
import pytest

from kiosk.records import replace
from kiosk.ui.compose import compose, previews
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.painter import Painter, picture
from kiosk.ui.drawing.scene import Panel, Qr, Scene, changes
from kiosk.ui.drawing.theme import Color
from kiosk.ui.flow.events import Screen
from kiosk.ui.gallery import PANELS
from kiosk.ui.samples import at

PANEL = PANELS["7-inch"]


def _bytes(surface: pygame.Surface) -> bytes:
    return pygame.image.tobytes(surface, "RGB")


def painted(painter: Painter, scene: Scene) -> list[Box]:
    """Paint a scene to its end and return where it has changed."""
    return [box for step in painter.paint(scene) for box in step]


def test_a_number_is_painted_before_its_qr_code_is_made() -> None:
    scenes = (compose(preview.snapshot, PANELS["portrait"]) for preview in previews())
    scene = next(scene for scene in scenes if any(isinstance(widget, Qr) for widget in scene.widgets))
    (code,) = (widget for widget in scene.widgets if isinstance(widget, Qr))
    surface = pygame.Surface(scene.size)
    painter = Painter(surface)

    steps = painter.paint(scene)
    next(steps)
    first = surface.copy()
    assert next(steps) == [code.box]
    assert next(steps, None) is None

    box = pygame.Rect(code.box)
    assert len({tuple(first.get_at(place)) for place in (box.center, box.topleft, box.midbottom)}) == 1
    assert _bytes(surface) == _bytes(picture(scene))


def test_going_from_any_screen_to_the_next_leaves_nothing_of_the_first() -> None:
    surface = pygame.Surface((PANEL.width_px, PANEL.height_px))
    painter = Painter(surface)
    for preview in previews():
        scene = compose(preview.snapshot, PANEL)
        painted(painter, scene)
        assert _bytes(surface) == _bytes(picture(scene)), preview.name


@pytest.mark.parametrize("preview", previews(), ids=lambda preview: preview.name)
def test_pressing_any_button_repaints_it_right(preview: object) -> None:
    from kiosk.ui.samples import Preview

    assert isinstance(preview, Preview)
    surface = pygame.Surface((PANEL.width_px, PANEL.height_px))
    painter = Painter(surface)
    scene = compose(preview.snapshot, PANEL)
    painted(painter, scene)
    for target in scene.targets:
        if target.id == "wake":  # the finger that comes down has done it: nothing is ever seen pressed
            continue
        pressed = compose(preview.snapshot, PANEL, pressed=target.id)
        dirty = painted(painter, pressed)
        assert dirty, f"{target.id} does not show that it is pressed"
        assert all(box.meets(target.box) for box in dirty), f"{target.id} repaints something else"
        assert _bytes(surface) == _bytes(picture(pressed))
        painted(painter, scene)


def test_a_screen_that_stays_the_same_paints_nothing() -> None:
    painter = Painter(pygame.Surface((PANEL.width_px, PANEL.height_px)))
    assert painted(painter, compose(at(Screen.SERVICE), PANEL)) == [Box(0, 0, 800, 480)]
    assert painted(painter, compose(at(Screen.SERVICE), PANEL)) == []


def test_a_minute_that_passes_repaints_the_clock_alone() -> None:
    snapshot = at(Screen.SERVICE)
    later = replace(snapshot, hall=replace(snapshot.hall, now=snapshot.hall.now.replace(minute=25)))
    panel = PANELS["portrait"]
    dirty = changes(compose(snapshot, panel), compose(later, panel))
    assert len(dirty) == 1
    assert dirty[0].w * dirty[0].h < 0.02 * panel.width_px * panel.height_px


def test_two_surfaces_that_change_places_are_painted_anew() -> None:
    one, two = Panel(Box(0, 0, 9, 9), Color(1, 2, 3)), Panel(Box(4, 4, 9, 9), Color(4, 5, 6))
    before = Scene("a", "vi", (20, 20), Color(0, 0, 0), (one, two))
    assert changes(before, replace(before, widgets=(two, one))) == [Box(0, 0, 20, 20)]


def test_a_misspelt_icon_becomes_a_sheet_of_paper_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    from kiosk.ui.drawing import icons

    ink = Color(0, 0, 0)
    assert _bytes(icons.drawn("no-such-icon", 24, ink)) == _bytes(icons.drawn("file-text", 24, ink))
    assert "no-such-icon" in caplog.text


def test_the_code_on_the_screen_can_be_read_by_a_telephone() -> None:
    import zxingcpp
    from PIL import Image

    from kiosk.ui.samples import TICKET

    for preview in previews():
        if preview.snapshot.ticket is None or preview.snapshot.screen is not Screen.NUMBER:
            continue
        for panel in PANELS.values():
            scene = compose(preview.snapshot, panel)
            image = Image.frombytes("RGB", scene.size, _bytes(picture(scene)))
            found = zxingcpp.read_barcodes(image)
            assert [code.text for code in found] == [TICKET.follow_url], f"{preview.name} on {panel}"
