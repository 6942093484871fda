"""A minute of the long day, so that what it would find is found soon. `./setup.sh soak` is all of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.soak import DEVICES, Day, burdens, spend
from tests.e2e.soak_hall import Weight


def test_devices_that_come_and_go_while_visitors_come_leave_nothing_behind(tmp_path: Path) -> None:
    day = spend("usb", 4, 1, tmp_path)
    assert day.complaints == [], day
    assert min(day.unplugs.values()) >= 4
    assert day.numbers >= 2
    assert day.told >= 6


@pytest.mark.parametrize(
    ("unplugs", "late", "complaints"),
    [
        (4, Weight(descriptors=24, typefaces=20, pss_mb=45.0), []),
        (4, Weight(descriptors=25, typefaces=20, pss_mb=40.0), ["screen: 20 descriptors became 25"]),
        (4, Weight(descriptors=20, typefaces=101, pss_mb=40.0), ["screen: 101 typefaces are open"]),
        (20, Weight(descriptors=20, typefaces=20, pss_mb=43.1), ["screen: 40.0 MB became 43.1"]),
    ],
    ids=["a typeface not shown before", "descriptors", "typefaces", "memory of a long day"],
)
def test_what_a_process_keeps_is_told(unplugs: int, late: Weight, complaints: list[str]) -> None:
    half = Weight(descriptors=20, typefaces=10, pss_mb=40.0)
    day = Day("usb", Counter(dict.fromkeys(DEVICES, unplugs)), silences_s={"screen": 1.0})
    day.weights = [{"screen": weight} for weight in (half, half, late)]
    assert list(burdens(day)) == complaints
