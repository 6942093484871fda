"""The printer's status file: what the printer process has learned about its printer, on tmpfs for other processes."""

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
    """The printer's connection, model and abilities.

    `found` is the source of the profile: `configured`, `told` by the printer, or `assumed` because the printer does not
    report its model. `confirms` is None until the first job. `says_less`: the printer reports less than its model or
    its own past answers promise, so its slips are uncertain. `kept` is the number of slip pictures stored in the
    printer's memory. `remarks` are sentences for the technician.
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
    """Return the path of the status file."""
    return home.run / "printer.json"


def write_about(home: Home, about: About) -> None:
    """Replace the status file atomically.

    Raises:
        OSError: the run directory cannot be written.
    """
    replace_file(about_file(home), msgspec.json.encode(about))


def read_about(home: Home) -> About | None:
    """Return the last written status; None when no printer was reached since the machine started."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return json_of(read_file(about_file(home)), About)
    return None
