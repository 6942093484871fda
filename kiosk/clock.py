"""The machine's clocks: three raw readings, taken together.

A Pi has no clock chip, so its wall clock can be wrong by hours after boot and can jump at any moment. The uptime cannot
jump, so it is read with the wall clock; `kiosk.model.time` derives the believed time from both.
"""

from __future__ import annotations

import ctypes
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from kiosk.records import Record

_NOT_SYNCHRONISED = (-1, 5)
"""What adjtimex(2) returns when it may not be asked, and while no time server has disciplined the clock."""
_TIMEX_BYTES = 512
"""More than `struct timex` needs (208 bytes on 64-bit Linux); zeroed, so `modes` = 0 = only read."""


class ClockReading(Record):
    """One reading of the machine's clocks. `wall` is aware UTC, `uptime_s` seconds since boot (never jumps), `boot_id`
    identifies the boot, `is_synchronised`: a time server disciplines the wall clock, `has_rtc`: a clock chip kept it
    through the power cut.
    """

    wall: datetime
    uptime_s: float
    boot_id: str
    is_synchronised: bool
    has_rtc: bool


class Clock(Protocol):
    """The source of the time; tests pass a fake one."""

    def read(self) -> ClockReading:
        """Return the machine's clocks as they are now."""
        ...

    def monotonic(self) -> float:
        """Return monotonic seconds, for delays and timeouts."""
        ...


class SystemClock:
    """The clocks of this machine."""

    def __init__(self) -> None:
        self._boot_id = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        self._has_rtc = Path("/sys/class/rtc/rtc0").exists()
        self._libc = ctypes.CDLL(None)

    def read(self) -> ClockReading:
        """Return the machine's clocks as they are now."""
        # /proc/uptime, not CLOCK_BOOTTIME: what changes the C library's clocks does not change this file
        uptime_s = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
        synchronised = self._libc.adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)) not in _NOT_SYNCHRONISED
        return ClockReading(datetime.now(UTC), uptime_s, self._boot_id, synchronised, self._has_rtc)

    def monotonic(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()
