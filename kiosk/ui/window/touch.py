"""Which finger on the glass is meant: one at a time, and never one that was lost."""

from __future__ import annotations

from collections.abc import Callable

LOST_S = 2.0
"""A finger that is not lifted for so long makes room for another: its "up" may never come, where the kernel drops
events or a compositor takes the touch away. Until another comes it may still be lifted, however slowly it presses.
"""

FingerId = tuple[int, int]
"""A glass and a finger on it, as SDL numbers both: the numbers of fingers rise (X11) or are used again (Wayland)."""


class TouchTracker:
    """The finger that is meant, if there is one.

    Args:
        now: the monotonic clock.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._active: FingerId | None = None
        self._down_since_monotonic_s = 0.0

    def accepts_down(self, finger: FingerId) -> bool:
        """Take note of a finger that comes down, and tell whether it is meant; a palm or a second hand is not.

        A finger that comes down while it is down already was lifted, and nobody told.
        """
        is_busy = self._active not in (None, finger) and self._now() < self._down_since_monotonic_s + LOST_S
        if not is_busy:
            self._active, self._down_since_monotonic_s = finger, self._now()
        return not is_busy

    def accepts_up(self, finger: FingerId) -> bool:
        """Take note of a finger that is lifted, and tell whether it is the one that was meant."""
        return finger == self._active and self.release()

    def release(self) -> bool:
        """Wait for no finger to be lifted any more; tell whether one was to be."""
        was_down, self._active = self._active is not None, None
        return was_down
