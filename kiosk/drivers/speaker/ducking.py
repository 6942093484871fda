"""Ducking: while the board announces a call, the screen speaks at a lower volume, because both are in one hall.

The board's process writes the time until which it will be heard, and the screen's process reads it. It is a monotonic
time and not a lock, so a process that ends during a call leaves no state behind that must be removed.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable

from kiosk.config import Home
from kiosk.files import read_file, replace_file

_MOMENT = struct.Struct("=d")
"""Seconds of the monotonic clock, which all processes share. It and `run/` start anew with the machine."""


class Announcement:
    """The announcement of the board of a home: its end, and whether it is playing.

    Args:
        now: the monotonic clock.
    """

    def __init__(self, home: Home, now: Callable[[], float]) -> None:
        self._file = home.run / "announcement"
        self._now = now

    @property
    def is_on(self) -> bool:
        """Tell whether the board is announcing now."""
        with contextlib.suppress(OSError, struct.error):
            return self._now() < float(_MOMENT.unpack(read_file(self._file))[0])
        return False

    def lasts(self, seconds: float) -> None:
        """Publish that the board will be heard for `seconds`; 0 ends it. A write error is ignored."""
        with contextlib.suppress(OSError):
            replace_file(self._file, _MOMENT.pack(self._now() + seconds))
