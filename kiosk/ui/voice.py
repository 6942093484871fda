"""What a face needs of a loudspeaker."""

from __future__ import annotations

from typing import Protocol

from kiosk.model.spoken import Sound, Utterance


class Voice(Protocol):
    """Says and plays what it is given, in order; a loudspeaker that is not there is silent and raises nothing."""

    @property
    def is_busy(self) -> bool:
        """Tell whether something is being said or waits to be said."""
        ...

    def say(self, *items: Utterance | Sound) -> None:
        """Queue what is to be heard; returns at once."""
        ...

    def stop(self) -> None:
        """Be silent now, and forget what waits."""
        ...

    def volume(self, percent: int) -> None:
        """Be so loud from now on: 0 is silent, 100 as loud as it gets."""
        ...

    def reset(self) -> None:
        """Be as loud again as the settings say."""
        ...
