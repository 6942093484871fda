"""The tray of the emulated printer: each slip as a picture; the numbers continue across restarts."""

from __future__ import annotations

from pathlib import Path

from kiosk.config import Home
from kiosk.files import replacing


def tray_of(home: Home) -> Path:
    """Return the folder of the slips of a home's simulated printer."""
    return home.run / "sim" / "printer" / "slips"


class Tray:
    """Pictures `000001.png`, … in a folder; the oldest are deleted."""

    def __init__(self, folder: Path, width_dots: int, slips_kept: int) -> None:
        self._folder = folder
        self._width = width_dots
        self._slips_kept = slips_kept

    def lay(self, rows: list[bytes]) -> None:
        """Write one slip as a black and white PNG, complete or not at all.

        Args:
            rows: packed dots, 1 = burnt, most significant bit left.
        Raises:
            OSError: the run directory cannot be written.
        """
        from PIL import Image

        slips = sorted(self._folder.glob("[0-9]*.png"), key=_number)
        number = _number(slips[-1]) + 1 if slips else 1
        white = bytes(byte ^ 0xFF for byte in b"".join(rows))
        with replacing(self._folder / f"{number:06}.png") as picture:
            Image.frombytes("1", (self._width, len(rows)), white).save(picture, "PNG")
        for old in slips[: max(0, len(slips) + 1 - self._slips_kept)]:
            old.unlink(missing_ok=True)


def _number(slip: Path) -> int:
    return int(slip.stem) if slip.stem.isdigit() else 0
