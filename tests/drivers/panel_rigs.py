"""Panels on a test bench: the simulated one, and the real driver on pins that are gpiozero's own mocks.

The chip can go and come back as one behind a USB cable does, and what is wired to its pins keeps its level meanwhile.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from gpiozero.pins.mock import MockFactory, MockPin

from kiosk.config import Home
from kiosk.config.types import Panel as PanelSettings
from kiosk.drivers.panel import gpio_parts as panel_parts
from kiosk.drivers.panel import open_panel
from kiosk.drivers.panel.gpio import GpioPanel
from kiosk.drivers.panel.simulated import press, request, shine_of
from kiosk.ports.panel import Felt, Key, Lamp, Light, Panel, Sign
from tests.drivers.control_socket_rigs import owned

POUR_S = 0.2
LOOK_S = 0.02
_BLINK_S = 0.01
_STILL_S = 0.1
"""A lamp that has not changed for ten blinks does not blink."""
PINS = PanelSettings(
    driver="gpio",
    lamp_ready=22,
    lamp_attention=23,
    lamp_fault=24,
    lamp_call=25,
    buzzer=12,
    presence=26,
    tamper=16,
    key_previous=5,
    key_next=6,
    key_choose=13,
    key_speak=19,
    near_end=20,
    cup=21,
    water=17,
    pour_s=POUR_S,
)
_LEVELS: dict[Sign, tuple[str, bool]] = {
    Sign.CAME: ("presence", True),
    Sign.LEFT: ("presence", False),
    Sign.OPENED: ("tamper", True),
    Sign.CLOSED: ("tamper", False),
    Sign.CUP_PLACED: ("cup", False),
    Sign.CUP_TAKEN: ("cup", True),
    Sign.ROLL_LOW: ("near_end", False),
    Sign.ROLL_FULL: ("near_end", True),
}


class Rig(Protocol):
    """One panel on the bench."""

    @property
    def panel(self) -> Panel:
        """The panel itself."""
        ...

    def feel(self, *things: Felt) -> Sequence[Felt]:
        """Press keys and let them go, move switches; return what the panel's owner read."""
        ...

    def shines(self) -> Lamp:
        """Look at the call lamp."""
        ...

    def lights(self) -> Light:
        """Look at the status lamp."""
        ...

    def beeps(self) -> int:
        """Tell how often the buzzer has sounded by now."""
        ...

    def pours(self) -> bool:
        """Tell whether water runs."""
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
        panel = open_panel(PanelSettings(driver="simulated", pour_s=0.5), home)
        assert panel is not None
        self.panel: Panel = panel

    def feel(self, *things: Felt) -> Sequence[Felt]:
        """Do it as another process would."""
        return owned(self.panel, lambda: [press(self.home, thing) for thing in things])[1]

    def shines(self) -> Lamp:
        """Look as the dock does."""
        return shine_of(self.home).lamp

    def lights(self) -> Light:
        """Look as the dock does."""
        return shine_of(self.home).light

    def beeps(self) -> int:
        """Look as the dock does."""
        return shine_of(self.home).beeps

    def pours(self) -> bool:
        """Look as the dock does."""
        return shine_of(self.home).water == "pouring"

    def unplug(self) -> None:
        """Ask for it as another process would."""
        request(self.home, "unplug")

    def plug(self) -> None:
        """Ask for it as another process would."""
        request(self.home, "plug")


class Chip:
    """A GPIO chip with wires on its pins."""

    def __init__(self) -> None:
        self.is_there = True
        self.levels: dict[int, bool] = {}
        self.opened = 0
        self._factory: ChipFactory | None = None

    def open(self) -> MockFactory:
        """Return a pin factory on this chip, as `LGPIOFactory()` would."""
        if not self.is_there:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "/dev/gpiochip0")
        self.opened += 1
        self._factory = ChipFactory(self)
        return self._factory

    def drive(self, number: int, level: bool) -> None:
        """Let what is wired to a pin pull it high or low."""
        self.levels[number] = level
        pin = self.pin(number)
        if pin is not None and self.is_there:
            pin.drive_high() if level else pin.drive_low()

    def pin(self, number: int | None) -> MockPin | None:
        """Return a pin as the present owner of the chip has it, None while nobody does."""
        pins = self._factory.pins if self._factory is not None else {}
        return next((pin for info, pin in pins.items() if f"GPIO{number}" == info.name), None)


