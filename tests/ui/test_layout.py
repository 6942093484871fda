"""Every screen on every panel: nothing off the screen, nothing over something else, nothing too small to touch."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from kiosk.config import Home, load
from kiosk.defaults import write_home
from kiosk.i18n import chosen, words
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import HallView
from kiosk.records import replace
from kiosk.ui.board import board_screen
from kiosk.ui.compose import compose, previews
from kiosk.ui.drawing.metrics import Metrics, Style
from kiosk.ui.drawing.scene import Scene, Text
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.gallery import PANELS, TELEVISIONS
from kiosk.ui.samples import at
from tests.clocks import FakeClock
from tests.ui import laws
from tests.ui.longer import Longer
from tests.ui.panels import EVERYWHERE, LANGUAGES, LOOKS, in_look, is_large_enough, metrics_of


@lru_cache(maxsize=2)
def _scenes(panel: str, language: str, look: str) -> dict[str, Scene]:
    return {one.name: compose(in_look(one.snapshot, language, look), PANELS[panel]) for one in previews()}


@pytest.mark.parametrize(("panel", "language", "look"), EVERYWHERE)
def test_no_screen_breaks_a_law(panel: str, language: str, look: str) -> None:
    metrics = metrics_of(panel, look)
    broken = {name: laws.broken(scene, metrics) for name, scene in _scenes(panel, language, look).items()}
    assert {name: found for name, found in broken.items() if found} == {}


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("look", LOOKS)
def test_no_finger_misses_a_target(panel: str, look: str) -> None:
    """The bare promise, measured without the laws' own words: 15 mm in both directions, whatever is shown."""
    metrics = metrics_of(panel, look)
    sizes = [
        (min(target.box.w, target.box.h) / metrics.px_per_mm, name, target.id)
        for name, scene in _scenes(panel, "vi", look).items()
        for target in scene.targets
    ]
    assert min(sizes) >= (laws.LEAST_TARGET_MM - 0.5 / metrics.px_per_mm,)  # half a pixel of rounding


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("look", ["plain", "large"])
def test_the_greeting_ends_with_no_single_short_word(panel: str, language: str, look: str) -> None:
    scene = _scenes(panel, language, look)["welcome"]
    end = words("screen", language)("Welcome!\nWhat do you need today?").split()[-1]
    lines = [text for text in scene.widgets if isinstance(text, Text)]
    last = next(text for text in lines if text.text.split()[-1] == end)
    lines = [line for line in lines if line.font == last.font]
    assert " " in last.text or last.box.w > max(line.box.w for line in lines) // 3


@pytest.mark.parametrize("panel", [name for name, metrics in PANELS.items() if is_large_enough(metrics)])
def test_targets_and_letters_have_their_full_size_where_the_panel_is_large_enough(panel: str) -> None:
    metrics = PANELS[panel]
    for name, scene in _scenes(panel, "vi", "plain").items():
        for target in scene.targets:
            least_mm = 20 if target.is_main else 15
            assert min(target.box.w, target.box.h) >= metrics.mm(least_mm), f"{name}: {target.id}"
    assert metrics.font(Style.SMALL).cap_px >= metrics.mm(4.5)
    assert metrics.font(Style.TITLE).cap_px >= metrics.mm(9)


@pytest.mark.parametrize("panel", PANELS)
def test_large_text_is_larger_on_every_panel(panel: str) -> None:
    plain, large = PANELS[panel], replace(PANELS[panel], is_large=True)
    for style in Style:
        assert large.font(style).size_px > plain.font(style).size_px


@pytest.mark.parametrize("panel", PANELS)
def test_help_and_the_way_back_never_move(panel: str) -> None:
    places: dict[str, set[object]] = {"help": set(), "back": set()}
    on_one_kiosk = {one.name for one in previews() if one.snapshot.hall.has_voice}
    on_one_kiosk -= {"stay", "comfort-on"}  # one lies over a screen, the other is in large letters
    for name, scene in _scenes(panel, "vi", "plain").items():
        if name not in on_one_kiosk:
            continue
        for id, seen in places.items():
            target = scene.target(id)
            if target:
                seen.add(target.box)
    assert {id: len(seen) for id, seen in places.items()} == {"help": 1, "back": 1}


