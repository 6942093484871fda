"""What would help a scanner to read a code: one word, for the screen."""

from __future__ import annotations

from enum import StrEnum


class Hint(StrEnum):
    """Advice for a card or paper that was not read yet."""

    CLOSER = "closer"
    """A code is visible but too small."""
    HOLD_STILL = "hold_still"
    """The code moves or is out of focus."""
    TOO_BRIGHT = "too_bright"
    """A lamp or the sun is reflected in it."""
    TOO_DARK = "too_dark"
