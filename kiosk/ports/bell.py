"""The port of the bell, which wakes a waiting process after a change in the hall."""

from __future__ import annotations

from typing import Protocol


class Bell(Protocol):
    """Rings after every change of the hall, whichever process made it."""

    def fileno(self) -> int:
        """Return a descriptor that becomes readable when the bell rings."""
        ...

    def has_rung(self) -> bool:
        """Return whether it rang since the last call."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...
