"""A small file on tmpfs for each window, with the output that shows it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from kiosk.config import Home
from kiosk.decoding import json_of
from kiosk.files import read_file, replace_file
from kiosk.ports.display import Output


def about_file(home: Home, window: str) -> Path:
    """Return the path of the file; `window` is `screen` or `board`."""
    return home.run / f"{window}.display.json"


def write_about(home: Home, window: str, output: Output | None) -> None:
    """Replace the file of a window atomically; without an output, delete it.

    Raises:
        OSError: the run directory cannot be written.
    """
    file = about_file(home, window)
    if output is None:
        file.unlink(missing_ok=True)
        return
    replace_file(file, msgspec.json.encode(output))


def read_about(home: Home, window: str) -> Output | None:
    """Return the output of a window; None when it has none or it is unknown."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return json_of(read_file(about_file(home, window)), Output)
    return None