@pytest.mark.parametrize("look", ["plain", "large"])
@pytest.mark.parametrize("panel", PANELS)
def test_a_language_of_longer_words_fits_too(panel: str, look: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.ui.compose.words", lambda domain, language: Longer(words(domain, language)))
    metrics = metrics_of(panel, look)
    for preview in previews():
        scene = compose(in_look(preview.snapshot, "en", look), PANELS[panel])
        assert laws.broken(scene, metrics) == [], preview.name


@pytest.mark.parametrize("television", TELEVISIONS)
def test_no_board_breaks_a_law(television: str) -> None:
    metrics = TELEVISIONS[television]
    for preview in board_screen.previews():
        scene = board_screen.paint(preview.board, metrics)
        # A board has no styles in millimetres: it is as large as its television allows.
        small = [found for found in laws.broken(scene, metrics) if "high" not in found]
        assert small == [], preview.name


def test_the_present_call_is_the_largest_thing_on_the_board() -> None:
    scene = board_screen.paint(board_screen.previews()[0].board, TELEVISIONS["television"])
    texts = sorted(
        (widget for widget in scene.widgets if isinstance(widget, Text)), key=lambda text: -text.font.size_px
    )
    assert [text.text for text in texts[:2]] == ["A042", "Quầy 3"]
    assert texts[0].font.cap_px > 0.2 * scene.size[1]


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> HallView:
    """The hall of a kiosk as `kiosk init` writes it, with all procedures of its catalogue."""
    home = Home.at(Path(tmp_path_factory.mktemp("ward")))
    write_home(home, always_open=True)
    home.var.mkdir(exist_ok=True)
    home.run.mkdir(exist_ok=True)
    lobby = Lobby.open(load(home), FakeClock())
    try:
        return lobby.hall()
    finally:
        lobby.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("panel", PANELS)
def test_every_procedure_of_the_catalogue_can_be_read_to_its_end(panel: str, language: str, ward: HallView) -> None:
    metrics = PANELS[panel]
    for procedure in ward.procedures:
        about = {"letter": procedure.service, "procedure": procedure.code, "for_papers": True, "language": language}
        texts = [chosen(text, language) for text in (procedure.fee, *procedure.papers)]
        wanted = {word for text in texts for word in text.split()}
        snapshot = replace(at(Screen.DETAIL, **about), hall=ward)
        assert wanted <= _words_of_all_pages(snapshot, metrics), procedure.code


@pytest.mark.parametrize("panel", PANELS)
def test_every_procedure_of_every_service_can_be_chosen(panel: str, ward: HallView) -> None:
    for service in ward.services:
        snapshot = replace(at(Screen.PROCEDURE, letter=service.letter), hall=ward)
        seen: set[str] = set()
        for page in range(len(ward.procedures)):
            turned = replace(snapshot, session=replace(snapshot.session, page=page))
            scene = compose(turned, PANELS[panel])
            assert laws.broken(scene, PANELS[panel]) == []
            seen |= {target.id for target in scene.targets}
            assert "plain" in seen
        assert {f"procedure:{one.code}" for one in ward.procedures if one.service == service.letter} <= seen


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_large", [False, True])
def test_no_screen_breaks_a_law_in_a_ward_that_uses_many_words(
    panel: str, language: str, is_large: bool, ward: HallView
) -> None:
    name = {
        "vi": "Bảo trợ xã hội, bảo hiểm y tế, lao động và việc làm",
        "en": "Social protection, health insurance, work",
    }
    long = replace(ward.services[0], name=name, hint=name, short=name, waiting=188, wait_minutes=245)
    more = tuple(replace(long, letter=letter) for letter in "FGH")
    groups = (
        *ward.priority_groups,
        replace(ward.priority_groups[0], code="other", name=name, legal_basis=name["vi"] * 2),
    )
    hall = replace(
        ward,
        services=(*ward.services, *more),
        priority_groups=groups,
        closed_text={"vi": name["vi"] * 3, "en": name["en"] * 3},
        ward={"vi": "Phường Hoàn Kiếm, quận Hoàn Kiếm, thành phố Hà Nội", "en": "Hoàn Kiếm Ward, Hoàn Kiếm, Hanoi"},
    )
    metrics = replace(PANELS[panel], is_large=is_large)
    screens = (Screen.WELCOME, Screen.SERVICE, Screen.PRIORITY, Screen.CAPPED, Screen.CLOSED)
    for screen in screens:
        for page in range(4):
            chosen = {"letter": "F", "language": language, "is_large": is_large, "page": page}
            scene = compose(replace(at(screen, **chosen), hall=hall), PANELS[panel])
            broken = [found for found in laws.broken(scene, metrics) if "Hoàn Kiếm" not in found]  # in the header
            assert broken == [], screen


def _words_of_all_pages(snapshot: Snapshot, metrics: Metrics) -> set[str]:
    seen: set[str] = set()
    for page in range(12):
        scene = compose(replace(snapshot, session=replace(snapshot.session, page=page)), metrics)
        broken = laws.broken(scene, metrics)
        assert broken == [], broken
        seen |= {word for text in scene.texts for word in text.split()}
    return seen
