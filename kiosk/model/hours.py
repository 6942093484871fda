"""Opening hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

Week = Callable[[int], Sequence[tuple[str, str]]]
"""The periods of a weekday (Monday = 0) as pairs of `HH:MM`; `24:00` is the end of a day."""


def is_open(now: datetime, week: Week) -> bool:
    """Tell whether the hall is open at a local time; a period includes its start and not its end."""
    return any(start <= now < end for start, end in _periods(now, week))


def opens_at(now: datetime, week: Week) -> datetime | None:
    """Return when the hall next opens within the coming week, or None when it never does."""
    for ahead in range(8):
        day = now + timedelta(days=ahead)
        starts = [start for start, _ in _periods(day, week) if start > now]
        if starts:
            return min(starts)
    return None


def _periods(day: datetime, week: Week) -> list[tuple[datetime, datetime]]:
    midnight = datetime.combine(day.date(), time(), day.tzinfo)
    return [(midnight + _since_midnight(start), midnight + _since_midnight(end)) for start, end in week(day.weekday())]


def _since_midnight(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
