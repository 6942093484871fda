"""What the process that owns the printer has found out about it, for whoever asks: a small file on tmpfs."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from kiosk.config import Home
from kiosk.decoding import json_of
from kiosk.files import read_file, replace_file


class About(Struct, frozen=True):
    """How the printer is reached, and what it is.

    `found` is how the profile was found: `configured`, `told` by the printer, or `assumed` because it does not say.
    `confirms` is None until its first job. `says_less`: it tells less than it can (its model, or what it has shown), so
    that its slips are uncertain. `kept` is how many pictures of slips it holds in its memory. `remarks` are sentences
    for the technician.
    """

    transport: str
    profile: str
    found: Literal["configured", "told", "assumed"] = "assumed"
    maker: str = ""
    model: str = ""
    firmware: str = ""
    confirms: bool | None = None
    says_less: bool = False
    kept: int = 0
    remarks: tuple[str, ...] = ()


def about_file(home: Home) -> Path:
    """Return where it stands."""
    return home.run / "printer.json"


def write_about(home: Home, about: About) -> None:
    """Replace what is said of the printer, in one step.

    Raises:
        OSError: the run directory cannot be written.
    """
    replace_file(about_file(home), msgspec.json.encode(about))


def read_about(home: Home) -> About | None:
    """Return what was last said of the printer; None when nobody has reached one since the machine started."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return json_of(read_file(about_file(home)), About)
    return None
