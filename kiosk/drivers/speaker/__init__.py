"""Loudspeakers: a real device, or a simulated one that records what it plays."""

from __future__ import annotations

from kiosk.clock import Clock, SystemClock
from kiosk.config import Home
from kiosk.config.types import Sound
from kiosk.ports.speaker import Speaker


def open_speaker(settings: Sound, home: Home, name: str, clock: Clock | None = None) -> Speaker | None:
    """Return the loudspeaker of the settings, or None when the settings name none. It never raises.

    Args:
        name: `screen` or `board`, the window that it belongs to.
        clock: the clock of the simulated loudspeaker.
    """
    if settings.driver == "simulated":
        from kiosk.drivers.speaker.simulated import SimulatedSpeaker

        return SimulatedSpeaker(settings, home, name, clock or SystemClock())
    if settings.driver == "alsa":
        from kiosk.drivers.speaker.alsa import AlsaSpeaker

        return AlsaSpeaker(settings, home, name)
    return None
