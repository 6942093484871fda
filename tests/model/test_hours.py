"""Opening hours."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.model.hours import is_open, opens_at

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def _week(weekday: int) -> list[tuple[str, str]]:
    return [("08:00", "12:00"), ("13:30", "17:00")] if weekday < 5 else []


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (_at(23, 7, 59), False),
        (_at(23, 8), True),
        (_at(23, 12), False),
        (_at(23, 13, 30), True),
        (_at(23, 17), False),
        (_at(28, 9), False),
    ],
)
def test_a_period_holds_its_start_and_not_its_end(moment: datetime, expected: bool) -> None:
    assert is_open(moment, _week) is expected


def test_the_next_opening_skips_the_weekend() -> None:
    assert opens_at(_at(27, 17, 30), _week) == _at(30, 8)


def test_the_next_opening_in_the_lunch_break_is_the_afternoon() -> None:
    assert opens_at(_at(23, 12, 30), _week) == _at(23, 13, 30)


def test_a_hall_that_never_opens_has_no_next_opening() -> None:
    assert opens_at(_at(23, 9), lambda _: []) is None


def test_a_day_may_last_until_midnight() -> None:
    assert is_open(_at(23, 23, 59), lambda _: [("00:00", "24:00")])


def test_at_the_very_opening_the_next_one_is_still_to_come() -> None:
    assert opens_at(_at(23, 8), _week) == _at(23, 13, 30)


def test_a_hall_of_one_morning_a_week_opens_in_a_week() -> None:
    assert opens_at(_at(23, 9), lambda weekday: [("08:00", "12:00")] if weekday == 0 else []) == _at(30, 8)
