"""The case and the tap: what the panel beside the screen tells of them, for the city."""

from __future__ import annotations

import logging

from kiosk.errors import StoreError
from kiosk.lobby.doors import Doors

log = logging.getLogger(__name__)

POURED = "water.poured"
_CASE = {"opened": ("device.fault", "opened"), "closed": ("device.cleared", "closed")}


class Casing:
    """Notes that the case was opened and closed, and each cup of water."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._case = "closed"

    def tell(self, case: str | None) -> None:
        """Take note of how the case is: `opened`, `closed`, or None while nobody can tell. Only a change is an event.

        It never raises: what could not be written down is tried again with the next news.
        """
        if case is None or case == self._case or case not in _CASE:
            return
        kind, what = _CASE[case]
        try:
            with self._doors.change() as (tx, _):
                tx.append(kind, {"d": "case", "x": what})
        except StoreError as error:
            log.error("that the case was %s could not be written down: %s", case, error)
            return
        self._case = case

    def note_cup(self, is_full: bool) -> None:
        """Note one cup of water, or that the water was turned off before it was full."""
        with self._doors.change() as (tx, _):
            tx.append(POURED, {"x": "full" if is_full else "stopped"})
