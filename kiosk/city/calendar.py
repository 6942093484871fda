"""The city's calendar: all its wards keep one time."""

from __future__ import annotations

from datetime import UTC, datetime

from kiosk.model.time import local

ZONE = "Asia/Ho_Chi_Minh"


def day_of(utc: datetime) -> str:
    """Return the local day of a moment, as an ISO date."""
    return local(utc, ZONE).date().isoformat()


def day_of_ms(ms: int) -> str:
    """Return the local day of UTC milliseconds since 1970."""
    return day_of(datetime.fromtimestamp(ms / 1000, UTC))
