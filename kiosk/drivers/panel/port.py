"""What the kiosk expects of the panel beside the screen; the Protocol itself is the model's, as a voice is."""

from __future__ import annotations

from enum import StrEnum

from kiosk.model.panel import Panel

__all__ = ["Panel", "PanelStatus"]


class PanelStatus(StrEnum):
    """How a panel is."""

    READY = "ready"
    OFFLINE = "offline"
    """It is not there, or in another program's hands. It is looked for again without being asked."""
