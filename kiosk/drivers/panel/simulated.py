"""The simulated panel: `kiosk sim panel` and the dock press its keys and move its switches.

It has every part. Its control socket is `run/sim/panel.sock`; a message is the name of a key or of a sign. The state of
its lamps and buzzer is in `run/sim/panel/shine.json`.
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
from kiosk.drivers.control_socket import OK, ControlSocket, send_message
from kiosk.drivers.panel.pouring import Pouring
from kiosk.drivers.panel.wakeup import Wakeup
from kiosk.errors import DeviceError
from kiosk.files import replace_file
from kiosk.ports.panel import Felt, Key, Lamp, Light, PanelOutput, PanelStatus, Senses, Sign, Water
from kiosk.records import replace

log = logging.getLogger(__name__)

_LONGEST_BYTES = 64
MOVABLE = tuple(sign for sign in Sign if sign not in (Sign.POURED, Sign.STOPPED))
"""Signs that can be requested; the panel itself reports the end of the water."""

actions = simulated_cable.actions


class SimulatedPanel:
    """A panel whose keys are pressed by other processes.

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
        """Whether the panel is plugged in."""
        return PanelStatus.READY if self._control_socket.is_plugged else PanelStatus.OFFLINE

    @property
    def senses(self) -> Senses:
        """The state of its sensors while it is plugged in."""
        return replace(self._senses, water=self._water()) if self._control_socket.is_plugged else Senses()

    def fileno(self) -> int:
        """Return a descriptor that is readable after a key, a change of a switch or of the cable."""
        return -1 if self._epoll.closed else self._epoll.fileno()

    def read(self) -> Sequence[Felt]:
        """Return the keys and signals since the last call."""
        self._wakeup.settle()
        self._control_socket.serve()
        if not self._control_socket.is_plugged:
            self._felt.clear()
            self._pouring.stop()
        felt, self._felt = self._felt, []
        return felt

    def lamp(self, state: Lamp) -> None:
        """Record the state of the call lamp."""
        self._show(lamp=state)

    def light(self, state: Light) -> None:
        """Record the state of the status lamp."""
        self._show(light=state)

    def beep(self, times: int = 1) -> None:
        """Count the beeps."""
        if self._control_socket.is_plugged:
            self._show(beeps=self._shine.beeps + times)

    def pour(self) -> bool:
        """Fill the cup, if one is in place; return whether the water runs."""
        senses = self.senses
        return bool(senses.water is Water.READY and senses.has_cup and self._pouring.start())

    def stop(self) -> None:
        """Turn the water off."""
        self._pouring.stop()

    def close(self) -> None:
        """Close the panel; closing twice is fine."""
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
                return OK  # the switch has this state already
            if thing in (Sign.CUP_TAKEN, Sign.OPENED):
                self._pouring.stop()
            self._show()
        self._felt.append(thing)
        return OK

    def _show(self, **changed: object) -> None:
        """Write the state of the lamps and the buzzer, atomically."""
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
    """Unplug or plug in the simulated panel of a home: `unplug`, `plug`.

    Raises:
        UnknownNameError: there is no such action.
    """
    simulated_cable.request(_control_file(home), "panel", action)


def is_unplugged(home: Home) -> bool:
    """Tell whether the simulated panel of a home is unplugged."""
    return simulated_cable.is_out(_control_file(home))


def press(home: Home, thing: Felt) -> bool:
    """Press a key of the simulated panel of a home, or move a switch; return False while it is unplugged.

    Raises:
        DeviceError: no process has the panel open, or there was no answer.
    """
    answer = send_message(_socket_file(home), thing.value.encode())
    if answer is None:
        raise DeviceError(
            "no process reads the keys: start the screen (kiosk run screen) with panel.driver = 'simulated'"
        )
    return answer == OK


def shine_of(home: Home) -> PanelOutput:
    """Return the lamps and buzzer of the simulated panel of a home: all off while it is unplugged."""
    return PanelOutput() if is_unplugged(home) else load(_shine_file(home), PanelOutput)


def _socket_file(home: Home) -> Path:
    return home.run / "sim" / "panel.sock"


def _control_file(home: Home) -> Path:
    # In a folder of its own, so that changes of the lamps do not wake a watcher of the control file.
    return home.run / "sim" / "panel" / "plug" / "control.json"


def _shine_file(home: Home) -> Path:
    return home.run / "sim" / "panel" / "shine.json"
