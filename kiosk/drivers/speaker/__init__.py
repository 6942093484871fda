"""Loudspeakers: what can be heard of a kiosk, on a real device or in a simulated one's record."""

from __future__ import annotations

from kiosk.clock import Clock, SystemClock
from kiosk.config import Home
from kiosk.config.types import Sound
from kiosk.ports.speaker import Speaker


def open_speaker(settings: Sound, home: Home, name: str, clock: Clock | None = None) -> Speaker | None:
    """Return the loudspeaker that the settings name, or None where there is none by choice. It never raises.

    Args:
        name: `screen` or `board`, the face that it belongs to.
        clock: what the simulated one takes its time from.
    """
    if settings.driver == "simulated":
        from kiosk.drivers.speaker.simulated import SimulatedSpeaker

        return SimulatedSpeaker(settings, home, name, clock or SystemClock())
    if settings.driver == "alsa":
        from kiosk.drivers.speaker.alsa import AlsaSpeaker

        return AlsaSpeaker(settings, home, name)
    return None
