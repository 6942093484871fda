"""The Pi's own camera by libcamera.

picamera2 comes with Raspberry Pi OS (`apt install python3-picamera2`) and works on a Pi alone: the package of that
name on PyPI lacks libcamera. It is imported when the camera is opened. Without it the camera is OFFLINE.
"""

from __future__ import annotations

import importlib
import select
from errno import ENODEV
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.drivers.scanner.decoding.luma import grey

_WANTED_PX = 1280, 720


class PiCamera:
    """A camera by its number."""

    path: Path | None = None

    def __init__(self, number: int = 0) -> None:
        self.name = f"Pi camera {number}"
        self._number = number

    def open(self) -> PiFrames:
        """Return its frames.

        Raises:
            OSError: there is no camera, another process uses it, or picamera2 is missing.
        """
        try:
            camera = importlib.import_module("picamera2").Picamera2(self._number)
        except ImportError as error:
            raise OSError(ENODEV, f"{error}: apt install python3-picamera2") from error
        except (RuntimeError, IndexError) as error:  # raised when there is no camera, or it is in use
            raise OSError(ENODEV, f"libcamera cannot open it: {error}") from error
        try:
            return PiFrames(camera)
        except BaseException:
            camera.close()
            raise


class PiFrames:
    """A streaming camera; `camera` is picamera2's object."""

    def __init__(self, camera: Any) -> None:  # noqa: ANN401 - picamera2 and its types exist only on a Pi
        self._camera = camera
        camera.configure(camera.create_video_configuration({"size": _WANTED_PX, "format": "YUV420"}, buffer_count=2))
        stream = camera.camera_configuration()["main"]
        self._size, self._stride = stream["size"], stream["stride"]
        camera.start()

    def grab(self, stop: int) -> Image.Image | None:
        """Return the next frame in grey; None when `stop` is readable.

        Raises:
            OSError: the camera is disconnected.
        """
        if select.select([stop], [], [], 0)[0]:
            return None
        try:
            raw = self._camera.capture_buffer("main")
        except RuntimeError as error:
            raise OSError(ENODEV, str(error)) from error
        return grey("YU12", memoryview(raw), self._size, self._stride)

    def close(self) -> None:
        """Close the camera."""
        self._camera.close()
