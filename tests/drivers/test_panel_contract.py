"""What every panel keeps to. Real keys and a real lamp join by a rig of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from kiosk.config import Home
from kiosk.config.types import Panel as PanelSettings
from kiosk.drivers.panel import Key, Lamp, Panel, PanelStatus, open_panel
from kiosk.drivers.panel.simulated import lamp_of, press, request
from tests.drivers.hatch_rigs import PATIENCE_S, is_readable, owned

SETTINGS = PanelSettings(driver="simulated")


class Rig(Protocol):
    """One panel on the bench."""

    panel: Panel

    def press(self, key: Key) -> list[Key]:
        """Press a key and let it go; return what its owner read."""
        ...

    def shines(self) -> Lamp:
        """Look at the lamp."""
        ...

    def unplug(self) -> None:
        """Take the panel away."""
        ...

    def plug(self) -> None:
        """Put it back."""
        ...


class SimulatedRig:
    """The simulated panel as it ships."""

    def __init__(self, home: Home) -> None:
        self.home = home
        panel = open_panel(SETTINGS, home)
        assert panel is not None
        self.panel: Panel = panel

    def press(self, key: Key) -> list[Key]:
        """Press a key as another process would."""
        return owned(self.panel, lambda: press(self.home, key))[1]

    def shines(self) -> Lamp:
        """Look as the dock does."""
        return lamp_of(self.home)

    def unplug(self) -> None:
        """Ask for it as another process would."""
        request(self.home, "unplug")

    def plug(self) -> None:
        """Ask for it as another process would."""
        request(self.home, "plug")


@contextmanager
def simulated_rig(folder: Path) -> Iterator[Rig]:
    """The simulated panel."""
    rig = SimulatedRig(Home.at(folder))
    yield rig
    rig.panel.close()


BENCHES: dict[str, Callable[[Path], AbstractContextManager[Rig]]] = {"simulated": simulated_rig}


@pytest.fixture(params=BENCHES)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    with BENCHES[request.param](tmp_path) as rig:
        yield rig


def test_each_key_is_felt_once(rig: Rig) -> None:
    assert rig.panel.status is PanelStatus.READY
    for key in Key:
        assert rig.press(key) == [key]
    assert rig.press(Key.NEXT) == [Key.NEXT]
    assert rig.press(Key.NEXT) == [Key.NEXT], "twice is twice"


def test_untouched_keys_wake_nobody(rig: Rig) -> None:
    assert not is_readable(rig.panel)
    assert rig.panel.read() == []
    rig.press(Key.SPEAK)
    assert not is_readable(rig.panel)


def test_the_lamp_shines_as_it_is_told_and_is_dark_at_first_and_in_the_end(rig: Rig) -> None:
    assert rig.shines() is Lamp.OFF
    for state in (Lamp.BLINK, Lamp.ON, Lamp.OFF, Lamp.BLINK):
        rig.panel.lamp(state)
        assert rig.shines() is state
    rig.panel.close()
    assert rig.shines() is Lamp.OFF


def test_a_panel_that_is_gone_says_so_and_comes_back_by_itself_with_its_lamp(rig: Rig) -> None:
    before = rig.panel.fileno()
    rig.unplug()
    assert is_readable(rig.panel, PATIENCE_S), "its owner wakes"
    assert rig.panel.read() == []
    assert rig.panel.status == "offline"
    assert rig.press(Key.CHOOSE) == []
    rig.panel.lamp(Lamp.BLINK)
    assert rig.shines() is Lamp.OFF
    rig.plug()
    assert is_readable(rig.panel, PATIENCE_S)
    assert rig.panel.read() == [], "what was pressed meanwhile is not felt later"
    assert rig.panel.status == "ready"
    assert rig.panel.fileno() == before
    assert rig.shines() is Lamp.BLINK
    assert rig.press(Key.CHOOSE) == [Key.CHOOSE]


def test_a_closed_panel_feels_nothing_and_closing_twice_is_fine(rig: Rig) -> None:
    rig.panel.close()
    rig.panel.close()
    assert rig.press(Key.NEXT) == []
    assert rig.panel.read() == []
    assert rig.panel.status is PanelStatus.OFFLINE
