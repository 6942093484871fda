"""Touch tracking: accepts one finger at a time, and recovers from a finger whose release event was lost."""

from __future__ import annotations

from collections.abc import Callable

LOST_S = 2.0
"""After this long another finger may replace one that was not lifted: its release event may be lost, because the kernel
drops events or a compositor takes the touch away. Until another finger comes down, a late release still counts.
"""

FingerId = tuple[int, int]
"""A touch device and a finger, as SDL numbers them. Finger numbers increase (X11) or are reused (Wayland)."""


class TouchTracker:
    """Tracks the active finger.

    Args:
        now: the monotonic clock.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._active: FingerId | None = None
        self._down_since_monotonic_s = 0.0

    def accepts_down(self, finger: FingerId) -> bool:
        """Return whether a finger that comes down is accepted; a palm or a second hand is not.

        A finger that comes down while it is already down was lifted, but its release event was lost.
        """
        is_busy = self._active not in (None, finger) and self._now() < self._down_since_monotonic_s + LOST_S
        if not is_busy:
            self._active, self._down_since_monotonic_s = finger, self._now()
        return not is_busy

    def accepts_up(self, finger: FingerId) -> bool:
        """Return whether a lifted finger is the active one, and release it."""
        return finger == self._active and self.release()

    def release(self) -> bool:
        """Forget the active finger; return whether there was one."""
        was_down, self._active = self._active is not None, None
        return was_down
