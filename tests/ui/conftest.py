"""A place to stand for the visitor and the board in tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.ui.flow.delays import Delays
from kiosk.ui.flow.visit import Visit
from tests.clocks import FakeClock
from tests.ui.fakes import FakeLobby
from tests.ui.finger import Finger


@pytest.fixture
def clock() -> FakeClock:
    """A clock that only the test turns."""
    return FakeClock()


@pytest.fixture
def lobby(tmp_path: Path) -> FakeLobby:
    """A lobby in memory."""
    return FakeLobby(tmp_path)


@pytest.fixture
def finger(lobby: FakeLobby, clock: FakeClock) -> Finger:
    """A finger on the glass of a visit that begins at the welcome screen."""
    return Finger(Visit(lobby, Delays(), clock.monotonic), clock)


@pytest.fixture
def no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SDL draw into memory."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
