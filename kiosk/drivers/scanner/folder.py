"""A folder of pictures in place of a camera: the newest picture is the camera's view until it is deleted."""

from __future__ import annotations

import os
from errno import ENOTDIR
from pathlib import Path

from PIL import Image

from kiosk.drivers.scanner.decoding.picture import open_picture
from kiosk.errors import DeviceError

_EMPTY_VIEW = Image.new("L", (640, 360), 200)
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".ppm")


class PictureFolder:
    """A folder as a camera; it is connected while it exists."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"pictures in {path}"

    def open(self) -> FolderFrames:
        """Open the folder.

        Raises:
            OSError: there is no such folder.
        """
        if not self.path.is_dir():
            raise OSError(ENOTDIR, "there is no such folder")
        return FolderFrames(self.path)


class FolderFrames:
    """The newest picture of a folder, or a plain grey picture when it is empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def grab(self, stop: int) -> Image.Image | None:
        """Return the picture in grey; None while it is being written.

        Raises:
            OSError: the folder was deleted.
        """
        pictures = [entry for entry in os.scandir(self._folder) if entry.name.endswith(_PICTURES)]
        if not pictures:
            return _EMPTY_VIEW
        try:
            newest = max(pictures, key=lambda entry: entry.stat().st_mtime_ns)
            return open_picture(Path(newest.path))
        except (DeviceError, FileNotFoundError):
            return None

    def close(self) -> None:
        """Do nothing: nothing is held open."""
