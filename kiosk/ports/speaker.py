"""The port of a loudspeaker: every call returns at once, and no fault of it raises an exception."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from kiosk.model.spoken import Sound, Utterance


class SpeakerStatus(StrEnum):
    """The state of a loudspeaker at its last use."""

    READY = "ready"
    MISSING = "missing"
    """It is unplugged, in use by another program, or takes no sound: nothing can be heard."""
    NO_VOICE = "no_voice"
    """It plays sounds, but a voice is missing or broken: words may be missing or spoken in another voice."""


class Voice(Protocol):
    """Speaks and plays the given items in order. If it cannot, it is silent and raises nothing."""

    @property
    def is_busy(self) -> bool:
        """Return whether an item is playing or queued."""
        ...

    def say(self, *items: Utterance | Sound) -> None:
        """Queue items and return at once. An answer that would play too late is dropped."""
        ...

    def stop(self) -> None:
        """Stop at once and empty the queue."""
        ...

    def volume(self, percent: int) -> None:
        """Set the volume, effective at once: 0 is silent, 100 the maximum."""
        ...

    def reset(self) -> None:
        """Restore the volume of the settings."""
        ...


class Speaker(Voice, Protocol):
    """One loudspeaker, for one process; its methods return at once and never raise."""

    @property
    def status(self) -> SpeakerStatus:
        """The current state; the driver keeps searching for a missing loudspeaker."""
        ...

    def close(self) -> None:
        """Close it; closing twice is fine."""
        ...
