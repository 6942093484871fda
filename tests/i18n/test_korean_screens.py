"""A ward as `kiosk init` writes it, read by somebody who reads Korean alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.config import Home, load
from kiosk.defaults import write_home
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import HallView
from kiosk.records import replace
from kiosk.ui.compose import compose, previews
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.gallery import PANELS
from kiosk.ui.samples import at
from tests.clocks import FakeClock
from tests.ui import laws

_HANGUL = re.compile("[가-힣]")


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> HallView:
    """Its hall, with all procedures of the catalogue."""
    home = Home.at(Path(tmp_path_factory.mktemp("ward")))
    write_home(home, always_open=True)
    home.var.mkdir(exist_ok=True)
    home.run.mkdir(exist_ok=True)
    lobby = Lobby.open(load(home), FakeClock())
    try:
        return lobby.hall()
    finally:
        lobby.close()


def _in_korean(ward: HallView, *, is_large: bool) -> Iterator[tuple[str, Snapshot]]:
    """Every preview, in this ward and language."""
    for preview in previews():
        moment = preview.snapshot
        hall = replace(ward, now=moment.hall.now, faults=moment.hall.faults, opens_at=moment.hall.opens_at)
        session = replace(moment.session, language="ko", is_large=is_large)
        yield preview.name, replace(moment, hall=hall, session=session)


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("is_large", [False, True])
def test_no_screen_breaks_a_law_in_korean(panel: str, is_large: bool, ward: HallView) -> None:
    metrics = replace(PANELS[panel], is_large=is_large)
    scenes = {name: compose(moment, PANELS[panel]) for name, moment in _in_korean(ward, is_large=is_large)}
    broken = {name: laws.broken(scene, metrics) for name, scene in scenes.items()}
    assert {name: found for name, found in broken.items() if found} == {}


@pytest.mark.parametrize("panel", PANELS)
def test_every_procedure_is_laid_out_in_korean(panel: str, ward: HallView) -> None:
    for procedure in ward.procedures:
        moment = at(Screen.DETAIL, letter=procedure.service, procedure=procedure.code, for_papers=True, language="ko")
        scene = compose(replace(moment, hall=ward), PANELS[panel])
        assert laws.broken(scene, PANELS[panel]) == [], procedure.code
        assert all(_HANGUL.search(text) for text in (procedure.name["ko"], procedure.fee["ko"], procedure.time["ko"]))


def test_every_button_is_named_in_korean(ward: HallView) -> None:
    """Except keys with a letter on them, and other languages, which are called by their own names."""
    for name, moment in _in_korean(ward, is_large=False):
        for target in compose(moment, PANELS["portrait"]).targets:
            if not target.id.startswith(("language:", "key:")):
                assert _HANGUL.search(target.label), f"{name}: {target.id} {target.label}"
