"""The icons of the pages as one SVG sprite; each symbol is named like its file."""

from __future__ import annotations

import re
from pathlib import Path

NAMES = (
    "arrow-right", "bell-ring", "calendar-check", "check", "circle-alert", "circle-check", "cloud-check", "cloud-off",
    "cloud-upload", "corner-up-right", "delete", "files", "hand-helping", "keyboard", "landmark", "lock", "log-out",
    "mail", "megaphone", "pause", "printer", "rotate-ccw", "scan-line", "unplug", "user-check", "user-x", "users",
    "volume-x", "x",
)  # fmt: skip

_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def sprite(folder: Path) -> bytes:
    """Return an SVG with one 24×24 symbol per name; the page's style sheet sets stroke and fill."""
    symbols = "".join(_symbol(name, folder / f"{name}.svg") for name in NAMES)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()


def _symbol(name: str, file: Path) -> str:
    match = _BODY.search(file.read_text(encoding="utf-8"))
    if match is None:
        raise ValueError(f"{file} is not an SVG picture")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{match[1].strip()}</symbol>'
