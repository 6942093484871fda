"""Where the units are, and how they are read."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "systemd"
SERVICES = tuple(sorted(path.stem for path in UNITS.glob("*.service")))
OWN = tuple(name for name in SERVICES if name != "kiosk-display")
"""The services that run our own processes; kiosk-display runs the compositor."""


def settings_of(service: str) -> dict[str, list[str]]:
    """Return the settings of a service with what it has in common with the others, as key → values in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in (UNITS / f"{service}.service", UNITS / "kiosk-.service.d" / "common.conf"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if "=" in line and not line.startswith("#"):
                key, _, value = line.partition("=")
                found[key].append(value)
    return found


def ids(device: Path, file: str) -> dict[str, int]:
    """Return name → number of the users (`passwd`) or groups (`group`) of a device."""
    rows = (line.split(":") for line in (device / "etc" / file).read_text(encoding="utf-8").splitlines())
    return {row[0]: int(row[2]) for row in rows}
