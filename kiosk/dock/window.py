"""One kiosk window as browsers see it: its newest frame as JPEG, in the size the page shows it."""

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
    """A window followed through its mirror; each change is told on the bulletin under the window's name."""

    def __init__(self, name: str, mirror: Mirror, latest: LatestValues, gone: dict[str, str]) -> None:
        """`gone` is what the page shows while the window is not there: a `sentence` and a `command`."""
        self.name = name
        self.mirror = mirror
        self._latest = latest
        self._gone = gone
        self._frame: Frame | None = None
        # Not from 0: a dock that was started anew must not give the address of a picture that browsers remember.
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
        """Return the newest frame, at least `width_px` wide unless its window is narrower; None when there is none."""
        frame, encoded = self._frame, self._encoded
        if frame is None:
            return None
        step = max(1, frame.width // max(width_px, _NARROWEST_PX))
        if step not in encoded:
            # Browsers of about the same size share one picture; the dictionary is its frame's own, so none is stale.
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
    # Whole steps of averaging take 4 ms where a resize to the very pixel takes 25; the browser does the rest.
    picture = picture.reduce(step)
    out = io.BytesIO()
    # 4:4:4: with halved colour the red numerals on paper would bleed.
    picture.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    return out.getvalue()
