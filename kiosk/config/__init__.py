"""Settings: this kiosk, the services of its ward, and the procedures that it explains.

They are TOML files in the home's `etc/`: `kiosk.toml` (this machine), `site.toml` (the ward), `catalog/*.toml`
(procedures), `officers.toml` (the officers who may sign in at a counter; secret). Reading checks every key and limit;
an error names the file, the key, the value and the nearest known key.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from kiosk.config.checking import check
from kiosk.config.officers import FEWEST_DIGITS, OfficersList, check_pin, hash_pin, load_officers, write_officer
from kiosk.config.reading import nearest, read
from kiosk.config.types import (
    Broker,
    City,
    ClockTime,
    Counter,
    DeviceId,
    Display,
    Home,
    Hours,
    Kiosk,
    Letter,
    Millimetres,
    Officer,
    Period,
    Policy,
    Port,
    Printer,
    PriorityGroup,
    Procedure,
    Service,
    Settings,
    Site,
    SiteCode,
    Text,
    Web,
)
from kiosk.errors import ConfigError

__all__ = [
    "FEWEST_DIGITS",
    "Broker",
    "City",
    "ClockTime",
    "Counter",
    "DeviceId",
    "Display",
    "Home",
    "Hours",
    "Kiosk",
    "Letter",
    "Millimetres",
    "Officer",
    "OfficersList",
    "Period",
    "Policy",
    "Port",
    "Printer",
    "PriorityGroup",
    "Procedure",
    "Service",
    "Settings",
    "Site",
    "SiteCode",
    "Text",
    "Web",
    "check_pin",
    "hash_pin",
    "load",
    "load_officers",
    "nearest",
    "write_officer",
]

_T = TypeVar("_T")


class _CatalogFile(Struct, forbid_unknown_fields=True):
    procedures: list[Procedure]


def load(home: Home, *, with_catalog: bool = True) -> Settings:
    """Read and check the settings of a home. Without a `catalog/` folder there are no procedures.

    Args:
        with_catalog: whether to read the procedures too, which takes longer than everything else.
    Raises:
        ConfigError: a file is missing or unreadable, or a key or value is wrong. Its message has one line for each
            problem; its `file` and `key` are those of the first problem.
    """
    problems: list[ConfigError] = []
    kiosk = _read(home.etc / "kiosk.toml", Kiosk, problems)
    site = _read(home.etc / "site.toml", Site, problems)
    files = _catalog_files(home.etc / "catalog", problems) if with_catalog else []
    read_files = {file: _read(file, _CatalogFile, problems) for file in files}
    catalog = {file: content.procedures for file, content in read_files.items() if content}
    if kiosk and site and not problems:
        problems = list(check(home, kiosk, site, catalog))
        if not problems:
            return Settings(home, kiosk, site, tuple(one for procedures in catalog.values() for one in procedures))
    message = "\n".join(str(problem) for problem in problems)
    raise ConfigError(message, file=problems[0].file, key=problems[0].key) from problems[0]


def _read(file: Path, kind: type[_T], problems: list[ConfigError]) -> _T | None:
    try:
        return read(file, kind)
    except ConfigError as error:
        problems.append(error)
        return None


def _catalog_files(folder: Path, problems: list[ConfigError]) -> list[Path]:
    """Return the files of the catalogue in order. glob() would treat an unreadable folder as an empty one."""
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == ".toml")
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(ConfigError(f"{folder} cannot be read: {error.strerror}", file=folder))
        return []
