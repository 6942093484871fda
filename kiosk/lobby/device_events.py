"""Device faults in the journal: one event when a device fails and one when it is back, however often it is reported.

The last reported status is stored in the transaction of its event. So a process that restarts, or that could not write
for a while, reports only what has changed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.errors import StoreError
from kiosk.lobby.context import Context
from kiosk.model.event import DeviceCleared, DeviceFault
from kiosk.store import meta

BY_CHOICE = "none"
"""The status of a device that this kiosk does not have, by its settings."""
_WELL = ("ready", BY_CHOICE)
_WELL_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"case": ("closed",), "roll": ("full",), "water": ("ready", "pouring")}
)
"""The normal status, for devices whose normal status is not `ready`."""


def is_well(device: str, word: str) -> bool:
    """Tell whether a device with this status needs no attention."""
    return word in _WELL_OF.get(device, _WELL)


class DeviceEvents:
    """The device events of one hall."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def note(self, process: str, words: Mapping[str, str]) -> bool:
        """Append `device.fault` or `device.cleared` for each device whose status has changed since the last report.

        It never raises: if the database cannot be written, it returns False, and must be called again.


        Args:
            process: whose devices they are; those of the board are called `board_…`, for the screen has the same.
            words: what each says of itself, `{"scanner": "offline"}`, and `none` for one that is missing by choice.
        """
        now = {f"board_{device}" if process == "board" else device: word for device, word in words.items()}
        try:
            store = self._context.store
            with store.read() as snapshot:
                is_news = bool(_changed(meta.troubles(snapshot), now))
            if is_news:
                with store.write() as tx:
                    for device, word in _changed(meta.troubles(tx), now).items():
                        is_trouble = not is_well(device, word)
                        tx.append((DeviceFault if is_trouble else DeviceCleared)(device, word))
                        meta.tell_trouble(tx, device, word if is_trouble else None)
        except StoreError:  # every screen and page that reads the hall meets and shows this error, too
            return False
        return True


def _changed(told: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Return the statuses that are news; a normal status is news only after a fault."""
    return {
        device: word for device, word in now.items() if told.get(device) != (None if is_well(device, word) else word)
    }
