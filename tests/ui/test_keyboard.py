"""The keyboard on the screen: every character can be typed on every panel, and no key lies beside the finger."""

from __future__ import annotations

import pytest

from kiosk.i18n import words
from kiosk.records import replace
from kiosk.ui.compose import compose
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.scene import Scene
from kiosk.ui.drawing.scene_builder import Look, SceneBuilder
from kiosk.ui.drawing.theme import DAY
from kiosk.ui.flow.events import Event, Kind, Screen
from kiosk.ui.flow.session import Session, with_event
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.gallery import PANELS
from kiosk.ui.parts.keyboard import Layout, keyboard
from kiosk.ui.samples import at
from tests.ui.panels import LOOKS, in_look

_SCREENS = {
    Layout.QUESTION: Screen.ASK,
    Layout.BOOKING: Screen.BOOKING_CODE,
    Layout.DOSSIER: Screen.DOSSIER_CODE,
}
_MOST_PAGES = 4


def _pages(snapshot: Snapshot, panel: str) -> list[Scene]:
    """Return the screen after each touch of the key that shows the other characters."""
    turned = [replace(snapshot, session=replace(snapshot.session, page=page)) for page in range(_MOST_PAGES)]
    return [compose(one, PANELS[panel]) for one in turned]


def _ids(scene: Scene) -> list[str]:
    return [target.id for target in scene.targets if target.id.startswith("key:")]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("layout", Layout)
def test_no_character_is_out_of_reach(layout: Layout, panel: str, look: str) -> None:
    snapshot = in_look(at(_SCREENS[layout]), "vi", look)
    pages = _pages(snapshot, panel)
    wanted = {f"key:{sign}" for sign in "".join(layout.value)}
    assert wanted <= {id for page in pages for id in _ids(page)}
    assert all("key:delete" in _ids(page) for page in pages)
    assert all(len(set(_ids(page))) == len(_ids(page)) for page in pages)


@pytest.mark.parametrize("panel", PANELS)
def test_a_question_needs_no_second_page(panel: str) -> None:
    scene = compose(at(Screen.ASK), PANELS[panel])
    assert scene.target("more") is None
    assert {"key:space", "mode"} <= {target.id for target in scene.targets}


@pytest.mark.parametrize(("panel", "first"), [("portrait", "key:q"), ("10-inch", "key:q"), ("7-inch", "key:a")])
def test_letters_lie_as_usual_where_ten_keys_fit_side_by_side(panel: str, first: str) -> None:
    assert _ids(compose(at(Screen.ASK), PANELS[panel]))[0] == first


@pytest.mark.parametrize("layout", Layout)
def test_nothing_goes_on_before_something_is_typed(layout: Layout) -> None:
    for typed in ("", " "):
        assert compose(at(_SCREENS[layout], typed=typed), PANELS["portrait"]).target("enter") is None
    assert compose(at(_SCREENS[layout], typed="7"), PANELS["portrait"]).target("enter") is not None


@pytest.mark.parametrize("panel", PANELS)
def test_no_key_moves_while_one_types(panel: str) -> None:
    """A key under a finger that comes again at once is the same key."""
    empty, begun = compose(at(Screen.ASK), PANELS[panel]), compose(at(Screen.ASK, typed="xy"), PANELS[panel])
    for id in _ids(empty):
        before, after = empty.target(id), begun.target(id)
        assert before and after
        assert before.box == after.box


@pytest.mark.parametrize("layout", Layout)
def test_every_key_means_what_it_says(layout: Layout) -> None:
    screen = _SCREENS[layout]
    for target in compose(at(screen, typed="7"), PANELS["portrait"]).targets:
        event = Event.of(target.id)
        if event.kind is not Kind.KEY or len(event.value) > 1:
            continue
        session = with_event(Session(screen=screen, is_telex=False), event)
        assert session.typed == event.value
        assert target.label == {".": "dấu chấm", "-": "dấu gạch ngang"}.get(event.value, event.value)


def test_the_switch_says_how_letters_are_written() -> None:
    on, off = (compose(at(Screen.ASK, is_telex=is_on), PANELS["portrait"]).target("mode") for is_on in (True, False))
    assert on and off
    assert on.label != off.label


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("typed", ["", "k", "một câu hỏi rất dài mà không màn hình nào chứa hết được trên một dòng"])
def test_a_long_question_shows_its_end_and_its_caret(panel: str, typed: str) -> None:
    scene = compose(at(Screen.ASK, typed=typed), PANELS[panel])
    assert not typed or any(text.endswith(typed[-5:]) for text in scene.texts)
    assert any(typed in said for said in scene.spoken)


def test_a_room_without_height_still_has_whole_keys() -> None:
    """Half as much room as usual: a code's characters take turns, and none of the keys is small."""
    metrics = PANELS["7-inch"]
    sheet = SceneBuilder(Look(metrics, DAY, words("screen", "vi")))
    rest = keyboard(sheet, Box(0, 0, metrics.width_px, metrics.mm(32)), Layout.DOSSIER, Session())
    assert sheet.scene("keys").target("more") is not None
    assert rest.h >= 0
    assert all(min(target.box.w, target.box.h) >= metrics.mm(15) for target in sheet.targets)
