"""Settings for the search: the catalogue a new home begins with, and a ward's own."""

from __future__ import annotations

from pathlib import Path

from kiosk.config import Home, Procedure, Settings, load
from kiosk.defaults import write_home
from kiosk.records import replace


def default_settings(root: Path) -> Settings:
    """Return the settings of a new home."""
    home = Home.at(root)
    write_home(home)
    return load(home)


def with_procedures(settings: Settings, *procedures: Procedure) -> Settings:
    """Return the settings with a catalogue of just these procedures."""
    return replace(settings, procedures=procedures)


def procedure(code: str, vi: str, en: str, *search: str) -> Procedure:
    """Return a procedure with a name and search words, and no papers."""
    nothing = {"vi": "", "en": ""}
    return Procedure(
        code=code,
        service="A",
        name={"vi": vi, "en": en},
        papers=[],
        time=nothing,
        fee=nothing,
        is_online=False,
        search=list(search),
    )
