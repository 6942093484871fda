"""Pouring: opens the valve for a limited time, and closes it at once on request.

The limit runs on its own thread, so a hanging screen leaves no tap running. It does not survive the end of the process;
docs/hardware.md describes what the wiring and the kernel do then.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from kiosk.ports.panel import Sign
from kiosk.threads import timer

log = logging.getLogger(__name__)


class Pouring:
    """The valve of one tap, closed by default. Thread-safe."""

    def __init__(self, valve: Callable[[bool], None], limit_s: float, tell: Callable[[Sign], None]) -> None:
        """Close the valve.

        Args:
            valve: opens (True) or closes the valve; may raise when the hardware is disconnected.
            limit_s: the time to fill a cup; the water never runs longer.
            tell: called with POURED or STOPPED at the end, from any thread.
        """
        self._valve = valve
        self._limit_s = limit_s
        self._tell = tell
        self._lock = threading.RLock()
        self._timer: threading.Timer | None = None
        self._shut()

    @property
    def is_on(self) -> bool:
        """Tell whether water runs."""
        return self._timer is not None

    def start(self) -> bool:
        """Open the valve for one cup, unless it is open; return whether this call opened it."""
        with self._lock:
            if self._timer is not None:
                return False
            self._timer = timer("water", self._limit_s, self._end)
            self._timer.start()  # the limit starts before the water
            try:
                self._valve(True)
            except Exception as error:  # noqa: BLE001 - a vendor's library may raise anything, and the water must stay off
                log.warning("the water could not be turned on: %s", error)
                self.stop()
                return False
            return True

    def stop(self, sign: Sign = Sign.STOPPED) -> None:
        """Close the valve; report `sign` when it was open."""
        with self._lock:
            running, self._timer = self._timer, None
            self._shut()
        if running is not None:
            running.cancel()
            self._tell(sign)

    def _end(self) -> None:
        with self._lock:
            if self._timer is threading.current_thread():  # the timer of this cup, not of the next one
                self.stop(Sign.POURED)

    def _shut(self) -> None:
        try:
            self._valve(False)
        except Exception as error:  # noqa: BLE001 - as above; a disconnected panel has released its relay
            log.warning("the water could not be turned off, the panel is offline: %s", error)
