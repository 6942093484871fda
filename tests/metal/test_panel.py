"""The panel's driver, gpiozero and lgpio on the kernel's own GPIO lines: keys, lamp, water, kill -9, unplugging."""

from __future__ import annotations

import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.config.types import Panel as PanelSettings
from kiosk.drivers.panel.gpio import GpioPanel
from kiosk.ports.panel import Felt, Key, Lamp, PanelStatus, Sign
from tests.metal.chip import Chip
from tests.metal.devices import wait_until

TAMPER, WATER, CUP, CHOOSE, CALL = 3, 4, 5, 6, 7
PINS = PanelSettings(driver="gpio", tamper=TAMPER, water=WATER, cup=CUP, key_choose=CHOOSE, lamp_call=CALL, pour_s=30.0)
POURS_UNTIL_KILLED = """
import time
from tests.metal.test_panel import PINS, GpioPanel
panel = GpioPanel(PINS)
assert panel.pour()
print("pouring", flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module", autouse=True)
def folder() -> Iterator[None]:
    """Stand where one may write, as systemd lets the kiosk: lgpio makes a pipe in the working folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path.cwd()))  # for the process that is killed
        patch.chdir("/run")
        yield


@pytest.fixture(scope="module", autouse=True)
def pi() -> None:
    """Say what a Pi says of itself: gpiozero goes no further without."""
    said = Path("/run/cpuinfo")
    said.write_text(Path("/proc/cpuinfo").read_text() + "Revision\t: c03111\n")
    subprocess.run(["mount", "--bind", str(said), "/proc/cpuinfo"], check=True)


@pytest.fixture
def chip() -> Iterator[Chip]:
    made = Chip()
    made.plug()
    made.put(TAMPER, False)
    yield made
    made.pull()
    made.close()


def felt(panel: GpioPanel, *wanted: Felt) -> None:
    """Wait until all of them were felt."""
    left, ends = list(wanted), time.monotonic() + 10
    while left and time.monotonic() < ends:
        if select.select([panel], [], [], 1)[0]:
            left = [thing for thing in left if thing not in panel.read()]
    assert not left


def test_a_key_a_cup_and_an_opened_case_are_felt(chip: Chip) -> None:
    with closing(GpioPanel(PINS)) as panel:
        assert panel.status is PanelStatus.READY
        assert panel.senses.has_cup is False
        chip.put(CHOOSE, False)
        felt(panel, Key.CHOOSE)
        chip.put(CUP, False)
        felt(panel, Sign.CUP_PLACED)
        chip.put(TAMPER, True)
        felt(panel, Sign.OPENED)


def test_the_lamp_shines_and_is_dark_after_closing(chip: Chip) -> None:
    with closing(GpioPanel(PINS)) as panel:
        panel.lamp(Lamp.ON)
        wait_until(lambda: chip.is_driven_high(CALL), "the lamp shines")
    assert not chip.is_driven_high(CALL)


def test_water_runs_with_a_cup_alone_and_stops_when_it_is_taken(chip: Chip) -> None:
    with closing(GpioPanel(PINS)) as panel:
        assert not panel.pour()
        chip.put(CUP, False)
        felt(panel, Sign.CUP_PLACED)
        assert panel.pour()
        assert chip.is_driven_high(WATER)
        chip.put(CUP, True)
        felt(panel, Sign.STOPPED)
        assert not chip.is_driven_high(WATER)


def test_a_killed_process_leaves_the_relay_of_a_chip_that_holds_on_and_the_next_one_turns_it_off(chip: Chip) -> None:
    """A Raspberry Pi's kernel holds them, too, without strict_gpiod: there the driver pours nothing at all."""
    chip.put(CUP, False)
    with subprocess.Popen([sys.executable, "-B", "-c", POURS_UNTIL_KILLED], stdout=subprocess.PIPE) as pouring:
        assert pouring.stdout is not None
        assert pouring.stdout.readline() == b"pouring\n"
        assert chip.is_driven_high(WATER)
        pouring.kill()
    assert chip.is_driven_high(WATER)
    with closing(GpioPanel(PINS)) as panel:
        assert panel.status is PanelStatus.READY
        assert not chip.is_driven_high(WATER)


def test_a_chip_that_goes_is_offline_and_comes_back_by_itself(chip: Chip) -> None:
    with closing(GpioPanel(PINS, look_s=0.2)) as panel:
        for _ in range(5):
            chip.pull()
            wait_until(lambda: panel.status is PanelStatus.OFFLINE, "the panel is offline")
            chip.plug()
            wait_until(lambda: panel.status is PanelStatus.READY, "the panel is back")
        chip.put(CHOOSE, False)
        felt(panel, Key.CHOOSE)
