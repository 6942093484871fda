"""A finger for a compositor without a touch screen: its own virtual pointer, as a remote desktop has one.

Source: wlr-virtual-pointer-unstable-v1.xml.
"""

from __future__ import annotations

import struct
from pathlib import Path

from kiosk.drivers.display.wayland_protocol import Line, word

_MANAGER, _SEAT = "zwlr_virtual_pointer_manager_v1", "wl_seat"
_CREATE, _MOTION_ABSOLUTE, _BUTTON, _FRAME = 0, 1, 2, 4
_LEFT = 0x110
"""BTN_LEFT of linux/input-event-codes.h."""


class Pointer:
    """Presses places of all the outputs together, `size` pixels large."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self._size = size
        self._found: dict[str, int] = {}
        self._line = Line(path, lambda number, interface: self._found.__setitem__(interface, number), lambda _: None)
        self._line.round_trip()
        manager, seat = (self._line.bind(self._found[name], name, 1) for name in (_MANAGER, _SEAT))
        self._pointer = self._line.new()
        self._line.send(manager, _CREATE, word(seat) + word(self._pointer))
        self._line.round_trip()

    def press(self, x: float, y: float) -> None:
        """Press and let go."""
        width, height = self._size
        self._line.send(self._pointer, _MOTION_ABSOLUTE, struct.pack("=5I", 0, int(x), int(y), width, height))
        self._line.send(self._pointer, _FRAME)
        for is_down in (1, 0):
            self._line.send(self._pointer, _BUTTON, struct.pack("=3I", 0, _LEFT, is_down))
            self._line.send(self._pointer, _FRAME)
        self._line.round_trip()

    def close(self) -> None:
        """Take the pointer away."""
        self._line.close()
