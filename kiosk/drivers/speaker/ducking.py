"""While the board says a call, the screen reads more softly: both are heard in one hall.

The board's process writes until when it is heard, the screen's process looks. A moment of the machine's own clock and
no lock: whoever ends in the middle of a call leaves nothing behind that another would have to clear away.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable

from kiosk.config import Home
from kiosk.files import read_file, replace_file

_MOMENT = struct.Struct("=d")
"""Seconds of the monotonic clock, which all processes of a machine share until it restarts, as `run/` does."""


class Announcement:
    """What the board says in a home's hall: when it ends, and whether it is on.

    Args:
        now: the monotonic clock.
    """

    def __init__(self, home: Home, now: Callable[[], float]) -> None:
        self._file = home.run / "announcement"
        self._now = now

    @property
    def is_on(self) -> bool:
        """Tell whether the board is heard now."""
        with contextlib.suppress(OSError, struct.error):
            return self._now() < float(_MOMENT.unpack(read_file(self._file))[0])
        return False

    def lasts(self, seconds: float) -> None:
        """Say that the board is heard for so long from now on; 0 ends it. Where it cannot be said nobody is softer."""
        with contextlib.suppress(OSError):
            replace_file(self._file, _MOMENT.pack(self._now() + seconds))
