"""Opens the devices of the windows by the settings; a device is None if the settings choose none."""

from __future__ import annotations

from kiosk.config import Settings
from kiosk.lobby.faults import Face
from kiosk.ports.display import Display
from kiosk.ports.panel import Panel
from kiosk.ports.scanner import Scanner
from kiosk.ports.speaker import Speaker


def scanner(settings: Settings) -> Scanner | None:
    """Return the scanner, opened."""
    from kiosk.drivers.scanner import open_scanner

    return open_scanner(settings.kiosk.scanner, settings.home)


def panel(settings: Settings) -> Panel | None:
    """Return the panel beside the screen, opened."""
    from kiosk.drivers.panel import open_panel

    return open_panel(settings.kiosk.panel, settings.home)


def speaker(settings: Settings, window: Face) -> Speaker | None:
    """Return the loudspeaker of a window, opened."""
    from kiosk.drivers.speaker import open_speaker

    sound = settings.kiosk.board_sound if window == "board" else settings.kiosk.sound
    return open_speaker(sound, settings.home, window)


def display(settings: Settings, window: Face) -> Display | None:
    """Return the display of a window; also None if its state cannot be determined."""
    from kiosk.drivers.display import open_display

    settings_of_window = settings.kiosk.board if window == "board" else settings.kiosk.screen
    return open_display(settings_of_window, settings.home, window)
