"""Which output each window has, for whoever asks: a small file on tmpfs."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec

from kiosk.config import Home
from kiosk.drivers.display.port import Output


def about_file(home: Home, window: str) -> Path:
    """Return where it stands; `window` is `screen` or `board`."""
    return home.run / f"{window}.display.json"


def write_about(home: Home, window: str, output: Output | None) -> None:
    """Replace what is said of a window's output, in one step; without one it is taken away.

    Raises:
        OSError: the run directory cannot be written.
    """
    file = about_file(home, window)
    if output is None:
        file.unlink(missing_ok=True)
        return
    home.run.mkdir(parents=True, exist_ok=True)
    part = home.run / f".{window}.display.{os.getpid()}"
    part.write_bytes(msgspec.json.encode(output))
    part.replace(file)


def read_about(home: Home, window: str) -> Output | None:
    """Return the output that a window has; None when it has none, or nobody can tell."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(about_file(home, window).read_bytes(), type=Output)
    return None
