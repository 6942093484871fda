"""The cable of a simulated device: in or out, as another process asks for in the device's control file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kiosk.drivers.control_file import change, load
from kiosk.errors import UnknownNameError

UNPLUG, PLUG = "unplug", "plug"


class Wiring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a simulated device is there."""

    is_unplugged: bool = False


def actions() -> dict[str, str]:
    """Return every action that can be asked for, and what it does."""
    return {UNPLUG: "the cable is out", PLUG: "ends unplug"}


def is_out(file: Path) -> bool:
    """Tell whether a control file asks for the cable to be out."""
    return load(file, Wiring).is_unplugged


def request(file: Path, device: str, action: str) -> None:
    """Ask for the cable to be out, or in again.

    Raises:
        UnknownNameError: there is no such action of this device.
    """
    if action not in actions():
        raise UnknownNameError(f"action of the simulated {device}", action, tuple(actions()))
    change(file, Wiring, lambda _before: Wiring(is_unplugged=action == UNPLUG))
