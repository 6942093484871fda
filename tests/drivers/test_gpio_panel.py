"""The real panel on mock pins: how it is wired, what it does without pins or chip, and its relay's fail-safe."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory
from msgspec.structs import replace

from kiosk.config import Home
from kiosk.config.types import Panel as PanelSettings
from kiosk.drivers.panel import open_panel
from kiosk.drivers.panel.gpio import GpioPanel
from kiosk.drivers.panel.gpio_parts import BOUNCE_S, Parts, is_held_after_us
from kiosk.ports.panel import Key, Lamp, Light, PanelStatus, Senses, Sign, Water
from tests.drivers.control_socket_rigs import PATIENCE_S, is_readable
from tests.drivers.panel_losses import held, lose_and_find
from tests.drivers.panel_rigs import LOOK_S, PINS, Chip, GpioRig

LOSSES = 20
"""In the suite; `python -m tests.drivers.panel_losses` does 200 and watches the memory."""


@pytest.fixture
def rig() -> Iterator[GpioRig]:
    rig = GpioRig()
    yield rig
    rig.panel.close()


def test_contacts_are_pulled_up_and_debounced_and_a_sensor_drives_its_own_pin(rig: GpioRig) -> None:
    for name in ("key_next", "tamper", "cup", "near_end"):
        pin = rig.chip.pin(getattr(PINS, name))
        assert pin is not None
        assert (pin.function, pin.pull, pin.bounce) == ("input", "up", BOUNCE_S), name
    pin = rig.chip.pin(PINS.presence)
    assert pin is not None
    assert (pin.function, pin.pull) == ("input", "down")


def test_a_key_that_is_held_says_nothing_more(rig: GpioRig) -> None:
    assert PINS.key_next is not None
    rig.chip.drive(PINS.key_next, False)
    assert is_readable(rig.panel, PATIENCE_S)
    assert rig.panel.read() == [Key.NEXT]
    for _ in range(20):
        rig.panel._do(rig.panel._look)
    rig.chip.drive(PINS.key_next, True)
    assert rig.panel.read() == []
    assert not any("Hold" in type(thread).__name__ for thread in threading.enumerate())


def test_nobody_listens_any_more_to_a_pin_that_was_let_go_of(rig: GpioRig) -> None:
    pins = [rig.chip.pin(getattr(PINS, name)) for name in ("key_next", "tamper", "cup", "presence")]
    assert all(pin is not None and pin.when_changed is not None for pin in pins)
    parts = rig.panel._parts  # or its listeners would be collected, and only look as if they had gone
    rig.panel.close()
    assert parts is not None
    assert all(pin is not None and pin.when_changed is None for pin in pins)


def test_a_cut_wire_of_the_case_is_an_open_case() -> None:
    chip = Chip()  # nothing holds the pin to ground
    with closing(GpioPanel(PINS, chip.open, LOOK_S, lambda: False)) as panel:
        assert panel.read() == [Sign.OPENED]
        assert panel.senses.is_open


def test_what_was_moved_before_anybody_looked_is_told_at_the_beginning() -> None:
    chip = Chip()
    chip.levels = {16: False, 21: False, 26: True}
    with closing(GpioPanel(PINS, chip.open, LOOK_S, lambda: False)) as panel:
        assert set(panel.read()) == {Sign.CAME, Sign.CUP_PLACED}


def test_a_case_that_was_opened_while_the_chip_was_gone_is_told_when_it_is_back(rig: GpioRig) -> None:
    rig.unplug()
    assert is_readable(rig.panel, PATIENCE_S)
    rig.panel.read()
    rig.chip.drive(16, True)
    rig.plug()
    assert is_readable(rig.panel, PATIENCE_S)
    assert rig.panel.read() == [Sign.OPENED]


def test_an_edge_that_never_came_is_found_by_looking(rig: GpioRig) -> None:
    pin = rig.chip.pin(PINS.tamper)
    assert pin is not None
    pin._change_state(True)  # no callback: a library thread that died, an interrupt that was lost
    assert is_readable(rig.panel, PATIENCE_S)
    assert rig.panel.read() == [Sign.OPENED]


def test_a_cup_whose_going_was_not_noticed_is_not_filled(rig: GpioRig) -> None:
    rig.feel(Sign.CUP_PLACED)
    pin = rig.chip.pin(PINS.cup)
    assert pin is not None
    pin._change_state(True)
    assert not rig.panel.pour()


def test_a_lamp_that_blinks_when_its_chip_goes_stops_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    complaints: list[object] = []
    monkeypatch.setattr(threading, "excepthook", complaints.append)
    monkeypatch.setattr("kiosk.drivers.panel.gpio_parts.FAULT_BLINK_S", 0.001)
    chip = Chip()
    parts = Parts(PINS, chip.open(), lambda _felt: None)
    with closing(parts):
        parts.light(Light.FAULT)
        (blinking,) = (thread for thread in threading.enumerate() if type(thread).__name__ == "GPIOThread")
        chip.is_there = False
        blinking.join(PATIENCE_S)
    assert complaints == []


def test_a_part_without_a_pin_is_no_part() -> None:
    chip = Chip()
    keys = PanelSettings(driver="gpio", key_next=6)
    with closing(GpioPanel(keys, chip.open, LOOK_S, lambda: False)) as panel:
        panel.lamp(Lamp.ON)
        panel.light(Light.FAULT)
        panel.beep(2)
        assert not panel.pour()
        assert panel.senses == Senses()
        assert chip._factory is not None
        assert [info.name for info in chip._factory.pins] == ["GPIO6"]


def test_gone_and_back_are_one_line_each(rig: GpioRig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    rig.unplug()
    assert is_readable(rig.panel, PATIENCE_S)
    rig.panel.read()
    tries = threading.Semaphore(0)

    def again() -> MockFactory:
        tries.release()
        return rig.chip.open()

    rig.panel._factory = again
    for _ in range(3):
        assert tries.acquire(timeout=PATIENCE_S)
    rig.plug()
    assert is_readable(rig.panel, PATIENCE_S)
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "the panel is offline",
        "the panel is back",
    ]


def test_without_a_chip_it_is_offline_and_looked_for() -> None:
    chip = Chip()
    chip.is_there = False
    with closing(GpioPanel(PINS, chip.open, LOOK_S, lambda: False)) as panel:
        assert panel.status == "offline"
        chip.is_there = True
        assert is_readable(panel, PATIENCE_S)
        assert panel.status == "ready"


def test_a_pin_in_other_hands_leaves_no_other_pin_taken() -> None:
    chip = Chip()

    class Stingy(MockFactory):  # type: ignore[misc]  # gpiozero ships no types
        def pin(self, name: object, pin_class: object = None, **more: object) -> object:
            if "21" in str(name):
                raise OSError(16, "Device or resource busy")
            return super().pin(name)

    stingy = Stingy()
    with closing(GpioPanel(PINS, lambda: stingy, LOOK_S, lambda: False)) as panel:
        assert panel.status is PanelStatus.OFFLINE
        assert not stingy.pins
    assert chip.opened == 0


def test_no_mock_takes_the_place_of_a_pin_library_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)
    monkeypatch.setitem(sys.modules, "gpiozero.pins.lgpio", None)  # as without python3-lgpio, on any machine
    panel = open_panel(PINS, Home.at(tmp_path))
    assert panel is not None
    with closing(panel):
        assert panel.status is PanelStatus.OFFLINE
    assert "the panel is offline: " in caplog.text


def test_the_environment_may_ask_for_mock_pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    panel = open_panel(replace(PINS, water=None), Home.at(tmp_path))
    assert panel is not None
    with closing(panel):
        assert panel.status is PanelStatus.READY


@pytest.mark.parametrize(("text", "is_held"), [("Y\n", True), ("N\n", False), (None, False)])
def test_a_kernel_that_holds_outputs_of_the_dead_gets_no_relay(tmp_path: Path, text: str | None, is_held: bool) -> None:
    place = tmp_path / "persist_gpio_outputs"
    if text is not None:
        place.write_text(text)
    assert is_held_after_us((tmp_path / "none", place)) is is_held
    chip = Chip()
    chip.levels = {16: False, 21: False}
    with closing(GpioPanel(PINS, chip.open, LOOK_S, lambda: is_held_after_us((place,)))) as panel:
        assert panel.senses.water is (Water.BLOCKED if is_held else Water.READY)
        assert panel.pour() is not is_held


def test_a_screen_that_hangs_leaves_no_water_running(rig: GpioRig) -> None:
    """Nobody reads, nobody asks: the driver alone turns the water off."""
    rig.feel(Sign.CUP_PLACED)
    assert rig.panel.pour()
    ended = [thread for thread in threading.enumerate() if thread.name == "water"]
    for thread in ended:
        thread.join(PATIENCE_S)
    assert len(ended) == 1
    assert not rig.pours()


CHILD = """
import os, sys, time
from pathlib import Path
from gpiozero.pins.mock import MockFactory, MockPin
from kiosk.drivers.panel.gpio import GpioPanel
from tests.drivers.panel_rigs import PINS
from msgspec.structs import replace

