"""The four keys on a scene: round and round, the bar last, and never lost."""

from __future__ import annotations

from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.focus import focused, moved
from kiosk.ui.drawing.scene import Scene, Target
from kiosk.ui.drawing.theme import DAY

BOX = Box(0, 0, 10, 10)


def _scene(*targets: Target) -> Scene:
    return Scene("welcome", "vi", (100, 100), DAY.paper.fill, (), targets)


BAR = Target("help", BOX, "Call for help", is_frame=True)
SCENE = _scene(BAR, Target("take", BOX, "Take a number"), Target("ask", BOX, "Ask"))


def test_what_the_screen_offers_comes_before_the_bar() -> None:
    assert [target.id for target in SCENE.stops] == ["take", "ask", "help"]


def test_the_keys_go_round_in_both_directions() -> None:
    forward, back = "", ""
    for wanted in ("take", "ask", "help", "take"):
        forward = moved(SCENE, forward, 1)
        assert forward == wanted
    for wanted in ("help", "ask", "take", "help"):
        back = moved(SCENE, back, -1)
        assert back == wanted


def test_a_target_that_is_gone_begins_anew() -> None:
    assert focused(SCENE, "service:A") is None
    assert moved(SCENE, "service:A", 1) == "take"


def test_a_screen_without_targets_has_no_focus() -> None:
    assert moved(_scene(), "take", 1) == ""
