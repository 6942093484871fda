"""The cable of a simulated device: another process unplugs it or plugs it in through the device's control file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kiosk.drivers.control_file import change, load
from kiosk.errors import UnknownNameError

UNPLUG, PLUG = "unplug", "plug"


class Wiring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a simulated device is plugged in."""

    is_unplugged: bool = False


def actions() -> dict[str, str]:
    """Return all actions and their descriptions."""
    return {UNPLUG: "the cable is out", PLUG: "ends unplug"}


def is_out(file: Path) -> bool:
    """Tell whether a control file unplugs its device."""
    return load(file, Wiring).is_unplugged


def request(file: Path, device: str, action: str) -> None:
    """Unplug a device or plug it in.

    Raises:
        UnknownNameError: there is no such action of this device.
    """
    if action not in actions():
        raise UnknownNameError(f"action of the simulated {device}", action, tuple(actions()))
    change(file, Wiring, lambda _before: Wiring(is_unplugged=action == UNPLUG))
