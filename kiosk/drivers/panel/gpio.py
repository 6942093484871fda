"""The real panel, on the pins of a Raspberry Pi: gpiozero and lgpio, wired as docs/hardware.md shows.

The pin library reports changes on its own threads. They are queued, and `fileno()` becomes readable. A thread checks
every few seconds whether the GPIO chip is present.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

from kiosk.config.types import Panel as PanelSettings
from kiosk.drivers.panel.gpio_parts import Factory, Parts, default_factory, is_held_after_us
from kiosk.drivers.panel.pouring import Pouring
from kiosk.drivers.panel.wakeup import Wakeup
from kiosk.ports.panel import Felt, Lamp, Light, PanelStatus, Senses, Sign, Water
from kiosk.records import replace
from kiosk.threads import thread

log = logging.getLogger(__name__)

_LOOK_S = 5.0
"""Interval between two checks of the chip."""


class GpioPanel:
    """A panel; each of its parts exists when the settings name its pin."""

    def __init__(
        self,
        settings: PanelSettings,
        factory: Callable[[], Factory] = default_factory,
        look_s: float = _LOOK_S,
        is_held: Callable[[], bool] = is_held_after_us,
    ) -> None:
        """Open the panel, if it is connected.

        Args:
            factory: creates gpiozero's pin factory each time the chip is opened.
            is_held: whether the kernel would leave the relay on after this process died; then no water is poured.
        """
        self._settings = settings
        self._factory = factory
        self._look_s = look_s
        self._lock = threading.RLock()
        self._parts: Parts | None = None
        self._felt: deque[Felt] = deque()
        self._known, self._knowing = Senses(), threading.Lock()
        self._lamp, self._light = Lamp.OFF, Light.OFF
        self._has_said_gone = False
        self._wakeup = Wakeup()
        self._closing = threading.Event()
        self._is_safe = settings.water is None or not is_held()
        if not self._is_safe:
            log.warning(
                "water is disabled: this kernel would leave the relay on; add dtparam=strict_gpiod to config.txt"
            )
        self._pouring = Pouring(self._valve, settings.pour_s, self._hear)
        self._open()
        self._watcher = thread("panel", self._watch)
        self._watcher.start()

    @property
    def status(self) -> PanelStatus:
        """Whether the chip is present and its pins are claimed."""
        with self._lock:  # a reconnecting panel counts as offline until its lamps are set
            return PanelStatus.OFFLINE if self._parts is None else PanelStatus.READY

    @property
    def senses(self) -> Senses:
        """The present state of the switches."""
        with self._lock:
            return Senses() if self._parts is None else replace(self._known, water=self._water())

    def fileno(self) -> int:
        """Return a descriptor that is readable after a key, a change of a switch, or a change of status."""
        return self._wakeup.fileno()

    def read(self) -> Sequence[Felt]:
        """Return the keys and signals since the last call."""
        self._wakeup.settle()
        return [self._felt.popleft() for _ in range(len(self._felt))]

    def lamp(self, state: Lamp) -> None:
        """Set the call lamp."""
        self._lamp = state
        self._do(lambda parts: parts.lamp(state))

    def light(self, state: Light) -> None:
        """Set the status lamp."""
        self._light = state
        self._do(lambda parts: parts.light(state))

    def beep(self, times: int = 1) -> None:
        """Sound the buzzer."""
        self._do(lambda parts: parts.beep(times))

    def pour(self) -> bool:
        """Fill the cup, if one is in place; return whether the water runs."""
        with self._lock:
            self._do(self._look)  # after a lost edge the cup may be absent
            runs = self._may_pour() and self._pouring.start()
            if runs and not self._known.has_cup:  # removed meanwhile: its signal came before the water ran
                self._pouring.stop()
            return runs

    def stop(self) -> None:
        """Turn the water off."""
        self._pouring.stop()

    def close(self) -> None:
        """Release the pins; closing twice is fine."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._pouring.stop()
        self._watcher.join()
        with self._lock:
            parts, self._parts = self._parts, None
            if parts is not None:
                parts.close()
            self._felt.clear()
        self._wakeup.close()

    def _may_pour(self) -> bool:
        return self._parts is not None and self._water() is Water.READY and bool(self._known.has_cup)

    def _water(self) -> Water | None:
        if self._settings.water is None:
            return None
        if self._pouring.is_on:
            return Water.POURING
        return Water.READY if self._is_safe and not self._known.is_open else Water.BLOCKED

    def _valve(self, is_open: bool) -> None:
        if self._parts is not None:
            self._parts.valve(is_open)

    def _hear(self, thing: Felt) -> None:
        """Queue a signal of a pin or of the water; any thread."""
        if isinstance(thing, Sign):
            with self._knowing:
                before, after = self._known, self._known.after(thing)
                self._known = after
            if thing in (Sign.CUP_TAKEN, Sign.OPENED):
                self._pouring.stop()
            if after is not before and after == before:
                return  # already reported by the watching thread
        self._felt.append(thing)
        self._wakeup.wake()

    def _watch(self) -> None:
        while not self._closing.wait(self._look_s):
            if self._parts is None:
                self._open()
            else:
                self._do(self._look)

    def _look(self, parts: Parts) -> None:
        """Check that the chip is present, and whether a switch has changed without an edge."""
        for sign in parts.signs():
            self._hear(sign)

    def _open(self) -> None:
        """Open the pins in the requested state; log once when that fails."""
        try:
            parts = Parts(self._settings, self._factory(), self._hear)
        except Exception as error:  # noqa: BLE001 - lgpio, gpiozero and the kernel each have errors of their own
            self._say_gone(error)
            return
        with self._lock:
            self._parts = parts
            was_gone, self._has_said_gone = self._has_said_gone, False
            self._do(self._settle)
            if was_gone and self._parts is not None:
                log.info("the panel is back")
                self._wakeup.wake()

    def _settle(self, parts: Parts) -> None:
        parts.lamp(self._lamp)
        parts.light(self._light)
        with self._knowing:
            known, settings = self._known, self._settings
            self._known = Senses(
                is_somebody=_or_false(known.is_somebody, settings.presence),
                is_open=_or_false(known.is_open, settings.tamper),
                has_cup=_or_false(known.has_cup, settings.cup),
                is_roll_low=_or_false(known.is_roll_low, settings.near_end),
            )
        self._look(parts)

    def _do(self, what: Callable[[Parts], None]) -> None:
        """Call a function with the parts; when it fails, the panel is offline."""
        with self._lock:
            parts = self._parts
            if parts is None:
                return
            try:
                what(parts)
            except Exception as error:  # noqa: BLE001 - as in `_open`
                self._parts = None
                self._felt.clear()
                self._pouring.stop()
                parts.close()
                self._say_gone(error)
                self._wakeup.wake()

    def _say_gone(self, error: Exception) -> None:
        if not self._has_said_gone:
            self._has_said_gone = True
            why = str(error) or type(error).__name__
            log.warning("the panel is offline: %s; trying again every %g seconds", why, self._look_s)


def _or_false(known: bool | None, pin: int | None) -> bool | None:
    """Return the known state of a switch; one that was not read yet counts as inactive."""
    return None if pin is None else bool(known)
