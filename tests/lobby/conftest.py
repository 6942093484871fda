"""A hall of its own for each test, and its clock."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.lobby.lobby import Lobby
from tests.clocks import FakeClock
from tests.halls import lobby as open_hall


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def hall(tmp_path: Path, clock: FakeClock) -> Iterator[Lobby]:
    with contextlib.closing(open_hall(tmp_path, clock)) as opened:
        yield opened
