"""A clock that tests turn by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kiosk.clock import ClockReading
from kiosk.records import replace

MONDAY_MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 23 November 2026, 09:00 in Hanoi."""


class FakeClock:
    """Wall clock and uptime, moved together by `pass_time`, apart by `step`, begun anew by `reboot`."""

    def __init__(self, wall: datetime = MONDAY_MORNING) -> None:
        self.reading = ClockReading(wall, 1000.0, "boot-1", is_synchronised=False, has_rtc=False)
        self._monotonic_s = 1000.0

    def read(self) -> ClockReading:
        """Return the machine's clocks."""
        return self.reading

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return self._monotonic_s

    def pass_time(self, **duration: float) -> None:
        """Let time go by, as `timedelta` takes it."""
        passed = timedelta(**duration)
        seconds = passed.total_seconds()
        self._monotonic_s += seconds
        self.reading = replace(self.reading, wall=self.reading.wall + passed, uptime_s=self.reading.uptime_s + seconds)

    def step(self, **jump: float) -> None:
        """Move the wall clock alone."""
        self.reading = replace(self.reading, wall=self.reading.wall + timedelta(**jump))

    def synchronise(self, wall: datetime | None = None) -> None:
        """Let a time server discipline the clock, setting it to `wall` if given."""
        self.reading = replace(self.reading, wall=wall or self.reading.wall, is_synchronised=True)

    def reboot(self, wall: datetime) -> None:
        """Start again with a new boot id and a wall clock of the battery's choosing."""
        number = int(self.reading.boot_id.removeprefix("boot-")) + 1
        self.reading = ClockReading(wall, 10.0, f"boot-{number}", is_synchronised=False, has_rtc=False)
