"""One kiosk window for browsers: its newest frame as JPEG, in the size in which the page shows it."""

from __future__ import annotations

import asyncio
import io
import time
from typing import Any

from PIL import Image

from kiosk.dock.latest_values import LatestValues
from kiosk.dock.window_mirror import Frame, Mirror, Scene

_QUALITY = 90
_NARROWEST_PX = 120


class Window:
    """Follows a window through its mirror; each change is published in `latest` under the window's name."""

    def __init__(self, name: str, mirror: Mirror, latest: LatestValues, gone: dict[str, str]) -> None:
        """`gone` is the text for a window that is not running: a `sentence` and a `command`."""
        self.name = name
        self.mirror = mirror
        self._latest = latest
        self._gone = gone
        self._frame: Frame | None = None
        # Not from 0: after a restart, the dock must not reuse the address of a picture that browsers have cached.
        self._serial = time.monotonic_ns() // 1000
        self._encoded: dict[int, bytes] = {}

    async def follow(self) -> None:
        """Follow the window until cancelled."""
        async for seen in self.mirror.watch():
            self._serial += 1
            self._encoded = {}
            self._frame = seen[0] if seen else None
            self._latest.post(self.name, self._told(*seen) if seen else {"gone": self._gone})

    async def jpeg(self, width_px: int) -> bytes | None:
        """Return the newest frame, at least `width_px` wide unless the window is narrower; None without a frame."""
        frame, encoded = self._frame, self._encoded
        if frame is None:
            return None
        step = max(1, frame.width // max(width_px, _NARROWEST_PX))
        if step not in encoded:
            # Browsers of about the same size share one picture. The cache belongs to one frame, so none is stale.
            encoded[step] = await asyncio.to_thread(_encode, frame, step)
        return encoded[step]

    def _told(self, frame: Frame, scene: Scene) -> dict[str, Any]:
        return {
            "serial": self._serial,
            "width": frame.width,
            "height": frame.height,
            "screen": scene.screen,
            "language": scene.language,
            "targets": scene.targets,
            "texts": scene.texts,
        }


def _encode(frame: Frame, step: int) -> bytes:
    picture = Image.frombuffer("RGB", (frame.width, frame.height), frame.rgb)
    # Averaging by whole factors takes 4 ms, an exact resize 25 ms; the browser does the rest.
    picture = picture.reduce(step)
    out = io.BytesIO()
    # 4:4:4: with chroma subsampling the edges of the red numerals would blur.
    picture.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    return out.getvalue()
