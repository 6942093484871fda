"""The slips of the simulated printer: one PNG each, under the home's `run/`."""

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
    """The slips of the simulated printer of a home."""

    def __init__(self, home: Home) -> None:
        self._folder = home.run / "sim" / "printer" / "slips"
        self._seen_at_ns = 0
        self._seen: dict[str, Any] = {"count": 0, "newest": []}

    def look(self) -> dict[str, Any]:
        """Return the number of slips, and the name and address of the newest ones, newest first."""
        try:
            changed_at_ns = self._folder.stat().st_mtime_ns
            if changed_at_ns != self._seen_at_ns:
                self._seen = self._read()
                # File times have steps of some milliseconds: a second change right after the first may go unnoticed.
                self._seen_at_ns = changed_at_ns if time.time_ns() - changed_at_ns > _SETTLED_NS else 0
        except OSError:
            # No slip was printed yet, or the oldest was deleted meanwhile.
            self._seen_at_ns, self._seen = 0, {"count": 0, "newest": []}
        return self._seen

    def read(self, name: str) -> bytes | None:
        """Return the picture of a slip, or None when it does not exist."""
        with suppress(OSError):
            return read_file(self._folder / f"{name}.png") if _NAME.fullmatch(name) else None
        return None

    def _read(self) -> dict[str, Any]:
        files = sorted((file for file in self._folder.glob("*.png") if _NAME.fullmatch(file.stem)), key=_number)
        newest = files[: -_SHOWN - 1 : -1]
        # With the time: another home's slips have the same numbers, and browsers cache pictures.
        return {
            "count": len(files),
            "newest": [
                {"name": file.stem, "url": f"slip/{file.stem}.png?at={file.lstat().st_mtime_ns}"} for file in newest
            ],
        }


def _number(file: Path) -> int:
    return int(file.stem)
