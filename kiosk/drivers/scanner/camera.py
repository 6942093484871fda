"""A camera as a scanner: frames are looked at, one after the other, and dropped. None of them ever touches a disk.

A camera that decodes all day heats a Pi, and a kiosk cannot know who is about to hold something up: a code is welcome
on every screen. So the camera sleeps with one eye open. While nothing moves before it, five small looks a second are
all it does, and one frame a second is read; what moves wakes it for two seconds.
"""

from __future__ import annotations

import select
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageChops

from kiosk.clock import Clock
from kiosk.drivers.scanner.decoding import hints
from kiosk.drivers.scanner.decoding.picture import decode
from kiosk.drivers.scanner.supervised import Try
from kiosk.model.hint import Hint

BUDGET_S, GLANCE_BUDGET_S = 0.08, 0.02
"""For one frame: there is another one at once; and for one in which nothing has moved."""

_AWAKE_PAUSE_S, _ASLEEP_PAUSE_S = 0.03, 0.2
_AWAKE_S = 2.0
_GLANCE_S = 1.0
"""Less than what makes a code count again, so that one which lies there is one scan (`repeats.SECONDS`)."""
_THUMB_PX = 128, 72
_THUMB_CELL = 4
_MOVED = 20
"""Grey steps in one cell of the small look; the noise of a dark frame makes half as many."""


class Frames(Protocol):
    """An open camera."""

    def grab(self, stop: int) -> Image.Image | None:
        """Return the next frame (mode "L"), or None when there is none to be had now.

        Raises:
            OSError: it is gone.
        """
        ...

    def close(self) -> None: ...


class Lens(Protocol):
    """A camera by its place; as `attended.Source`, with frames."""

    @property
    def name(self) -> str: ...

    @property
    def path(self) -> Path | None: ...

    def open(self) -> Frames: ...


class CameraScanner:
    """A camera that reads codes; see `attended.Source`. `clock` tells how long nothing moved."""

    def __init__(self, lens: Lens, clock: Clock) -> None:
        self.path = lens.path
        self.name = lens.name
        self._lens = lens
        self._clock = clock

    def open(self) -> CameraSession:
        """Return it, looking."""
        return CameraSession(self._lens.open(), self._clock)


class CameraSession:
    """A camera that looks."""

    def __init__(self, frames: Frames, clock: Clock) -> None:
        self._frames = frames
        self._clock = clock
        self._attention = Attention()
        self._hints = hints.SteadyHints()
        self._pause_s = _AWAKE_PAUSE_S

    @property
    def hint(self) -> Hint | None:
        """What would help, held for a second so that it does not flicker."""
        return self._hints.shown

    def read(self, stop: int) -> Sequence[Try]:
        """Look at one frame; see `attended.Session`."""
        if select.select([stop], [], [], self._pause_s)[0]:
            return []
        frame, now = self._frames.grab(stop), self._clock.monotonic()
        if frame is None:
            return []
        is_worth_it = self._attention.is_due(frame, now)
        is_awake = self._attention.is_awake(now)
        self._pause_s = _AWAKE_PAUSE_S if is_awake else _ASLEEP_PAUSE_S
        if not is_worth_it:
            return []
        started = time.monotonic()
        scans = decode(frame, BUDGET_S if is_awake else GLANCE_BUDGET_S)
        if scans:
            self._hints.clear()
        else:
            self._hints.see(hints.hint(frame, is_moving=self._attention.is_moving), now)
        seconds = time.monotonic() - started
        self._pause_s = max(self._pause_s, seconds)  # half of one core at most, however hard the frames are
        return [Try(scan, seconds) for scan in scans] or [Try(None, seconds)]

    def close(self) -> None:
        """Let go of the camera."""
        self._frames.close()


class Attention:
    """Whether it is worth to read a frame: something moved a moment ago, or the last one is a while ago."""

    def __init__(self) -> None:
        self._before: Image.Image | None = None
        self._moved_at = float("-inf")
        self._read_at = float("-inf")
        self.is_moving = False

    def is_due(self, frame: Image.Image, now: float) -> bool:
        """Take note of a frame (mode "L"), and tell whether to read it."""
        # Single pixels first, then their means: far cheaper than the means of all, and quiet enough.
        small = frame.resize(_THUMB_PX, Image.Resampling.NEAREST).reduce(_THUMB_CELL)
        before, self._before = self._before, small
        most = ImageChops.difference(small, before).getextrema()[1] if before is not None else 255
        self.is_moving = isinstance(most, int | float) and most > _MOVED
        if self.is_moving:
            self._moved_at = now
        is_due = self.is_awake(now) or now - self._read_at >= _GLANCE_S
        if is_due:
            self._read_at = now
        return is_due

    def is_awake(self, now: float) -> bool:
        """Tell whether something moved a moment ago."""
        return now - self._moved_at <= _AWAKE_S
