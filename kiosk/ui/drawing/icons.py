"""Icons: lucide drawings in one colour, rendered at their final size."""

from __future__ import annotations

import io
import logging
from functools import lru_cache
from pathlib import Path

import pygame
import pygame.image

from kiosk.ui.drawing.theme import Color

ICONS = Path(__file__).parents[2] / "assets" / "icons"
_FALLBACK = "file-text"
_log = logging.getLogger(__name__)


@lru_cache(maxsize=128)
def drawn(name: str, size_px: int, color: Color) -> pygame.Surface:
    """Return an icon as a square picture; an unknown name gives the icon of a sheet of paper."""
    drawing = _source(name).replace("currentColor", f"#{color.r:02x}{color.g:02x}{color.b:02x}")
    # Line width of a 24-unit drawing. A large icon looks better with thinner lines.
    stroke = 2.0 if size_px < 48 else 1.75
    drawing = drawing.replace('stroke-width="2"', f'stroke-width="{stroke}"')
    return pygame.image.load_sized_svg(io.BytesIO(drawing.encode()), (size_px, size_px))


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    file = ICONS / f"{name}.svg"
    if not file.is_file():
        _log.warning("no icon named %r in %s: showing %r instead", name, ICONS, _FALLBACK)
        file = ICONS / f"{_FALLBACK}.svg"
    return file.read_text(encoding="utf-8")
