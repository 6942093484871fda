"""The display of a window that a Wayland compositor shows: there as long as the compositor has its output."""

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
"""When outputs come and go, the others and the windows move, and each tells it in its own message."""


class CompositorDisplay:
    """One output of a compositor, by its name in the settings; without a name any will do."""

    def __init__(self, settings: DisplaySettings, home: Home, window: str, outputs: Outputs) -> None:
        self._wanted = settings.output
        self._home = home
        self._window = window
        self._outputs = outputs
        self._there = outputs.there
        # Never readable: what the ear listens to once the compositor has gone, and this window is about to end.
        self._silence, self._silent_end = socket.socketpair()
        self._is_connected = True
        self._place: tuple[int, int] | None = None
        self._settled_at = 0.0
        self._said_on: Output | None = None
        self._status = DisplayStatus.READY
        self._look()

    @property
    def status(self) -> DisplayStatus:
        """Whether its output is there."""
        if self._place is not None and time.monotonic() >= self._settled_at:
            self._say_where(self._place)
        return self._status

    def fileno(self) -> int:
        """Return the line to the compositor."""
        return self._outputs.fileno() if self._is_connected else self._silence.fileno()

    def read(self) -> tuple[()]:
        """Hear which outputs came and went."""
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
        """Take note of where the window is; which output that is, is logged once everything has found its place."""
        self._place, self._settled_at = (x, y), time.monotonic() + _SETTLES_IN_S

    def close(self) -> None:
        """Hang up."""
        self._is_connected = False
        self._outputs.close()
        self._silence.close()
        self._silent_end.close()

    def _say_where(self, place: tuple[int, int]) -> None:
        """Log the output that begins at this place, once, and what to do when it is the wrong one."""
        on = next((output for output in self._there if (output.x, output.y) == place), None)
        if on is None or on == self._said_on or self._output() is None:
            return
        self._said_on = on
        if self._wanted in ("", on.name):
            log.info("the %s is shown on %s", self._window, on)
        else:
            wanted = f"{self._wanted}: compare `kiosk config display` with what the compositor was started with"
            log.warning("the %s is shown on %s and belongs on %s", self._window, on, wanted)

    def _output(self) -> Output | None:
        return next((output for output in self._there if self._wanted in ("", output.name)), None)

    def _look(self) -> None:
        """Take note of whether the output is there; one line in the log when it goes, and one when it is back."""
        output = self._output()
        with suppress(OSError):  # then the status says less
            write_about(self._home, self._window, output)
        was, self._status = self._status, DisplayStatus.READY if output else DisplayStatus.MISSING
        if was is self._status:
            return
        if self._status is DisplayStatus.READY:
            log.info("the display of the %s is back: %s", self._window, output)
        else:
            names = ", ".join(output.name for output in self._there) or "none"
            log.warning(
                "the display of the %s (%s) is not there; outputs: %s", self._window, self._wanted or "any", names
            )
