"""Which time it is, as far as anyone can tell.

A Pi without a clock chip boots in the past and its clock may be stepped at any moment. What we know is an anchor: a
business time that was believed at a known uptime of a known boot. The uptime never steps, so within one boot the
anchor plus the uptime since tells the time, and a wall clock that says otherwise is doubted until a time server or
the city settles it. Small or plausible corrections forward are taken at once; a business day never goes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from kiosk.clock import ClockReading

RELEASED_AT = datetime(2026, 11, 1, tzinfo=UTC)
"""No kiosk with this software ran before; a clock that says so is wrong."""

STEP_TOLERANCE = timedelta(minutes=2)
"""How far wall clock and uptime may drift apart before we call it a step."""

LONGEST_CORRECTION = timedelta(days=32)
"""A hand that sets the clock of a kiosk after a long power cut moves it by days or weeks. A year is a mistake."""


class Trust(IntEnum):
    """How sure we are of the time."""

    DOUBTFUL = 0
    PLAUSIBLE = 1
    CONFIRMED = 2


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment we knew: business time `utc` at `uptime_s` of `boot_id`, when the wall clock was ahead by `offset`."""

    boot_id: str
    uptime_s: float
    utc: datetime
    offset: timedelta
    trust: Trust


@dataclass(frozen=True, slots=True)
class Now:
    """The time we believe in (aware UTC), how sure we are, and the anchor to keep if it moved."""

    utc: datetime
    trust: Trust
    anchor: Anchor


def believe(reading: ClockReading, anchor: Anchor | None, floor: datetime) -> Now:
    """Return the time to do business by.

    Args:
        anchor: what was believed before, or None in a new home.
        floor: the last time that is on record; time does not start before it after a reboot.
    """
    if reading.is_synchronised:
        return _settle(reading, reading.wall, anchor)
    if anchor is None or anchor.boot_id != reading.boot_id:
        return _first_of_boot(reading, anchor, floor)
    expected = anchor.utc + timedelta(seconds=reading.uptime_s - anchor.uptime_s)
    step = reading.wall - anchor.offset - expected
    if abs(step) <= STEP_TOLERANCE:
        return Now(expected, anchor.trust, anchor)
    if timedelta() < step <= LONGEST_CORRECTION:
        moved = _anchored(reading, expected + step, Trust.DOUBTFUL)
        return Now(moved.utc, Trust.DOUBTFUL, moved)
    return Now(expected, Trust.DOUBTFUL, anchor)


def confirm(reading: ClockReading, utc: datetime, anchor: Anchor | None) -> Now:
    """Return the time as somebody who knows it (the city) tells it: `utc`, just now."""
    return _settle(reading, utc, anchor)


def business_day(now: Now, zone: str, last_day: str) -> str:
    """Return the business day as ISO date: the local date, never before `last_day` (empty in a new home)."""
    return max(local(now.utc, zone).date().isoformat(), last_day)


def is_certain(now: Now, zone: str, day: str) -> bool:
    """Tell whether a clock face may show this time without a mark."""
    return now.trust > Trust.DOUBTFUL and local(now.utc, zone).date() == date.fromisoformat(day)


def local(utc: datetime, zone: str) -> datetime:
    """Return a moment in the site's own time."""
    return utc.astimezone(ZoneInfo(zone))


def _settle(reading: ClockReading, utc: datetime, anchor: Anchor | None) -> Now:
    """Take `utc` as the truth; the anchor moves only when it says something new."""
    if anchor is not None and anchor.boot_id == reading.boot_id and anchor.trust is Trust.CONFIRMED:
        expected = anchor.utc + timedelta(seconds=reading.uptime_s - anchor.uptime_s)
        is_stepped = abs(reading.wall - anchor.offset - expected) > STEP_TOLERANCE
        if abs(utc - expected) < timedelta(seconds=2) and not is_stepped:
            return Now(utc, Trust.CONFIRMED, anchor)
    return Now(utc, Trust.CONFIRMED, _anchored(reading, utc, Trust.CONFIRMED))


def _first_of_boot(reading: ClockReading, anchor: Anchor | None, floor: datetime) -> Now:
    earliest = max(floor, RELEASED_AT)
    # Without a clock chip the wall clock stood still while the power was off: after a reboot it is a guess.
    is_kept = anchor is None or reading.has_rtc
    trust = Trust.PLAUSIBLE if reading.wall >= earliest and is_kept else Trust.DOUBTFUL
    utc = max(reading.wall, earliest)
    return Now(utc, trust, _anchored(reading, utc, trust))


def _anchored(reading: ClockReading, utc: datetime, trust: Trust) -> Anchor:
    return Anchor(reading.boot_id, reading.uptime_s, utc, reading.wall - utc, trust)
