"""The display of a window without a compositor (kmsdrm): its status is that of the kernel's connector."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from kiosk.config import Display as DisplaySettings
from kiosk.ports.display import DisplayStatus

log = logging.getLogger(__name__)

_CONNECTORS = Path("/sys/class/drm")
_CONNECTED = "connected"


class KmsDisplay:
    """One connector of the graphics card, by its name in the settings; without a name, any connected one.

    Source: Linux, Documentation/ABI: /sys/class/drm/card<n>-<connector>/status is connected, disconnected or unknown.
    Reading the file does not query the display.
    """

    def __init__(self, settings: DisplaySettings, window: str, connectors: Path = _CONNECTORS) -> None:
        self._wanted = settings.output
        self._window = window
        self._connectors = connectors
        self._was = DisplayStatus.READY
        self._silence = os.eventfd(0, os.EFD_CLOEXEC)
        self._is_closed = False

    @property
    def status(self) -> DisplayStatus:
        """Whether a display is connected."""
        found = sorted(self._connectors.glob(f"card*-{self._wanted or '*'}/status"))
        plugged = [_name(file) for file in found if _is_connected(file)]
        was, self._was = self._was, DisplayStatus.READY if plugged else DisplayStatus.MISSING
        if was is not self._was and plugged:
            log.info("the display of the %s is back: %s", self._window, plugged[0])
        elif was is not self._was:
            known = ", ".join(_name(file) for file in sorted(self._connectors.glob("card*-*/status"))) or "none"
            wanted = self._wanted or "any"
            log.warning("the display of the %s (%s) is missing; connectors: %s", self._window, wanted, known)
        return self._was

    def fileno(self) -> int:
        """Return a descriptor that is never readable: `status` reads the kernel's files each time."""
        return self._silence

    def read(self) -> tuple[()]:
        """Do nothing."""
        return ()

    def shown_at(self, x: int, y: int) -> None:
        """Do nothing: there is only one window."""

    def close(self) -> None:
        """Close the descriptor."""
        if not self._is_closed:
            self._is_closed = True
            os.close(self._silence)


def _is_connected(file: Path) -> bool:
    try:
        return file.read_text(encoding="ascii").strip() == _CONNECTED
    except OSError:
        return False


def _name(file: Path) -> str:
    return file.parent.name.partition("-")[2]
