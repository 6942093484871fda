"""What tells a waiting process that something in the hall has changed."""

from __future__ import annotations

from typing import Protocol


class Bell(Protocol):
    """Rings after every change of the hall, whichever process made it."""

    def fileno(self) -> int:
        """Return a descriptor that is readable once it rang."""
        ...

    def has_rung(self) -> bool:
        """Tell whether it rang, and forget it."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...
