"""What the kiosk expects of a loudspeaker: it takes what is to be heard at once, and is never in anybody's way."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from kiosk.model.spoken import Voice


class SpeakerStatus(StrEnum):
    """How a loudspeaker was when it was last needed."""

    READY = "ready"
    MISSING = "missing"
    """It is not there, is in another program's hands, or takes no sound: nothing can be heard."""
    NO_VOICE = "no_voice"
    """It sounds, but a voice is missing or broken: sounds are heard, words perhaps not or in another voice."""


class Speaker(Voice, Protocol):
    """One loudspeaker, for one process; its methods return at once and never raise."""

    @property
    def status(self) -> SpeakerStatus:
        """How it is; a loudspeaker that was missing is looked for again without being asked."""
        ...

    def close(self) -> None:
        """Be silent for good; closing twice is fine."""
        ...
