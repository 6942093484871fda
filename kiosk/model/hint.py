"""What would help a scanner to read what is held up: one word, for the screen to say."""

from __future__ import annotations

from enum import StrEnum


class Hint(StrEnum):
    """What to do with a card or a paper that is not read yet."""

    CLOSER = "closer"
    """A code is seen, and is too small to be read."""
    HOLD_STILL = "hold_still"
    """What is held up moves, or is out of focus."""
    TOO_BRIGHT = "too_bright"
    """A lamp is mirrored in it, or the sun shines on it."""
    TOO_DARK = "too_dark"
