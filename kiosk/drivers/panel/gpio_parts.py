"""The parts of a real panel on their pins: keys, switches, lamps, buzzer and relay, opened and closed together.

The wiring is in docs/hardware.md. Keys, tamper, cup and near-end switches connect to ground and use internal pull-ups.
A presence sensor drives its pin high. Lamps, buzzer and relay are on when their pin is high. The tamper switch is
closed while the case is closed, so a cut wire counts as an open case.
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
"""A contact that opens again within this time was bouncing. A tactile switch settles in 10 ms at most.

Source: Omron B3F datasheet, "bounce time 5 ms max"; a worn one takes longer.
"""
CALL_BLINK_S = 0.5
FAULT_BLINK_S = 0.25
"""Twice as fast as a call, so that a fault is not signalled by colour alone."""
_BEEP_S = 0.12
_KEYS = {key: f"key_{key}" for key in Key}
_SWITCHES: dict[str, tuple[bool, Sign, Sign]] = {
    "presence": (False, Sign.CAME, Sign.LEFT),
    "tamper": (True, Sign.CLOSED, Sign.OPENED),
    "cup": (True, Sign.CUP_PLACED, Sign.CUP_TAKEN),
    "near_end": (True, Sign.ROLL_LOW, Sign.ROLL_FULL),
}
"""Whether a switch has a pull-up (and connects to ground), and its signals while active and inactive."""
_LIGHTS = {Light.READY: "lamp_ready", Light.ATTENTION: "lamp_attention", Light.FAULT: "lamp_fault"}
_HELD = tuple(
    Path("/sys/module", module, "parameters/persist_gpio_outputs") for module in ("pinctrl_bcm2835", "pinctrl_rp1")
)

Factory = Any
Device = Any
"""gpiozero's pin factory and device; gpiozero has no type hints."""


def default_factory() -> Factory:
    """Return the pin factory: lgpio or the one that GPIOZERO_PIN_FACTORY names, without a fallback."""
    # gpiozero would fall back to three other libraries, the last of which writes to /dev/mem.
    return gpiozero.Device._default_pin_factory() if "GPIOZERO_PIN_FACTORY" in os.environ else _lgpio()


def is_held_after_us(places: tuple[Path, ...] = _HELD) -> bool:
    """Tell whether the kernel keeps an output's level after the process that drove it has died.

    Raspberry Pi kernels do, unless config.txt contains `dtparam=strict_gpiod`.
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
        """Blink on gpiozero's thread; end quietly when the chip has gone, which the watching thread reports."""
        try:
            super()._blink_device(*arguments)
        except Exception:
            log.debug("an output has stopped blinking", exc_info=True)


class Parts:
    """The parts of one panel.

    Raises:
        Exception: any error of the pin library: there is no chip, or a pin is in use.
    """

    def __init__(self, panel: Panel, factory: Factory, hear: Callable[[Felt], None]) -> None:
        self._factory = factory
        self._out: dict[str, Device] = {}
        self._switches: dict[str, Device] = {}
        self._keys: list[Device] = []
        try:
            # The relay first: a killed program may have left it on.
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
        # Not gpiozero's Button: it starts a thread per key for the detection of held keys, which is not used here.
        bounce_s = BOUNCE_S if is_pulled_up else None
        return gpiozero.DigitalInputDevice(pin, pull_up=is_pulled_up, bounce_time=bounce_s, pin_factory=self._factory)

    def signs(self) -> Iterator[Sign]:
        """Read every switch and yield its signal; raises when the pins cannot be read."""
        for device in self._keys:
            device.is_active  # noqa: B018 - reading it checks the chip
        for name, device in self._switches.items():
            _, active, inactive = _SWITCHES[name]
            yield active if device.is_active else inactive

    def lamp(self, state: Lamp) -> None:
        """Set the call lamp."""
        self._shine("lamp_call", is_on=state is not Lamp.OFF, blink_s=CALL_BLINK_S if state is Lamp.BLINK else 0)

    def light(self, state: Light) -> None:
        """Turn on the lamp of a state and turn off the others."""
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
        """Release every pin, the relay first: it is turned off and becomes an input."""
        for device in self._out.values():
            with suppress(Exception):
                device.off()
        for device in (*self._keys, *self._switches.values()):
            # gpiozero 2.0 leaves lgpio a callback for a closed pin: the next edge would end lgpio's only thread, and no
            # panel of this process would receive a key again.
            with suppress(Exception):
                device.pin.when_changed = None
        for device in (*self._out.values(), *self._keys, *self._switches.values()):
            with suppress(Exception):
                device.close()
            device._pin = None  # else its finalizer would close it again and print an error
        with suppress(Exception):
            # All lgpio factories of a process share their pins: remove those of a chip that has gone.
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
