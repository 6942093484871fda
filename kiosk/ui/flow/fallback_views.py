"""The views that are shown when the lobby's database cannot be read: the hall's name and a fault."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.config import Settings
from kiosk.lobby.views import BoardView, Fault, HallView


def hall(settings: Settings, fault: Fault) -> HallView:
    """Return the view of a hall without services and with one fault."""
    site = settings.site
    return HallView(
        now=datetime.now(ZoneInfo(site.timezone)),
        ward=site.ward,
        hall=site.hall,
        languages=tuple(site.languages),
        services=(),
        procedures=(),
        priority_groups=(),
        faults=(fault,),
        closed_text=site.hours.closed,
        opens_at=None,
    )


def board(settings: Settings) -> BoardView:
    """Return the view of a board without calls."""
    site = settings.site
    return BoardView(
        now=datetime.now(ZoneInfo(site.timezone)),
        ward=site.ward,
        hall=site.hall,
        current=None,
        last=(),
        waiting=(),
        notices=(),
        faults=(Fault.STORE_CORRUPT,),
    )
