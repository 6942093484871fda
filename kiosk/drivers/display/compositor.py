"""The display of a window under a Wayland compositor: connected while the compositor has its output."""

from __future__ import annotations

import logging
import socket
import time
from contextlib import suppress

from kiosk.config import Display as DisplaySettings
from kiosk.config import Home
from kiosk.drivers.display.wayland_outputs import Outputs
from kiosk.ports.display import DisplayStatus, Output
from kiosk.ports.window_output import write_about

log = logging.getLogger(__name__)

_SETTLES_IN_S = 1.0
"""Settling time: when an output is added or removed, others and windows move, each with its own message."""


class CompositorDisplay:
    """One output of a compositor, by its name in the settings; without a name, any output."""

    def __init__(self, settings: DisplaySettings, home: Home, window: str, outputs: Outputs) -> None:
        self._wanted = settings.output
        self._home = home
        self._window = window
        self._outputs = outputs
        self._there = outputs.there
        # Never readable: used after the compositor has gone, while this window is about to end.
        self._silence, self._silent_end = socket.socketpair()
        self._is_connected = True
        self._place: tuple[int, int] | None = None
        self._settled_at = 0.0
        self._said_on: Output | None = None
        self._status = DisplayStatus.READY
        self._look()

    @property
    def status(self) -> DisplayStatus:
        """Whether the output is connected."""
        if self._place is not None and time.monotonic() >= self._settled_at:
            self._say_where(self._place)
        return self._status

    def fileno(self) -> int:
        """Return the descriptor of the connection to the compositor."""
        return self._outputs.fileno() if self._is_connected else self._silence.fileno()

    def read(self) -> tuple[()]:
        """Process changes of the outputs."""
        try:
            self._outputs.read()
            there = self._outputs.there
        except OSError:
            self._is_connected, there = False, ()
            self._outputs.close()
        if there != self._there:
            self._there, self._settled_at = there, time.monotonic() + _SETTLES_IN_S
            self._look()
        return ()

    def shown_at(self, x: int, y: int) -> None:
        """Set the position of the window; its output is logged after the settling time."""
        self._place, self._settled_at = (x, y), time.monotonic() + _SETTLES_IN_S

    def close(self) -> None:
        """Close the connection."""
        self._is_connected = False
        self._outputs.close()
        self._silence.close()
        self._silent_end.close()

    def _say_where(self, place: tuple[int, int]) -> None:
        """Log the output at this position once, and a warning when it is the wrong one."""
        on = next((output for output in self._there if (output.x, output.y) == place), None)
        if on is None or on == self._said_on or self._output() is None:
            return
        self._said_on = on
        if self._wanted in ("", on.name):
            log.info("the %s is shown on %s", self._window, on)
        else:
            wanted = f"{self._wanted}: compare `kiosk config display` with what the compositor was started with"
            log.warning("the %s is shown on %s but should be on %s", self._window, on, wanted)

    def _output(self) -> Output | None:
        return next((output for output in self._there if self._wanted in ("", output.name)), None)

    def _look(self) -> None:
        """Update the status; log one line when the output is removed and one when it is back."""
        output = self._output()
        with suppress(OSError):  # the status then lacks the output
            write_about(self._home, self._window, output)
        was, self._status = self._status, DisplayStatus.READY if output else DisplayStatus.MISSING
        if was is self._status:
            return
        if self._status is DisplayStatus.READY:
            log.info("the display of the %s is back: %s", self._window, output)
        else:
            names = ", ".join(output.name for output in self._there) or "none"
            log.warning(
                "the display of the %s (%s) is missing; outputs: %s", self._window, self._wanted or "any", names
            )
