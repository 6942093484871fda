"""The port of a display: whether it is connected, and which output it is."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from kiosk.records import Record


class DisplayStatus(StrEnum):
    """The state of a window's display."""

    READY = "ready"
    MISSING = "missing"
    """No output has that name: it is unplugged or off, or `output` in kiosk.toml names another socket."""


class Output(Record):
    """An output: its name, its position among the outputs, and its visible size, in pixels."""

    name: str
    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0

    def __str__(self) -> str:
        return f"{self.name}, {self.width}x{self.height}"


class Display(Protocol):
    """One display, for one window; its methods return at once and never raise."""

    @property
    def status(self) -> DisplayStatus:
        """The current state; a display that returns is detected without a call."""
        ...

    def fileno(self) -> int:
        """Return a descriptor that is readable when something may have changed; a new one after a broken connection."""
        ...

    def read(self) -> tuple[()]:
        """Process the changes without waiting."""
        ...

    def shown_at(self, x: int, y: int) -> None:
        """Record the position of the window among the outputs, in pixels, and log which output that is."""
        ...

    def close(self) -> None:
        """Close it; closing twice is fine."""
        ...
