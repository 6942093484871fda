"""What the kiosk expects of a loudspeaker: it takes what is to be heard at once, and is never in anybody's way."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from kiosk.model.spoken import Sound, Utterance


class SpeakerStatus(StrEnum):
    """How a loudspeaker was when it was last needed."""

    READY = "ready"
    MISSING = "missing"
    """It is not there, is in another program's hands, or takes no sound: nothing can be heard."""
    NO_VOICE = "no_voice"
    """It sounds, but a voice is missing or broken: sounds are heard, words perhaps not or in another voice."""


class Voice(Protocol):
    """What says and plays what it is given, in order; where it cannot it is silent, and raises nothing."""

    @property
    def is_busy(self) -> bool:
        """Tell whether something is being said or waits to be said."""
        ...

    def say(self, *items: Utterance | Sound) -> None:
        """Queue what is to be heard and return at once. An answer that would come too late is dropped."""
        ...

    def stop(self) -> None:
        """Be silent now, and forget what waits."""
        ...

    def volume(self, percent: int) -> None:
        """Be so loud from now on, also in the middle of a word: 0 is silent, 100 as loud as it gets."""
        ...

    def reset(self) -> None:
        """Be as loud again as the settings say."""
        ...


class Speaker(Voice, Protocol):
    """One loudspeaker, for one process; its methods return at once and never raise."""

    @property
    def status(self) -> SpeakerStatus:
        """How it is; a loudspeaker that was missing is looked for again without being asked."""
        ...

    def close(self) -> None:
        """Be silent for good; closing twice is fine."""
        ...
