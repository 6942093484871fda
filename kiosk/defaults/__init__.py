"""The default settings of a new home: complete, commented files for a realistic ward.

The files in this folder are valid settings (Cửa Nam, its real hours, a simulated printer). A new home gets a copy with
some lines replaced, so that every comment stays.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from kiosk.config import Home, load, nearest
from kiosk.errors import ConfigError
from kiosk.files import make_own_folder, replace_file

_TEMPLATES = Path(__file__).parent
_SECTION = re.compile(r"\[([\w.]+)\]\s*(?:#.*)?")
_ASSIGNMENT = re.compile(r"([\w.]+) = (?:\"[^\"]*\"|[^#]*?)(\s*#.*)?")

Value = str | int | float | bool | list[str] | list[list[str]]

WARDS = {
    "00004": "Ba Đình",
    "00070": "Hoàn Kiếm",
    "00082": "Cửa Nam",
    "00166": "Cầu Giấy",
    "00235": "Đống Đa",
    "00256": "Hai Bà Trưng",
    "09556": "Hà Đông",
    "10015": "Chương Mỹ",
}
"""The names of some wards of Hanoi, by code. All eight are phường since 1 July 2025."""

_UNKNOWN_WARD = "…"
_FILL_IN = "# FILL IN: the kiosk does not know the name of this ward. Replace the … in the next lines with it.\n"
_ON_A_DEVICE: dict[str, Value] = {
    "printer.driver": "device",
    "printer.address": "/dev/kiosk-printer",
    "scanner.driver": "none",
    "sound.driver": "alsa",
    "board_sound.driver": "alsa",
    "panel.driver": "none",
}
"""The default devices of a real kiosk. Any other home has simulated hardware."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ALWAYS: dict[str, Value] = {
    **{f"hours.{day}": [["00:00", "24:00"]] for day in _DAYS},
    "hours.closed.vi": "Tạm ngừng cấp số. Mời quay lại sau.",
    "hours.closed.en": "No numbers are given at the moment. Please come back later.",
    "hours.closed.ko": "현재 번호표를 발급하지 않습니다. 나중에 다시 방문해 주십시오.",
}


def write_home(
    home: Home,
    *,
    site: str = "00082",
    always_open: bool = False,
    device: str | None = None,
    kiosk: Mapping[str, Value] | None = None,
    ward: Mapping[str, Value] | None = None,
) -> list[Path]:
    """Write a complete configuration for a new home, check it, and return the files written.

    The system's own home (`Home.at(None)`) gets a real printer at /dev/kiosk-printer, any other home a simulated one.

    Args:
        site: the ward's 5-digit code. If it is not in `WARDS`, the files have … in the place of the names.
        device: this kiosk's name. Default: `k<site>-1`.
        kiosk: further settings of kiosk.toml by key, such as `{"broker.port": 1883}`.
        ward: further settings of site.toml by key, such as `{"follow_url": "https://…/t/{token}"}`.
    Raises:
        ConfigError: a file exists already or cannot be written, or a value is wrong. Then nothing is written.
    """
    kiosk_values: dict[str, Value] = {"device": device or f"k{site}-1"}
    if home == Home.at(None):
        kiosk_values |= _ON_A_DEVICE
    site_values = {"code": site, **_names(WARDS.get(site, _UNKNOWN_WARD)), **(_ALWAYS if always_open else {})}
    texts = {
        home.etc / "kiosk.toml": _rewritten(_TEMPLATES / "kiosk.toml", kiosk_values | dict(kiosk or {})),
        home.etc / "site.toml": _rewritten(_TEMPLATES / "site.toml", site_values | dict(ward or {})),
    }
    if site not in WARDS:
        texts[home.etc / "site.toml"] = texts[home.etc / "site.toml"].replace("ward.vi = ", f"{_FILL_IN}ward.vi = ", 1)
    for template in sorted((_TEMPLATES / "catalog").glob("*.toml")):
        texts[home.etc / "catalog" / template.name] = template.read_text(encoding="utf-8")
    _write_all(home, texts)
    return list(texts)


def _names(name: str) -> dict[str, Value]:
    return {
        "ward.vi": f"Phường {name}",
        "ward.en": f"{name} Ward",
        "ward.ko": f"{name} 동",
        "authority.vi": f"UBND phường {name}",
        "authority.en": f"{name} Ward People's Committee",
        "authority.ko": f"{name} 동 인민위원회",
    }


def change_settings(file: Path, values: Mapping[str, Value]) -> None:
    """Set keys in a settings file made by `write_home`. Every comment stays. A key is `section.name`.

    Raises:
        ConfigError: the file has no such key, or cannot be written.
    """
    text = _rewritten(file, values)
    try:
        replace_file(file, text.encode(), keeps_rights=True, is_durable=True)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}", file=file) from error


def _rewritten(file: Path, values: Mapping[str, Value]) -> str:
    """Return the text of a file with the lines of these keys replaced. A key is `section.name`: `printer.driver`."""
    lines = file.read_text(encoding="utf-8").splitlines()
    section = ""
    known = []
    for index, line in enumerate(lines):
        if header := _SECTION.fullmatch(line):
            section = f"{header[1]}."
        elif line.startswith("[["):
            section = "[[]]."  # one of several tables: a key cannot name it
        elif assignment := _ASSIGNMENT.fullmatch(line):
            key = section + assignment[1]
            known.append(key)
            if key in values:
                # Strings, numbers, booleans and arrays have the same form in JSON and TOML.
                lines[index] = f"{assignment[1]} = {json.dumps(values[key], ensure_ascii=False)}{assignment[2] or ''}"
    for key in values:
        if key not in known:
            raise ConfigError(f"{file.name} has no setting {key}; {nearest(key, known)}", key=key)
    return "\n".join(lines) + "\n"


def _write_all(home: Home, texts: Mapping[Path, str]) -> None:
    existing = [file for file in texts if file.exists()]
    if existing:
        names = ", ".join(str(file) for file in existing)
        raise ConfigError(f"these files exist already and are not overwritten: {names}", file=existing[0])
    written: list[Path] = []
    try:
        for folder in (home.etc, home.etc / "catalog", home.var, home.run):
            make_own_folder(folder)
        for file, text in texts.items():
            with file.open("x", encoding="utf-8") as stream:
                written.append(file)
                stream.write(text)
        load(home)
    except (ConfigError, OSError) as error:
        for file in written:
            with contextlib.suppress(OSError):
                file.unlink()
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{error.filename or home.etc} cannot be written: {error.strerror}", file=home.etc) from error
