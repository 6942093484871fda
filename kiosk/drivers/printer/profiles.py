"""What is known of printer models: data in `kiosk/assets/printers.toml`, found by what a printer calls itself."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

FILE = Path(__file__).parents[2] / "assets" / "printers.toml"
GENERIC = "generic"


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """One model, or one way to behave; the data file explains the fields."""

    title: str
    models: list[str]
    status: Literal["asb", "dle_eot", "none"]
    confirms: bool
    width_dots: Annotated[int, Meta(ge=200, le=1200)]
    dots_per_inch: Annotated[int, Meta(ge=100, le=255)]
    has_cutter: bool
    nv_graphics: Literal["gs_l", "fs_q", "none"]
    nv_bytes: Annotated[int, Meta(ge=0, le=1 << 22)]
    font_a_dots: tuple[int, int]
    code_pages: dict[str, int]
    quirks: list[str]
    source: str


@cache
def profiles() -> dict[str, Profile]:
    """Return every profile by its name."""
    return msgspec.toml.decode(FILE.read_bytes(), type=dict[str, Profile])


def of_model(model: str) -> str:
    """Return the name of the profile of a model; `generic` for one that nobody has described."""
    named = model.strip().lower()
    found = (name for name, profile in profiles().items() for known in profile.models if fnmatchcase(named, known))
    return next(found, GENERIC)
