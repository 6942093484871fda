"""The slips that the simulated printer has laid out: one PNG each, under the home's `run/`."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from kiosk.config import Home
from kiosk.files import read_file

_SHOWN = 40
_SETTLED_NS = 1_000_000_000
_NAME = re.compile(r"[0-9]{1,12}")


class Slips:
    """The output tray of the simulated printer of a home."""

    def __init__(self, home: Home) -> None:
        self._folder = home.run / "sim" / "printer" / "slips"
        self._seen_at_ns = 0
        self._seen: dict[str, Any] = {"count": 0, "newest": []}

    def look(self) -> dict[str, Any]:
        """Return how many slips lie there, and name and address of the newest, newest first."""
        try:
            changed_at_ns = self._folder.stat().st_mtime_ns
            if changed_at_ns != self._seen_at_ns:
                self._seen = self._read()
                # File times move in steps of some milliseconds: what just changed may change again unnoticed.
                self._seen_at_ns = changed_at_ns if time.time_ns() - changed_at_ns > _SETTLED_NS else 0
        except OSError:
            # No slip was ever printed, or the oldest went while we looked.
            self._seen_at_ns, self._seen = 0, {"count": 0, "newest": []}
        return self._seen

    def read(self, name: str) -> bytes | None:
        """Return the picture of a slip, or None when there is no such slip."""
        with suppress(OSError):
            return read_file(self._folder / f"{name}.png") if _NAME.fullmatch(name) else None
        return None

    def _read(self) -> dict[str, Any]:
        files = sorted((file for file in self._folder.glob("*.png") if _NAME.fullmatch(file.stem)), key=_number)
        newest = files[: -_SHOWN - 1 : -1]
        # The time, because another home's slips begin with the same numbers and browsers remember pictures.
        return {
            "count": len(files),
            "newest": [
                {"name": file.stem, "url": f"slip/{file.stem}.png?at={file.lstat().st_mtime_ns}"} for file in newest
            ],
        }


def _number(file: Path) -> int:
    return int(file.stem)
