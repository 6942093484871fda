"""Pictures in a folder in the place of a camera: whatever picture came last is what is held up, until it is gone."""

from __future__ import annotations

import os
from errno import ENOTDIR
from pathlib import Path

from PIL import Image

from kiosk.drivers.scanner.decoding.picture import open_picture
from kiosk.errors import DeviceError

_NOBODY = Image.new("L", (640, 360), 200)
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".ppm")


class PictureFolder:
    """A folder, which is as much a camera as it is there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"pictures in {path}"

    def open(self) -> FolderFrames:
        """Return what appears in it.

        Raises:
            OSError: there is no such folder.
        """
        if not self.path.is_dir():
            raise OSError(ENOTDIR, "there is no such folder")
        return FolderFrames(self.path)


class FolderFrames:
    """The newest picture of a folder, or a grey ground when there is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def grab(self, stop: int) -> Image.Image | None:
        """Return it in grey; None while a picture is being written.

        Raises:
            OSError: the folder is gone.
        """
        pictures = [entry for entry in os.scandir(self._folder) if entry.name.endswith(_PICTURES)]
        if not pictures:
            return _NOBODY
        try:
            newest = max(pictures, key=lambda entry: entry.stat().st_mtime_ns)
            return open_picture(Path(newest.path))
        except (DeviceError, FileNotFoundError):
            return None

    def close(self) -> None:
        """Look no longer."""
