"""Pouring: water runs for a time that nobody else has to end, and stops at once when it must.

The limit is this module's own, on a thread of its own: a screen that hangs leaves no tap running. What it cannot
outlive is the whole process; docs/hardware.md says what the wiring and the kernel do then.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from kiosk.ports.panel import Sign
from kiosk.threads import timer

log = logging.getLogger(__name__)


class Pouring:
    """The valve of one tap: shut whenever this does not say otherwise. Any thread."""

    def __init__(self, valve: Callable[[bool], None], limit_s: float, tell: Callable[[Sign], None]) -> None:
        """Shut the valve.

        Args:
            valve: opens it (True) or shuts it; may raise when the hardware is gone.
            limit_s: how long a cup takes; the water never runs for longer.
            tell: called with POURED or STOPPED when it has ended, from any thread.
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
        """Open the valve for one cup, unless it is open; tell whether this call did."""
        with self._lock:
            if self._timer is not None:
                return False
            self._timer = timer("water", self._limit_s, self._end)
            self._timer.start()  # first the end, then the beginning
            try:
                self._valve(True)
            except Exception as error:  # noqa: BLE001 - a vendor's pin may raise anything, and the water must stay off
                log.warning("the water could not be turned on: %s", error)
                self.stop()
                return False
            return True

    def stop(self, sign: Sign = Sign.STOPPED) -> None:
        """Shut the valve, and tell why when it was open."""
        with self._lock:
            running, self._timer = self._timer, None
            self._shut()
        if running is not None:
            running.cancel()
            self._tell(sign)

    def _end(self) -> None:
        with self._lock:
            if self._timer is threading.current_thread():  # and not the next cup's
                self.stop(Sign.POURED)

    def _shut(self) -> None:
        try:
            self._valve(False)
        except Exception as error:  # noqa: BLE001 - the same; a panel that is gone has let go of its relay
            log.warning("the water could not be turned off, the panel is gone: %s", error)
