"""Panels: the four tactile keys, the lamps and whatever else stands beside the screen."""

from __future__ import annotations

from kiosk.config import Home
from kiosk.config.types import Panel as PanelSettings
from kiosk.ports.panel import Panel


def open_panel(panel: PanelSettings, home: Home) -> Panel | None:
    """Return the panel that the settings name, or None where there is none by choice.

    One that is not there is no error: it is OFFLINE until it comes.

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
