"""Displays: whether the output of a window is connected."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.config import Display as DisplaySettings
from kiosk.config import Home
from kiosk.drivers.display.compositor import CompositorDisplay
from kiosk.drivers.display.kms import KmsDisplay
from kiosk.drivers.display.wayland_outputs import Outputs
from kiosk.ports.display import Display


def open_display(settings: DisplaySettings, home: Home, window: str) -> Display | None:
    """Return the display of a window, or None when it is unknown: on a desktop, or without a display.

    Args:
        window: `screen` or `board`.
    """
    driver = os.environ.get("SDL_VIDEODRIVER")
    if not settings.is_fullscreen:
        return None
    if driver == "kmsdrm":
        return KmsDisplay(settings, window)
    if driver != "wayland":
        return None
    place = Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / os.environ.get("WAYLAND_DISPLAY", "wayland-0")
    try:
        return CompositorDisplay(settings, home, window, Outputs(place))
    except OSError:  # the window is opened next and reports the error
        return None
