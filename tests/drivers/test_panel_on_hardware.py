"""The panel's contract on the true one, with a person who presses, opens, places and looks.

sudo systemctl stop kiosk-screen
here=$PWD; cd /run/kiosk  # lgpio makes its pipe in the working directory
sudo -u kiosk-screen -g gpio $here/.venv/bin/pytest $here/tests/drivers/test_panel_on_hardware.py --hardware=panel -v

A part without a pin in kiosk.toml is skipped. Before the water is tried, a bucket stands under the tap.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.config import Home, Settings, load
from kiosk.drivers.panel import open_panel
from kiosk.ports.panel import Felt, Key, Lamp, Light, Panel, PanelStatus, Sign, Water
from tests.drivers.technician import Technician

pytestmark = pytest.mark.hardware("panel")

PATIENCE_S = 60.0
SWITCHES = {
    "presence": (("Stand before the kiosk", Sign.CAME), ("Go away", Sign.LEFT)),
    "tamper": (("Open the case", Sign.OPENED), ("Close the case", Sign.CLOSED)),
    "cup": (("Place a cup under the tap", Sign.CUP_PLACED), ("Take the cup away", Sign.CUP_TAKEN)),
    "near_end": (("Take the roll out", Sign.ROLL_LOW), ("Put a full roll in", Sign.ROLL_FULL)),
}


@pytest.fixture(scope="module")
def settings() -> Settings:
    home = os.environ.get("KIOSK_HOME")
    return load(Home.at(Path(home) if home else None))


@pytest.fixture
def panel(settings: Settings) -> Iterator[Panel]:
    opened = open_panel(settings.kiosk.panel, settings.home)
    assert opened is not None, "panel.driver is none"
    with closing(opened):
        yield opened


@pytest.fixture
def technician() -> Technician:
    return Technician()


def _needs(settings: Settings, *names: str) -> None:
    for name in names:
        if getattr(settings.kiosk.panel, name) is None:
            pytest.skip(f"this panel has no {name}")


def felt(panel: Panel, wanted: Felt) -> list[Felt]:
    """Return what the panel says until it has said this, or for a minute."""
    ends, said = time.monotonic() + PATIENCE_S, list[Felt]()
    while wanted not in said and (left := ends - time.monotonic()) > 0:
        if select.select([panel], [], [], left)[0]:
            said += panel.read()
    return said


def test_it_is_there(panel: Panel) -> None:
    assert panel.status is PanelStatus.READY


@pytest.mark.parametrize("key", Key)
def test_a_key_is_felt_once_also_when_it_is_held(
    panel: Panel, settings: Settings, technician: Technician, key: Key
) -> None:
    _needs(settings, f"key_{key}")
    panel.read()
    technician.do(f"Press the key {key}, hold it for three seconds, let it go")
    assert [thing for thing in felt(panel, key) if isinstance(thing, Key)] == [key]


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_is_felt_both_ways(panel: Panel, settings: Settings, technician: Technician, name: str) -> None:
    _needs(settings, name)
    for what, sign in SWITCHES[name]:
        panel.read()
        technician.do(what)
        assert felt(panel, sign)[-1] is sign


@pytest.mark.parametrize("state", [Light.READY, Light.ATTENTION, Light.FAULT])
def test_the_status_lamp_is_seen(panel: Panel, settings: Settings, technician: Technician, state: Light) -> None:
    _needs(settings, f"lamp_{state}")
    panel.light(state)
    how = "blink quickly" if state is Light.FAULT else "shine"
    assert technician.sees(f"Does the lamp for {state} {how}, and no other?")


def test_the_call_lamp_is_seen(panel: Panel, settings: Settings, technician: Technician) -> None:
    _needs(settings, "lamp_call")
    panel.lamp(Lamp.BLINK)
    assert technician.sees("Does the call lamp blink?")
    panel.lamp(Lamp.ON)
    assert technician.sees("Is it on, and still?")


def test_the_buzzer_is_heard(panel: Panel, settings: Settings, technician: Technician) -> None:
    _needs(settings, "buzzer")
    panel.beep(3)
    assert technician.sees("Did it beep three times?")


def test_a_cup_is_filled_and_the_water_stops_with_it(panel: Panel, settings: Settings, technician: Technician) -> None:
    _needs(settings, "water", "cup")
    assert panel.senses.water is Water.READY, "the log says why"
    technician.do("Place a cup under the tap")
    assert felt(panel, Sign.CUP_PLACED)
    assert panel.pour()
    assert felt(panel, Sign.POURED)[-1] is Sign.POURED
    assert technician.sees("Is the cup full, and not over?")
    technician.do("Empty it and place it again. When the water runs, take it away")
    panel.read()
    assert panel.pour()
    assert Sign.STOPPED in felt(panel, Sign.STOPPED)
    assert technician.sees("Did the water stop at once?")


def test_kill_9_lets_the_relay_fall(panel: Panel, settings: Settings, technician: Technician) -> None:
    """The one thing that no program can show: kernel and wiring turn the water off."""
    _needs(settings, "water", "cup")
    technician.do("Put a bucket under the tap and hold the cup sensor down until you are asked again")
    panel.close()
    child = os.fork()
    if child == 0:
        own = open_panel(settings.kiosk.panel, settings.home)
        assert own is not None
        own.pour()
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    assert technician.sees("Did the relay click on and off again at once, and is the water off?")
