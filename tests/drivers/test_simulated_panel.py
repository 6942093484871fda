"""The simulated panel: what is no key, a lamp that cannot be written, and which panel the settings open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.config.types import Panel as PanelSettings
from kiosk.drivers.control_socket import send_message
from kiosk.drivers.panel import open_panel
from kiosk.drivers.panel.simulated import SimulatedPanel, press, request, shine_of
from kiosk.errors import DeviceError, UnknownNameError
from kiosk.ports.panel import Key, Lamp
from tests.disks import no_room
from tests.drivers.control_socket_rigs import owned


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path)


@pytest.fixture
def panel(home: Home) -> Iterator[SimulatedPanel]:
    panel = SimulatedPanel(home)
    yield panel
    panel.close()


@pytest.mark.parametrize("message", [b"", b"up", b"NEXT", b"next\n", b"\xff", b"next" * 100])
def test_what_is_no_key_is_refused(home: Home, panel: SimulatedPanel, message: bytes) -> None:
    outcome, keys = owned(panel, lambda: send_message(home.run / "sim" / "panel.sock", message))
    assert isinstance(outcome, DeviceError)
    assert keys == []


def test_who_presses_a_key_is_told_whether_it_was_felt(home: Home, panel: SimulatedPanel) -> None:
    assert owned(panel, lambda: press(home, Key.NEXT)) == (True, [Key.NEXT])
    request(home, "unplug")
    assert owned(panel, lambda: press(home, Key.NEXT)) == (False, [])


def test_without_a_screen_it_says_what_to_start(home: Home) -> None:
    with pytest.raises(DeviceError, match="no process reads the keys: start the screen"):
        press(home, Key.NEXT)


def test_a_lamp_that_cannot_be_written_is_told_and_stops_nothing(
    home: Home, panel: SimulatedPanel, caplog: pytest.LogCaptureFixture
) -> None:
    with no_room():
        panel.lamp(Lamp.ON)
    assert "shine.json cannot be written" in caplog.text
    assert shine_of(home).lamp is Lamp.OFF


def test_a_lamp_that_a_killed_process_left_burning_is_put_out(home: Home, panel: SimulatedPanel) -> None:
    panel.lamp(Lamp.BLINK)
    again = SimulatedPanel(home)
    assert shine_of(home).lamp is Lamp.OFF
    again.close()


def test_a_wish_that_nobody_knows_is_refused(home: Home) -> None:
    with pytest.raises(UnknownNameError, match="no action of the simulated panel named 'explode'; known: unplug, plug"):
        request(home, "explode")


def test_no_panel_by_choice_is_none(home: Home) -> None:
    assert open_panel(PanelSettings(), home) is None
