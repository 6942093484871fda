"""The known printer models: our own data, and the database of python-escpos.

The database is a JSON file in the package `escpos`. It is read without an import of the package, which would cost 0.3 s
and 13 MB. It is read only for a model that `kiosk/assets/printers.toml` does not have, or refers to.

Source: escpos/capabilities.json, made from https://github.com/receipt-print-hq/escpos-printer-db.
"""

from __future__ import annotations

import logging
import re
import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from kiosk.decoding import json_of
from kiosk.files import read_file

_log = logging.getLogger(__name__)
_OURS = Path(__file__).parents[1] / "assets" / "printers.toml"
_NO_MODEL = ("default", "simple")
"""The entries of the database for unknown printers."""


class _Width(Struct, frozen=True):
    pixels: int | str = "Unknown"


class _Media(Struct, frozen=True):
    dpi: int | str = "Unknown"
    width: _Width = _Width()


class _Features(Struct, frozen=True, rename="camel"):
    bit_image_raster: bool = False
    paper_part_cut: bool = False
    paper_full_cut: bool = False


class _Font(Struct, frozen=True):
    columns: int = 0


class Model(Struct, frozen=True, rename="camel"):
    """One model as the database describes it."""

    name: str
    vendor: str
    features: _Features
    media: _Media
    fonts: dict[str, _Font] = field(default_factory=dict)
    code_pages: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Return maker and model. Some names of models already begin with the maker."""
        return self.name if self.name.startswith(self.vendor) else f"{self.vendor} {self.name}"

    @property
    def width_dots(self) -> int | None:
        """Return the printable width, or None if the database does not have it."""
        pixels = self.media.width.pixels
        return pixels if isinstance(pixels, int) else None

    @property
    def dots_per_inch(self) -> int | None:
        """Return the resolution of the print head, or None if the database does not have it."""
        return self.media.dpi if isinstance(self.media.dpi, int) else None

    @property
    def takes_raster(self) -> bool:
        """Tell whether the model prints raster pictures (GS v 0), which slips need."""
        return self.features.bit_image_raster

    @property
    def has_cutter(self) -> bool:
        """Tell whether the model has a cutter."""
        return self.features.paper_part_cut or self.features.paper_full_cut


class _Database(Struct, frozen=True):
    profiles: dict[str, Model]


@cache
def our_profiles() -> dict[str, dict[str, Any]]:
    """Return the tables of `kiosk/assets/printers.toml`, unchanged, by name."""
    return tomllib.loads(_OURS.read_text(encoding="utf-8"))


@cache
def models() -> dict[str, Model]:
    """Return the models of the database by their names in the settings: lower-case letters, digits and `-`.

    It is empty, with a warning, if the package is missing or its file is damaged. Printing works without it.
    """
    spec = find_spec("escpos")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        _log.warning("python-escpos is not installed: only the printers of %s are known", _OURS.name)
        return {}
    file = Path(folders[0]) / "capabilities.json"
    try:
        found = json_of(read_file(file), _Database).profiles
    except (OSError, msgspec.DecodeError) as error:
        _log.warning("%s cannot be read, only the printers of %s are known: %s", file, _OURS.name, error)
        return {}
    return {setting_name(name): model for name, model in sorted(found.items()) if name not in _NO_MODEL}


def setting_name(name: str) -> str:
    """Return the name of a model in the settings: `TM-T88V` is `tm-t88v`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def wrong_profile(name: str) -> str | None:
    """Return the error in the name of a profile, or None if the profile exists and prints slips."""
    from kiosk.config.reading import nearest

    if name in our_profiles():
        return None
    model = models().get(name)
    if model is None:
        printing = [known for known, model in models().items() if model.takes_raster]
        help_ = nearest(name, [*our_profiles(), *printing])
        known = f"known: auto, {', '.join(our_profiles())}" if help_.startswith("known") else help_
        return f"there is no such profile; {known}; `kiosk printer profiles` lists all"
    if not model.takes_raster:
        return f"{model.title} does not print raster pictures (GS v 0), so it cannot print a slip"
    return None
