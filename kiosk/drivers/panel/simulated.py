"""The simulated panel: its keys are pressed by the dock and by `kiosk sim panel press`, its lamp shines in a file.

Its hatch is `run/sim/panel.sock`, a message is the name of a key. The lamp is `run/sim/panel/lamp.json`.
"""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from kiosk.config import Home
from kiosk.drivers import plug
from kiosk.drivers.control import load
from kiosk.drivers.hatch import OK, Hatch, hand_in
from kiosk.drivers.panel.port import PanelStatus
from kiosk.errors import DeviceError
from kiosk.model.panel import Key, Lamp

log = logging.getLogger(__name__)

_LONGEST_BYTES = 64

actions = plug.actions


class Shine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the lamp shines."""

    lamp: Lamp = Lamp.OFF


class SimulatedPanel:
    """A panel whose keys others press.

    Raises:
        OSError: the run directory cannot be written.
    """

    def __init__(self, home: Home) -> None:
        self._lamp_file = _lamp_file(home)
        self._keys: list[Key] = []
        self._hatch = Hatch(_socket_file(home), _control_file(home), _LONGEST_BYTES, self._take)
        self.lamp(Lamp.OFF)

    @property
    def status(self) -> PanelStatus:
        """Whether it is plugged in."""
        return PanelStatus.READY if self._hatch.is_plugged else PanelStatus.OFFLINE

    def fileno(self) -> int:
        """Return what is readable when a key is pressed, or the cable was moved."""
        return self._hatch.fileno()

    def read(self) -> list[Key]:
        """Return the keys that were pressed since the last call."""
        self._hatch.serve()
        keys, self._keys = self._keys, []
        return keys

    def lamp(self, state: Lamp) -> None:
        """Write down how the lamp shines, in one step."""
        part = self._lamp_file.with_suffix(".part")
        try:
            part.write_bytes(msgspec.json.encode(Shine(state)))
            part.replace(self._lamp_file)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._lamp_file, error)

    def close(self) -> None:
        """Be no panel any more; closing twice is fine."""
        if self._hatch.fileno() >= 0:
            self.lamp(Lamp.OFF)
        self._hatch.close()

    def _take(self, message: bytes) -> str:
        known = {key.value.encode(): key for key in Key}
        if message not in known:
            raise ValueError(f"no such key; known: {', '.join(Key)}")
        self._keys.append(known[message])
        return OK


def request(home: Home, action: str) -> None:
    """Ask the simulated panel of a home to be gone, or back: `unplug`, `plug`.

    Raises:
        UnknownNameError: there is no such action.
    """
    plug.request(_control_file(home), "panel", action)


def is_unplugged(home: Home) -> bool:
    """Tell whether the simulated panel of a home is gone."""
    return plug.is_out(_control_file(home))


def press(home: Home, key: Key) -> bool:
    """Press a key of the simulated panel of a home; tell whether it was felt: not while the panel is unplugged.

    Raises:
        DeviceError: no process has the panel open, or there was no answer.
    """
    answer = hand_in(_socket_file(home), key.value.encode())
    if answer is None:
        raise DeviceError("nobody feels the keys: start the screen (kiosk run screen), with panel.driver = 'simulated'")
    return answer == OK


def lamp_of(home: Home) -> Lamp:
    """Return how the lamp of a home's simulated panel shines: not at all while it is unplugged."""
    return Lamp.OFF if is_unplugged(home) else load(_lamp_file(home), Shine).lamp


def _socket_file(home: Home) -> Path:
    return home.run / "sim" / "panel.sock"


def _control_file(home: Home) -> Path:
    # In a folder of its own: whoever watches it is not to be woken by the lamp.
    return home.run / "sim" / "panel" / "plug" / "control.json"


def _lamp_file(home: Home) -> Path:
    return home.run / "sim" / "panel" / "lamp.json"
