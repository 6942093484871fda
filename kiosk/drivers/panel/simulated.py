"""The simulated panel: `kiosk sim panel` and the dock press its keys and move its switches, its lamps shine in a file.

It has every part. Its hatch is `run/sim/panel.sock`, a message is the name of a key or of a sign. What can be seen and
heard of it is `run/sim/panel/shine.json`.
"""

from __future__ import annotations

import logging
import select
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kiosk.config import Home
from kiosk.drivers import simulated_cable
from kiosk.drivers.control_file import load
from kiosk.drivers.control_socket import OK, ControlSocket, hand_in
from kiosk.drivers.panel.pouring import Pouring
from kiosk.drivers.panel.wakeup import Wakeup
from kiosk.errors import DeviceError
from kiosk.files import replace_file
from kiosk.ports.panel import Felt, Key, Lamp, Light, PanelStatus, Senses, Sign, Water
from kiosk.records import replace

log = logging.getLogger(__name__)

_LONGEST_BYTES = 64
MOVABLE = tuple(sign for sign in Sign if sign not in (Sign.POURED, Sign.STOPPED))
"""What others may do to it; how the water ends is its own to say."""

actions = simulated_cable.actions


class PanelOutput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What can be seen and heard of a panel; `beeps` counts since it was opened."""

    lamp: Lamp = Lamp.OFF
    light: Light = Light.OFF
    beeps: int = 0
    is_somebody: bool = False
    is_open: bool = False
    has_cup: bool = False
    is_roll_low: bool = False
    water: Water = Water.READY


class SimulatedPanel:
    """A panel whose keys others press.

    Raises:
        OSError: the run directory cannot be written.
    """

    def __init__(self, home: Home, pour_s: float = 6.0) -> None:
        self._shine_file = _shine_file(home)
        self._shine = PanelOutput()
        self._writing = threading.RLock()
        self._felt: list[Felt] = []
        self._control_socket = ControlSocket(_socket_file(home), _control_file(home), _LONGEST_BYTES, self._take)
        self._wakeup = Wakeup()
        self._epoll = select.epoll()
        for source in (self._control_socket, self._wakeup):
            self._epoll.register(source, select.EPOLLIN)
        self._senses = Senses(is_somebody=False, is_open=False, has_cup=False, is_roll_low=False)
        self._is_pouring = False
        self._pouring = Pouring(self._valve, pour_s, self._end)

    @property
    def status(self) -> PanelStatus:
        """Whether it is plugged in."""
        return PanelStatus.READY if self._control_socket.is_plugged else PanelStatus.OFFLINE

    @property
    def senses(self) -> Senses:
        """What it senses while it is plugged in."""
        return replace(self._senses, water=self._water()) if self._control_socket.is_plugged else Senses()

    def fileno(self) -> int:
        """Return what is readable when something was done to it, or the cable was moved."""
        return -1 if self._epoll.closed else self._epoll.fileno()

    def read(self) -> Sequence[Felt]:
        """Return what was felt since the last call."""
        self._wakeup.settle()
        self._control_socket.serve()
        if not self._control_socket.is_plugged:
            self._felt.clear()
            self._pouring.stop()
        felt, self._felt = self._felt, []
        return felt

    def lamp(self, state: Lamp) -> None:
        """Write down how the call lamp shines."""
        self._show(lamp=state)

    def light(self, state: Light) -> None:
        """Write down how the status lamp shines."""
        self._show(light=state)

    def beep(self, times: int = 1) -> None:
        """Count how often the buzzer was heard."""
        if self._control_socket.is_plugged:
            self._show(beeps=self._shine.beeps + times)

    def pour(self) -> bool:
        """Fill the cup that stands there."""
        senses = self.senses
        return bool(senses.water is Water.READY and senses.has_cup and self._pouring.start())

    def stop(self) -> None:
        """Turn the water off."""
        self._pouring.stop()

    def close(self) -> None:
        """Be no panel any more; closing twice is fine."""
        if self._epoll.closed:
            return
        self._pouring.stop()
        self._show(lamp=Lamp.OFF, light=Light.OFF)
        self._epoll.close()
        self._control_socket.close()
        self._wakeup.close()

    def _water(self) -> Water:
        if self._is_pouring:
            return Water.POURING
        return Water.BLOCKED if self._senses.is_open else Water.READY

    def _valve(self, is_open: bool) -> None:
        self._is_pouring = is_open
        self._show()

    def _end(self, sign: Sign) -> None:
        self._felt.append(sign)
        self._wakeup.wake()

    def _take(self, message: bytes) -> str:
        known: dict[bytes, Felt] = {thing.value.encode(): thing for thing in (*Key, *MOVABLE)}
        if message not in known:
            raise ValueError(f"no such key or sign; known: {', '.join((*Key, *MOVABLE))}")
        thing = known[message]
        if isinstance(thing, Sign):
            before, self._senses = self._senses, self._senses.after(thing)
            if self._senses == before:
                return OK  # a switch that stands there already
            if thing in (Sign.CUP_TAKEN, Sign.OPENED):
                self._pouring.stop()
            self._show()
        self._felt.append(thing)
        return OK

    def _show(self, **changed: object) -> None:
        """Write down what is to be seen, in one step."""
        with self._writing:
            senses = self._senses
            self._shine = msgspec.structs.replace(
                self._shine,
                is_somebody=bool(senses.is_somebody),
                is_open=bool(senses.is_open),
                has_cup=bool(senses.has_cup),
                is_roll_low=bool(senses.is_roll_low),
                water=self._water(),
                **changed,
            )
            try:
                replace_file(self._shine_file, msgspec.json.encode(self._shine))
            except OSError as error:
                log.warning("%s cannot be written: %s", self._shine_file, error)


def request(home: Home, action: str) -> None:
    """Ask the simulated panel of a home to be gone, or back: `unplug`, `plug`.

    Raises:
        UnknownNameError: there is no such action.
    """
    simulated_cable.request(_control_file(home), "panel", action)


def is_unplugged(home: Home) -> bool:
    """Tell whether the simulated panel of a home is gone."""
    return simulated_cable.is_out(_control_file(home))


def press(home: Home, thing: Felt) -> bool:
    """Press a key of the simulated panel of a home, or move a switch; tell whether it was felt: not while unplugged.

    Raises:
        DeviceError: no process has the panel open, or there was no answer.
    """
    answer = hand_in(_socket_file(home), thing.value.encode())
    if answer is None:
        raise DeviceError("nobody feels the keys: start the screen (kiosk run screen), with panel.driver = 'simulated'")
    return answer == OK


def shine_of(home: Home) -> PanelOutput:
    """Return how the simulated panel of a home looks: dark while it is unplugged."""
    return PanelOutput() if is_unplugged(home) else load(_shine_file(home), PanelOutput)


def _socket_file(home: Home) -> Path:
    return home.run / "sim" / "panel.sock"


def _control_file(home: Home) -> Path:
    # In a folder of its own: whoever watches it is not to be woken by the lamp.
    return home.run / "sim" / "panel" / "plug" / "control.json"


def _shine_file(home: Home) -> Path:
    return home.run / "sim" / "panel" / "shine.json"
