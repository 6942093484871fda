"""The status lamp: the kiosk's faults, for somebody who looks from across the hall."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.lobby.views import Fault
from kiosk.ports.panel import Light

LONG_DOWN_S = 15 * 60.0
"""After this long a line does not come back by itself; a shorter gap needs nobody in the hall."""

_FAULTS = frozenset({Fault.STORE_CORRUPT, Fault.DISK_FULL, Fault.OUT_OF_SERVICE})
_ERRANDS = frozenset(
    {
        Fault.PAPER_LOW,
        Fault.PRINTER_SILENT,
        Fault.CLOCK_UNSURE,
        Fault.SCANNER_OFFLINE,
        Fault.SPEAKER_OFFLINE,
        Fault.PANEL_OFFLINE,
        Fault.CASE_OPEN,
    }
)


def light_of(faults: Sequence[Fault], line_down_s: float = 0.0) -> Light:
    """Return the state of the status lamp.


    Args:
        line_down_s: for how long the line to the city has been down, 0 while it is up.
    """
    if any(fault in _FAULTS or fault.stops_paper for fault in faults):
        return Light.FAULT
    if line_down_s >= LONG_DOWN_S or any(fault in _ERRANDS for fault in faults):
        return Light.ATTENTION
    return Light.OFF if Fault.CLOSED in faults else Light.READY
