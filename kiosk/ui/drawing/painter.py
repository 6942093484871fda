"""The painter: turns a scene into pixels and repaints only what changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache

import pygame
import pygame.transform

from kiosk.qr_code import QUIET_MODULES, modules_of
from kiosk.ui.drawing import icons
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.fonts import drawn
from kiosk.ui.drawing.scene import Icon, Panel, Qr, Scene, Text, Widget, changes
from kiosk.ui.drawing.theme import Color

_FINE = 4
"""Corners are drawn this many times larger and scaled down, because pygame draws no smooth circles."""
_WHITE = (255, 255, 255)
_BLACK = (0, 0, 0)


class Painter:
    """Paints scenes on one surface."""

    def __init__(self, surface: pygame.Surface) -> None:
        self.surface = surface
        self._last: Scene | None = None
        self._made: list[Qr] = []

    def paint(self, scene: Scene) -> Iterator[list[Box]]:
        """Paint what differs from the last scene; yield where, once for all but new QR codes and once for these.

        To make a QR code takes longer than all the rest. An equal scene costs a comparison and yields nothing.
        """
        dirty = changes(self._last, scene)
        self._last = scene
        new_codes = [widget for widget in scene.widgets if isinstance(widget, Qr) and widget not in self._made]
        if dirty:
            self._repaint(dirty, scene, without=new_codes)
            yield dirty
        if new_codes:
            boxes = [code.box for code in new_codes]
            self._repaint(boxes, scene)
            yield boxes
        self._made = [widget for widget in scene.widgets if isinstance(widget, Qr)]

    def _repaint(self, boxes: Sequence[Box], scene: Scene, without: Sequence[Widget] = ()) -> None:
        for box in boxes:
            self.surface.set_clip(pygame.Rect(box))
            self.surface.fill(scene.paper)
            for widget in scene.widgets:
                if widget.box.meets(box) and widget not in without:
                    _draw(self.surface, widget)
        self.surface.set_clip(None)


def picture(scene: Scene) -> pygame.Surface:
    """Return a scene as a picture, for the gallery and tests; needs no window."""
    surface = pygame.Surface(scene.size)
    deque(Painter(surface).paint(scene), maxlen=0)
    return surface


def _draw(surface: pygame.Surface, widget: Widget) -> None:
    match widget:
        case Panel():
            _panel(surface, widget)
        case Text(box=box, text=text, font=font, color=color):
            surface.blit(drawn(text, font, color), box[:2])
        case Icon(box=box, name=name, color=color):
            surface.blit(icons.drawn(name, box.w, color), box[:2])
        case Qr(box=box, payload=payload):
            code = _qr(payload, box.w)
            surface.blit(code, box.middle(*code.get_size())[:2])


def _panel(surface: pygame.Surface, panel: Panel) -> None:
    box, radius = panel.box, min(panel.radius_px, panel.box.w // 2, panel.box.h // 2)
    if panel.fill.a < 255:
        veil = pygame.Surface(box[2:], pygame.SRCALPHA)
        veil.fill(panel.fill)
        surface.blit(veil, box[:2])
        return
    edge = panel.edge or panel.fill
    edge_px = panel.edge_px if panel.edge else 0
    inner = box.inset(edge_px)
    if edge_px and not panel.is_dashed:
        _block(surface, box, radius, edge)
        _block(surface, inner, max(0, radius - edge_px), panel.fill)
        _corners(surface, box, radius, (panel.fill, edge, edge_px))
        return
    _block(surface, box, radius, panel.fill)
    _corners(surface, box, radius, (panel.fill, panel.fill, 0))
    if edge_px:
        _dashes(surface, box, edge, edge_px)


def _block(surface: pygame.Surface, box: Box, radius: int, color: Color) -> None:
    """Fill a rectangle except its corners."""
    surface.fill(color, pygame.Rect(box.x + radius, box.y, box.w - 2 * radius, box.h))
    surface.fill(color, pygame.Rect(box.x, box.y + radius, box.w, box.h - 2 * radius))


def _corners(surface: pygame.Surface, box: Box, radius: int, look: tuple[Color, Color, int]) -> None:
    if not radius:
        return
    disc = _disc(radius, *look)
    for x, from_x in ((box.x, 0), (box.right - radius, radius)):
        for y, from_y in ((box.y, 0), (box.bottom - radius, radius)):
            surface.blit(disc, (x, y), pygame.Rect(from_x, from_y, radius, radius))


@lru_cache(maxsize=64)
def _disc(radius: int, fill: Color, edge: Color, edge_px: int) -> pygame.Surface:
    """Return a disc with smooth edges; its four quarters are the corners of a panel."""
    side, large = 2 * radius, 2 * radius * _FINE
    disc = pygame.Surface((large, large), pygame.SRCALPHA)
    disc.fill((edge.r, edge.g, edge.b, 0))
    middle = (large / 2, large / 2)
    pygame.draw.circle(disc, edge, middle, large / 2)
    if edge_px:
        pygame.draw.circle(disc, fill, middle, (radius - edge_px) * _FINE)
    return pygame.transform.smoothscale(disc, (side, side))


def _dashes(surface: pygame.Surface, box: Box, color: Color, thick_px: int) -> None:
    dash = 5 * thick_px
    for x in range(box.x + dash, box.right - dash, 2 * dash):
        for y in (box.y, box.bottom - thick_px):
            surface.fill(color, pygame.Rect(x, y, dash, thick_px))
    for y in range(box.y + dash, box.bottom - dash, 2 * dash):
        for x in (box.x, box.right - thick_px):
            surface.fill(color, pygame.Rect(x, y, thick_px, dash))


@lru_cache(maxsize=4)
def _qr(payload: str, room_px: int) -> pygame.Surface:
    """Return a QR code with its white border, with whole pixels per module, as large as fits."""
    rows = modules_of(payload)
    side = len(rows) + 2 * QUIET_MODULES
    small = pygame.Surface((side, side))
    small.fill(_WHITE)
    for y, row in enumerate(rows, QUIET_MODULES):
        for x, is_dark in enumerate(row, QUIET_MODULES):
            if is_dark:
                small.set_at((x, y), _BLACK)
    step = max(1, room_px // side)
    return pygame.transform.scale(small, (side * step, side * step))
