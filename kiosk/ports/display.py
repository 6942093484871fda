"""What the kiosk wants to know of a display: whether it is there, and which output that is."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from kiosk.records import Record


class DisplayStatus(StrEnum):
    """How the display of a window is."""

    READY = "ready"
    MISSING = "missing"
    """There is no output of that name: unplugged, switched off, or `output` in kiosk.toml names another socket."""


class Output(Record):
    """An output: its name, its place among the others, and its size as people see it, in pixels."""

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
        """How it is; one that has gone is back by itself."""
        ...

    def fileno(self) -> int:
        """Return a descriptor that is readable when something may have changed; another one after the line broke."""
        ...

    def read(self) -> tuple[()]:
        """Take note of what has changed, without waiting."""
        ...

    def shown_at(self, x: int, y: int) -> None:
        """Take note that the window is seen at this place among the outputs, and log which of them that is."""
        ...

    def close(self) -> None:
        """Let go of it; closing twice is fine."""
        ...
