"""Profiles of printer models, found by the name in the settings or by the model that a printer reports.

`kiosk/assets/printers.toml` has priority; it builds on python-escpos' database and adds what that lacks. A model that
only the database has is used with the database's values. The kiosk learns from its answers how it answers, as with
`generic`.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from kiosk.config.printer_models import Model, models, our_profiles, setting_name

GENERIC = "generic"
_FONT_A_WIDTH = 12


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """One model, or one behaviour that several models share; the data file explains the fields."""

    title: str
    models: list[str]
    status: Literal["asb", "dle_eot", "none"]
    confirms: bool
    width_dots: Annotated[int, Meta(ge=200, le=1200)] | None
    """None if it is not known."""
    dots_per_inch: Annotated[int, Meta(ge=60, le=255)] | None
    has_cutter: bool
    nv_graphics: Literal["gs_l", "fs_q", "none"]
    nv_bytes: Annotated[int, Meta(ge=0, le=1 << 22)]
    font_a_dots: tuple[int, int]
    code_pages: dict[str, int]
    quirks: list[str]
    source: str
    escpos: str = ""
    """The database's model that it is based on."""
    is_described: bool = True
    """Whether it is known how the model answers; if not, a missing answer proves nothing."""


@cache
def profile(name: str) -> Profile:
    """Return the profile of a name.

    Raises:
        KeyError: no profile has this name.
    """
    ours = our_profiles()
    if name in ours:
        own = ours[name]
        base = models().get(own["escpos"]) if "escpos" in own else None
        described = _described(base) if base else {}
        return msgspec.convert({**ours[GENERIC], **described, **own, "is_described": name != GENERIC}, Profile)
    described = _described(models()[name])
    alike = ours[_ours_of(name) or GENERIC]  # how similar models answer and store pictures
    is_described = alike is not ours[GENERIC]
    return msgspec.convert({**ours[GENERIC], **alike, **described, "is_described": is_described}, Profile)


def profiles() -> dict[str, Profile]:
    """Return every profile that can print slips, by name: ours first, then the database's."""
    names = [*our_profiles(), *(name for name, model in models().items() if model.takes_raster)]
    return {name: profile(name) for name in names}


@lru_cache(maxsize=16)
def of_model(model: str) -> str:
    """Return the name of a model's profile; `generic` if the model is unknown."""
    named = model.strip().lower()
    if not named:
        return GENERIC
    if ours := _ours_of(named):
        return ours
    for name, known in models().items():
        if known.takes_raster and setting_name(named) in (name, setting_name(known.name)):
            return name
    return GENERIC


def _ours_of(model: str) -> str | None:
    """Return the name of the first of our profiles that matches `model`, which must be in lower case."""
    owns = our_profiles().items()
    return next((name for name, own in owns if any(fnmatchcase(model, known) for known in own["models"])), None)


def _described(model: Model) -> dict[str, Any]:
    """Return the database's entry of a model as fields of a profile."""
    columns = model.fonts["0"].columns if "0" in model.fonts else 0
    width = model.width_dots
    is_usual_font = width is not None and width // _FONT_A_WIDTH == columns
    return {
        "title": model.title,
        "width_dots": width,
        "dots_per_inch": model.dots_per_inch,
        "has_cutter": model.has_cutter,
        "font_a_dots": [_FONT_A_WIDTH, 24] if is_usual_font else [0, 0],
        "code_pages": {page: int(number) for number, page in model.code_pages.items()},
        "source": "python-escpos",
    }
