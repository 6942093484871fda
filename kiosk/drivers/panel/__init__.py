"""Panels: the four tactile keys, the lamps and the other devices beside the screen."""

from __future__ import annotations

from kiosk.config import Home
from kiosk.config.types import Panel as PanelSettings
from kiosk.ports.panel import Panel


def open_panel(panel: PanelSettings, home: Home) -> Panel | None:
    """Return the panel of the settings, or None when the settings name none.

    A panel that is not connected is no error: it is OFFLINE until it is connected.

    Raises:
        OSError: the run directory cannot be written.
    """
    if panel.driver == "simulated":
        from kiosk.drivers.panel.simulated import SimulatedPanel

        return SimulatedPanel(home, panel.pour_s)
    if panel.driver == "gpio":
        from kiosk.drivers.panel.gpio import GpioPanel

        return GpioPanel(panel)
    return None
