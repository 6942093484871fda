"""A Wayland client without a window: reports the names and positions of the outputs, which SDL does not.

Source: wayland.xml (wl_output) and xdg-output-unstable-v1.xml.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kiosk.drivers.display.wayland_protocol import Line, text, word
from kiosk.ports.display import Output
from kiosk.records import replace

_OUTPUT, _OUTPUT_VERSION, _OUTPUT_RELEASE = "wl_output", 3, 0
_MANAGER, _MANAGER_VERSION, _GET_XDG_OUTPUT = "zxdg_output_manager_v1", 2, 1
"""From this version on, outputs have names, and each change ends with a `done` event."""
_XDG_DESTROY = 0
_POSITION, _SIZE, _DONE, _NAME = 0, 1, 2, 3
_PAIR = struct.Struct("=ii")


_UNNAMED = Output("")


@dataclass(slots=True)
class _Followed:
    """An output with its two protocol objects: the pending values, and the values of its last `done`."""

    output: int
    xdg_output: int = 0
    coming: Output = _UNNAMED
    told: Output | None = None


class Outputs:
    """The outputs of the compositor that listens at `path`, kept up to date by `read`.

    Raises:
        OSError: there is no compositor, it does not answer, or it does not report names.
    """

    def __init__(self, path: Path) -> None:
        self._manager = 0
        self._waiting: list[int] = []
        self._followed: dict[int, _Followed] = {}
        self._line = Line(path, self._come, self._gone)
        try:
            self._line.round_trip()
            if not self._manager:
                raise OSError("the compositor does not report names of outputs (xdg-output)")
            self._line.round_trip()
        except OSError:
            self.close()
            raise

    @property
    def there(self) -> tuple[Output, ...]:
        """The outputs, in the order in which they were announced."""
        return tuple(one.told for one in self._followed.values() if one.told is not None)

    def fileno(self) -> int:
        """Return a descriptor that is readable when something may have changed."""
        return self._line.fileno()

    def read(self) -> None:
        """Process pending changes without blocking.

        Raises:
            OSError: the compositor has closed the connection.
        """
        self._line.read()

    def close(self) -> None:
        """Close the connection; closing twice is fine."""
        self._line.close()

    def _come(self, number: int, interface: str) -> None:
        if interface == _MANAGER:
            self._manager = self._line.bind(number, _MANAGER, _MANAGER_VERSION)
        elif interface == _OUTPUT:
            self._waiting.append(number)
        while self._manager and self._waiting:
            self._follow(self._waiting.pop(0))

    def _follow(self, number: int) -> None:
        one = _Followed(self._line.bind(number, _OUTPUT, _OUTPUT_VERSION))
        one.xdg_output = self._line.new(partial(_hear, one))
        self._line.send(self._manager, _GET_XDG_OUTPUT, word(one.xdg_output) + word(one.output))
        self._followed[number] = one

    def _gone(self, number: int) -> None:
        one = self._followed.pop(number, None)
        if one is not None:
            self._line.forget(one.xdg_output)
            self._line.send(one.xdg_output, _XDG_DESTROY)
            self._line.send(one.output, _OUTPUT_RELEASE)


def _hear(one: _Followed, opcode: int, arguments: bytes) -> None:
    """Process an event of an output."""
    if opcode == _POSITION:
        x, y = _PAIR.unpack(arguments)
        one.coming = replace(one.coming, x=x, y=y)
    elif opcode == _SIZE:
        width, height = _PAIR.unpack(arguments)
        one.coming = replace(one.coming, width=width, height=height)
    elif opcode == _NAME:
        one.coming = replace(one.coming, name=text(arguments))
    elif opcode == _DONE:
        one.told = one.coming
