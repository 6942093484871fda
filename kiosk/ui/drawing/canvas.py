"""The picture of a window: painted by one thread, read by others."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pygame
import pygame.image

from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.painter import Painter
from kiosk.ui.drawing.scene import Scene


class Canvas:
    """A surface, the scene on it, and a version that grows with each change."""

    def __init__(self, surface: pygame.Surface) -> None:
        self.surface = surface
        self.size = surface.get_size()
        self._painter = Painter(surface)
        self._scene: Scene | None = None
        self._version = 0
        self._is_closed = False
        self._changed = threading.Condition()

    def paint(self, scene: Scene) -> Iterator[list[Box]]:
        """Paint a scene step by step; yield where the picture has changed, so that each step can be shown at once."""
        if scene == self._scene:
            return
        steps = self._painter.paint(scene)
        while True:
            with self._changed:
                dirty = next(steps, None)
                self._scene = scene
                if dirty is None:
                    return
                self._version += 1
                self._changed.notify_all()
            yield dirty

    def renew(self, surface: pygame.Surface) -> None:
        """Use another surface, or the same one after its picture was lost: the next paint covers everything."""
        with self._changed:
            self.surface = surface
            self.size = surface.get_size()
            self._painter = Painter(surface)
            self._scene = None

    def look(self) -> tuple[int, Scene | None]:
        """Return the version and the scene; any thread."""
        with self._changed:
            return self._version, self._scene

    def frame(self, last: int, timeout_s: float) -> tuple[int, bytes]:
        """Wait until the version differs from `last`; return it and rows of RGB, or no bytes after the timeout."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != last or self._is_closed, timeout_s)
            if self._version == last or self._is_closed:
                return self._version, b""
            return self._version, pygame.image.tobytes(self.surface, "RGB")

    def close(self) -> None:
        """Wake all threads that wait for a frame; none uses the surface afterwards."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