class ChipFactory(MockFactory):  # type: ignore[misc]  # gpiozero ships no types
    """A mock factory whose pins are those of a chip."""

    def __init__(self, chip: Chip) -> None:
        super().__init__(pin_class=ChipPin)
        self.chip = chip


class ChipPin(MockPin):  # type: ignore[misc]  # the same
    """A pin that raises when its chip is gone, and has the level of the wire on it when it is opened."""

    def close(self) -> None:
        """Let go as lgpio's pins do, which keep whoever listens to them."""
        self.function = "input"

    def _get_state(self) -> object:
        self._check()
        return super()._get_state()

    def _set_state(self, value: object) -> None:
        self._check()
        super()._set_state(value)

    def _set_pull(self, value: object) -> None:
        self._check()
        super()._set_pull(value)
        level = self.factory.chip.levels.get(int(self.info.name.removeprefix("GPIO")))
        if level is not None:
            self._change_state(level)

    def _check(self) -> None:
        if not self.factory.chip.is_there:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))


class GpioRig:
    """The real driver on mock pins."""

    def __init__(self, settings: PanelSettings = PINS) -> None:
        self.chip = Chip()
        self.chip.levels = {16: False}  # a closed case holds its switch to ground
        self.panel: GpioPanel = GpioPanel(settings, self.chip.open, LOOK_S, lambda: False)

    def feel(self, *things: Felt) -> Sequence[Felt]:
        """Let the contacts close and open."""

        def do() -> None:
            for thing in things:
                self._do(thing)

        return owned(self.panel, do)[1]

    def shines(self) -> Lamp:
        """Watch the pin for a while."""
        return self._watched("lamp_call")

    def lights(self) -> Light:
        """Watch three pins; a fault has to blink."""
        seen = {light: self._watched(f"lamp_{light}") for light in (Light.READY, Light.ATTENTION, Light.FAULT)}
        on = [light for light, lamp in seen.items() if lamp is not Lamp.OFF]
        assert len(on) <= 1, f"more than one lamp is on: {seen}"
        if on:
            assert seen[on[0]] is (Lamp.BLINK if on[0] is Light.FAULT else Lamp.ON)
        return on[0] if on else Light.OFF

    def beeps(self) -> int:
        """Count how often the pin went high."""
        pin = self.chip.pin(PINS.buzzer)
        return sum(bool(state.state) for state in pin.states[1:]) if pin is not None else 0

    def pours(self) -> bool:
        """Look at the relay's pin: an input drives nothing."""
        pin = self.chip.pin(PINS.water)
        return pin is not None and pin._function == "output" and bool(pin._state)

    def unplug(self) -> None:
        """Let the chip be gone."""
        self.chip.is_there = False

    def plug(self) -> None:
        """Let it be there again."""
        self.chip.is_there = True

    def _do(self, thing: Felt) -> None:
        if isinstance(thing, Key):
            pin = getattr(PINS, f"key_{thing}")
            self.chip.drive(pin, False)
            self.chip.drive(pin, True)
        else:
            name, level = _LEVELS[thing]
            self.chip.drive(getattr(PINS, name), level)

    def _watched(self, name: str) -> Lamp:
        pin = self.chip.pin(getattr(PINS, name))
        if pin is None or pin._function != "output":
            return Lamp.OFF
        before, ends = len(pin.states), time.monotonic() + _STILL_S
        while time.monotonic() < ends:
            if len(pin.states) - before > 1:
                return Lamp.BLINK
            time.sleep(_BLINK_S / 2)
        return Lamp.ON if pin._state else Lamp.OFF


@contextmanager
def simulated_rig(folder: Path) -> Iterator[Rig]:
    """The simulated panel."""
    rig = SimulatedRig(Home.at(folder))
    yield rig
    rig.panel.close()


@contextmanager
def gpio_rig(_folder: Path) -> Iterator[Rig]:
    """The real driver; its lamps blink faster than an eye would like."""
    slow = panel_parts.CALL_BLINK_S, panel_parts.FAULT_BLINK_S
    panel_parts.CALL_BLINK_S = panel_parts.FAULT_BLINK_S = _BLINK_S
    rig = GpioRig()
    try:
        yield rig
    finally:
        rig.panel.close()
        panel_parts.CALL_BLINK_S, panel_parts.FAULT_BLINK_S = slow
