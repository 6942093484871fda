"""Which output each window has, for whoever asks: a small file on tmpfs."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from kiosk.config import Home
from kiosk.decoding import json_of
from kiosk.files import read_file, replace_file
from kiosk.ports.display import Output


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
    replace_file(file, msgspec.json.encode(output))


def read_about(home: Home, window: str) -> Output | None:
    """Return the output that a window has; None when it has none, or nobody can tell."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return json_of(read_file(about_file(home, window)), Output)
    return None
