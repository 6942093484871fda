"""A camera as a scanner: each frame is decoded in memory and dropped. No frame is ever written to a disk.

Decoding every frame all day heats a Pi, and every screen accepts a code at any time. So the camera has an idle mode:
while nothing moves, it compares five small pictures a second and decodes one frame a second. Motion switches it to full
speed for two seconds.
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

BUDGET_S, IDLE_BUDGET_S = 0.08, 0.02
"""The decoding time for one frame, with and without motion. The next frame follows at once."""

_AWAKE_PAUSE_S, _ASLEEP_PAUSE_S = 0.03, 0.2
_AWAKE_S = 2.0
_IDLE_DECODE_INTERVAL_S = 1.0
"""Less than `repeats.SECONDS`, so that a code that stays in view counts as one scan."""
_THUMB_PX = 128, 72
_THUMB_CELL = 4
_MOVED = 20
"""Grey steps in one cell of the small picture; the noise of a dark frame makes half as many."""


class Frames(Protocol):
    """An open camera."""

    def grab(self, stop: int) -> Image.Image | None:
        """Return the next frame (mode "L"), or None when there is none now.

        Raises:
            OSError: the camera is disconnected.
        """
        ...

    def close(self) -> None: ...


class Camera(Protocol):
    """A camera that can be opened; like `supervised.Source`, with frames."""

    @property
    def name(self) -> str: ...

    @property
    def path(self) -> Path | None: ...

    def open(self) -> Frames: ...


class CameraScanner:
    """A camera that reads codes; see `supervised.Source`. `clock` measures the time without motion."""

    def __init__(self, lens: Camera, clock: Clock) -> None:
        self.path = lens.path
        self.name = lens.name
        self._lens = lens
        self._clock = clock

    def open(self) -> CameraSession:
        """Open the camera and start reading."""
        return CameraSession(self._lens.open(), self._clock)


class CameraSession:
    """An open camera that reads codes."""

    def __init__(self, frames: Frames, clock: Clock) -> None:
        self._frames = frames
        self._clock = clock
        self._attention = Attention()
        self._hints = hints.SteadyHints()
        self._pause_s = _AWAKE_PAUSE_S

    @property
    def hint(self) -> Hint | None:
        """The advice for the visitor, kept for a second so that it does not flicker."""
        return self._hints.shown

    def read(self, stop: int) -> Sequence[Try]:
        """Decode one frame; see `supervised.Session`."""
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
        scans = decode(frame, BUDGET_S if is_awake else IDLE_BUDGET_S)
        if scans:
            self._hints.clear()
        else:
            self._hints.see(hints.hint(frame, is_moving=self._attention.is_moving), now)
        seconds = time.monotonic() - started
        self._pause_s = max(self._pause_s, seconds)  # decoding takes at most half of one core
        return [Try(scan, seconds) for scan in scans] or [Try(None, seconds)]

    def close(self) -> None:
        """Close the camera."""
        self._frames.close()


class Attention:
    """Decides whether to decode a frame: there was motion recently, or the last decoding was long ago."""

    def __init__(self) -> None:
        self._before: Image.Image | None = None
        self._moved_at = float("-inf")
        self._read_at = float("-inf")
        self.is_moving = False

    def is_due(self, frame: Image.Image, now: float) -> bool:
        """Compare a frame (mode "L") with the last one; return whether to decode it."""
        # Sample single pixels, then average them: much cheaper than averaging all pixels, with little enough noise.
        small = frame.resize(_THUMB_PX, Image.Resampling.NEAREST).reduce(_THUMB_CELL)
        before, self._before = self._before, small
        most = ImageChops.difference(small, before).getextrema()[1] if before is not None else 255
        self.is_moving = isinstance(most, int | float) and most > _MOVED
        if self.is_moving:
            self._moved_at = now
        is_due = self.is_awake(now) or now - self._read_at >= _IDLE_DECODE_INTERVAL_S
        if is_due:
            self._read_at = now
        return is_due

    def is_awake(self, now: float) -> bool:
        """Tell whether there was motion recently."""
        return now - self._moved_at <= _AWAKE_S