line = Path(sys.argv[1])

class Wired(MockPin):
    def _set_state(self, value):
        super()._set_state(value)
        if "17" in self.info.name:
            with line.open("a") as file:
                file.write("1" if value else "0")

    def _set_pull(self, value):
        super()._set_pull(value)
        if self.info.name in ("GPIO16", "GPIO21"):
            self._change_state(False)

panel = GpioPanel(replace(PINS, pour_s=30), lambda: MockFactory(pin_class=Wired), 5.0, lambda: False)
assert panel.pour() is True
print("pouring", flush=True)
{end}
"""


def _ends(line: Path, end: str) -> subprocess.Popen[str]:
    program = textwrap.dedent(CHILD).replace("{end}", end)
    command = [sys.executable, "-c", program, str(line)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )


@pytest.mark.parametrize(
    "end",
    ["panel.close()", "sys.exit(3)", "raise RuntimeError('a crash')"],
    ids=["close", "exit", "crash"],
)
def test_however_the_process_ends_by_itself_the_water_is_off(tmp_path: Path, end: str) -> None:
    line = tmp_path / "relay"
    wrapped = f"from contextlib import closing\nwith closing(panel):\n    {end}" if "close" not in end else end
    with _ends(line, wrapped) as child:
        child.communicate(timeout=30)
    assert "1" in line.read_text()
    assert line.read_text()[-1] == "0"


def test_kill_9_leaves_the_line_to_the_kernel_and_the_next_process_turns_it_off_first(tmp_path: Path) -> None:
    """What no program can do for itself: the line stays as it was, for the kernel to release and the wiring to hold."""
    line = tmp_path / "relay"
    with _ends(line, "sys.stdin.read()") as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "pouring\n"
        os.kill(child.pid, signal.SIGKILL)
        child.wait(timeout=30)
        assert line.read_text()[-1] == "1"
    after = tmp_path / "after"
    with _ends(after, "os._exit(0)") as child:
        child.communicate(timeout=30)
    assert after.read_text()[0] == "0", "before it does anything else"


def test_lost_and_found_again_it_leaks_no_descriptor_and_no_thread(rig: GpioRig) -> None:
    chance = random.Random(4)
    rig.panel.lamp(Lamp.BLINK)
    rig.panel.light(Light.FAULT)
    lose_and_find(rig, chance)
    before = held()
    for _ in range(LOSSES):
        lose_and_find(rig, chance)
    assert all(now <= then for now, then in zip(held(), before, strict=True))
    assert rig.feel(Key.NEXT) == [Key.NEXT]
