"""What the kiosk expects of the panel beside the screen: four keys that are listened to, and a lamp."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from kiosk.model.panel import Key, Lamp


class PanelStatus(StrEnum):
    """How a panel is."""

    READY = "ready"
    OFFLINE = "offline"
    """It is not there, or in another program's hands. It is looked for again without being asked."""


class Panel(Protocol):
    """One panel, opened by one process. One thread listens to its keys; any other may set the lamp and ask for its
    status. As with a scanner, going and coming back make `fileno()` readable, and the descriptor stays the same.
    """

    def fileno(self) -> int:
        """Return a descriptor that is readable when something may have happened; then call `read`."""
        ...

    def read(self) -> list[Key]:
        """Return the keys that were pressed since the last call, oldest first. It never waits and never raises."""
        ...

    def lamp(self, state: Lamp) -> None:
        """Let the call lamp shine so from now on, also after the panel was gone. It returns at once, never raises."""
        ...

    @property
    def status(self) -> PanelStatus:
        """How it is now."""
        ...

    def close(self) -> None:
        """Let go of the panel, its lamp dark; closing twice is fine. Afterwards it is OFFLINE."""
        ...
