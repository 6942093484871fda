"""The metal in the journal: a device that goes is one event, one that is back another, however often it is said.

What was told last stands in the database, written in the transaction of its event. So a process that starts anew, or
one that could not write for a while, tells what has become different since, and nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.errors import StoreError
from kiosk.lobby.context import Context
from kiosk.model.event import DeviceCleared, DeviceFault
from kiosk.store import meta

BY_CHOICE = "none"
"""The word for a device that this kiosk does not have, as its settings say."""
_WELL = ("ready", BY_CHOICE)
_WELL_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"case": ("closed",), "roll": ("full",), "water": ("ready", "pouring")}
)
"""Whose good words are others."""


def is_well(device: str, word: str) -> bool:
    """Tell whether a device that says this of itself needs nobody."""
    return word in _WELL_OF.get(device, _WELL)


class DeviceEvents:
    """The devices of one hall, as the city is told of them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def note(self, process: str, words: Mapping[str, str]) -> bool:
        """Append `device.fault` or `device.cleared` for each device that is not as it was told last.

        It never raises: where the database cannot be written it returns False, and is to be called again.

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
        except StoreError:  # whoever looks at the hall meets it too, and says it
            return False
        return True


def _changed(told: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Return the words that are news; to be well is news only after a trouble."""
    return {
        device: word for device, word in now.items() if told.get(device) != (None if is_well(device, word) else word)
    }
