"""The parts of a real panel on their pins: keys, switches, lamps, buzzer and relay, opened and let go of together.

How each is wired stands in docs/hardware.md: keys, tamper, cup and near-end switches go to ground and are pulled up
inside; a presence sensor drives its pin high; lamps, buzzer and relay are on when their pin is high. A switch of the
case is closed while the case is, so that a cut wire looks like an open case.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import gpiozero

from kiosk.config.types import Panel
from kiosk.ports.panel import Felt, Key, Lamp, Light, Sign

log = logging.getLogger(__name__)

BOUNCE_S = 0.03
"""A contact that opens again within this was bouncing. A tactile switch settles in 10 ms at most.

Source: Omron B3F datasheet, "bounce time 5 ms max"; a worn one takes longer.
"""
CALL_BLINK_S = 0.5
FAULT_BLINK_S = 0.25
"""Twice as fast as a call, and never by its colour alone that a fault is known."""
_BEEP_S = 0.12
_KEYS = {key: f"key_{key}" for key in Key}
_SWITCHES: dict[str, tuple[bool, Sign, Sign]] = {
    "presence": (False, Sign.CAME, Sign.LEFT),
    "tamper": (True, Sign.CLOSED, Sign.OPENED),
    "cup": (True, Sign.CUP_PLACED, Sign.CUP_TAKEN),
    "near_end": (True, Sign.ROLL_LOW, Sign.ROLL_FULL),
}
"""Whether a switch is pulled up (and goes to ground), and what it says while active and while not."""
_LIGHTS = {Light.READY: "lamp_ready", Light.ATTENTION: "lamp_attention", Light.FAULT: "lamp_fault"}
_HELD = tuple(
    Path("/sys/module", module, "parameters/persist_gpio_outputs") for module in ("pinctrl_bcm2835", "pinctrl_rp1")
)

Factory = Any
Device = Any
"""What gpiozero calls a pin factory, and a device on a pin; it ships no types."""


def default_factory() -> Factory:
    """Return what reaches the pins: lgpio, or what GPIOZERO_PIN_FACTORY names, and nothing else in their place."""
    # gpiozero itself would go on to three other libraries, the last of which writes to /dev/mem.
    return gpiozero.Device._default_pin_factory() if "GPIOZERO_PIN_FACTORY" in os.environ else _lgpio()


def is_held_after_us(places: tuple[Path, ...] = _HELD) -> bool:
    """Tell whether this machine leaves an output as it is when the program that drove it has died.

    Raspberry Pi's kernels do, unless config.txt says `dtparam=strict_gpiod`.
    Source: github.com/raspberrypi/linux/pull/6117 and /pull/6150.
    """
    for place in places:
        with suppress(OSError):
            if place.read_text(encoding="ascii").strip() in ("Y", "1"):
                return True
    return False


class _Output(gpiozero.LED):  # type: ignore[misc] # it ships no types
    """A lamp, the buzzer or the relay."""

    def _blink_device(self, *arguments: object) -> None:
        """Blink, on gpiozero's own thread, as long as there is a chip: that it has gone is told by who looks for it."""
        try:
            super()._blink_device(*arguments)
        except Exception:
            log.debug("an output has stopped blinking", exc_info=True)


class Parts:
    """What is wired to the pins of one panel.

    Raises:
        Exception: whatever the pin library says when there is no chip, or a pin is in other hands.
    """

    def __init__(self, panel: Panel, factory: Factory, hear: Callable[[Felt], None]) -> None:
        self._factory = factory
        self._out: dict[str, Device] = {}
        self._switches: dict[str, Device] = {}
        self._keys: list[Device] = []
        try:
            # The relay first: whatever a program that was killed has left on is off before anything else.
            for name in ("water", "buzzer", "lamp_call", *_LIGHTS.values()):
                if (pin := getattr(panel, name)) is not None:
                    self._out[name] = _Output(pin, pin_factory=factory)
            for key, name in _KEYS.items():
                if (pin := getattr(panel, name)) is not None:
                    device = self._input(pin, is_pulled_up=True)
                    device.when_activated = _saying(hear, key)
                    self._keys.append(device)
            for name, (is_pulled_up, active, inactive) in _SWITCHES.items():
                if (pin := getattr(panel, name)) is not None:
                    device = self._switches[name] = self._input(pin, is_pulled_up)
                    device.when_activated = _saying(hear, active)
                    device.when_deactivated = _saying(hear, inactive)
        except BaseException:
            self.close()
            raise

    def _input(self, pin: int, is_pulled_up: bool) -> Device:
        # Not gpiozero's Button: that one has a thread of its own for keys that are held, which here say nothing.
        bounce_s = BOUNCE_S if is_pulled_up else None
        return gpiozero.DigitalInputDevice(pin, pull_up=is_pulled_up, bounce_time=bounce_s, pin_factory=self._factory)

    def signs(self) -> Iterator[Sign]:
        """Look at every switch, and yield what it says now; raises when the pins cannot be read any more."""
        for device in self._keys:
            device.is_active  # noqa: B018 - it is read to see whether it can be
        for name, device in self._switches.items():
            _, active, inactive = _SWITCHES[name]
            yield active if device.is_active else inactive

    def lamp(self, state: Lamp) -> None:
        """Let the call lamp shine."""
        self._shine("lamp_call", is_on=state is not Lamp.OFF, blink_s=CALL_BLINK_S if state is Lamp.BLINK else 0)

    def light(self, state: Light) -> None:
        """Let the one lamp of a state shine, and the others be dark."""
        for light, name in _LIGHTS.items():
            self._shine(name, is_on=light is state, blink_s=FAULT_BLINK_S if light is Light.FAULT else 0)

    def beep(self, times: int) -> None:
        """Sound the buzzer."""
        if "buzzer" in self._out:
            self._out["buzzer"].blink(_BEEP_S, _BEEP_S, n=times)

    def valve(self, is_open: bool) -> None:
        """Turn the relay on or off."""
        if "water" in self._out:
            self._out["water"].value = is_open

    def close(self) -> None:
        """Let go of every pin, the relay first: off, and an input again."""
        for device in self._out.values():
            with suppress(Exception):
                device.off()
        for device in (*self._keys, *self._switches.values()):
            # gpiozero 2.0 leaves lgpio a callback for a pin that is no more: the next edge would end lgpio's only
            # thread, and no panel of this process would feel a key again.
            with suppress(Exception):
                device.pin.when_changed = None
        for device in (*self._out.values(), *self._keys, *self._switches.values()):
            with suppress(Exception):
                device.close()
            device._pin = None  # one that could not be closed would try again when it is collected, and complain aloud
        with suppress(Exception):
            # All lgpio factories of a process share their pins: those of a chip that is gone must not meet the next.
            self._factory.pins.clear()
            self._factory.close()

    def _shine(self, name: str, is_on: bool, blink_s: float) -> None:
        if name in self._out:
            device = self._out[name]
            if is_on and blink_s:
                device.blink(blink_s, blink_s)
            else:
                device.value = is_on


def _saying(hear: Callable[[Felt], None], thing: Felt) -> Callable[[], None]:
    return lambda: hear(thing)


def _lgpio() -> Factory:
    from gpiozero.pins.lgpio import LGPIOFactory

    return LGPIOFactory()
