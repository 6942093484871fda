"""A minute of the long day, so that what it would find is found soon. `./setup.sh soak` is all of it."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.soak import spend


def test_devices_that_come_and_go_while_visitors_come_leave_nothing_behind(tmp_path: Path) -> None:
    day = spend("usb", 4, 1, tmp_path)
    assert day.complaints == [], day
    assert min(day.unplugs.values()) >= 4
    assert day.numbers >= 2
    assert day.told >= 6
