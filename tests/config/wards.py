"""A complete home for tests, and functions that change one line or write any TOML."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path

import pytest

from kiosk.config import Home, load
from kiosk.defaults import write_home
from kiosk.errors import ConfigError


def new_home(folder: Path) -> Home:
    """Return a home with the default settings."""
    home = Home.at(folder)
    write_home(home)
    return home


def with_line(home: Home, name: str, old: str, new: str) -> Path:
    """Replace a text that a settings file has exactly once, and return the file."""
    file = home.etc / name
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def complaint(home: Home) -> str:
    """Return the error message of loading: one line for each problem."""
    with pytest.raises(ConfigError) as refused:
        load(home)
    return str(refused.value)


def toml(value: object) -> str:
    """Return any TOML value as TOML; tables are written inline."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{_text(str(key))} = {toml(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(toml(item) for item in value) + "]"
        case str():
            return _text(value)
        case bool():
            return "true" if value else "false"
        case float() if math.isnan(value) or math.isinf(value):
            return str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return repr(value)


def document(tables: Mapping[str, object]) -> str:
    """Return a TOML document."""
    return "".join(f"{_text(key)} = {toml(value)}\n" for key, value in tables.items())


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
