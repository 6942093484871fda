"""Midnight comes while a command is under way: it returns what it made, and nobody takes a second number."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.clock import ClockReading
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import TicketView
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.halls import lobby as open_hall


class LateClock(FakeClock):
    """A clock that shows the last moment of a day once more, and then the next day."""

    is_at_the_edge = False

    def read(self) -> ClockReading:
        """Return the machine's clocks, and pass midnight behind the reader's back."""
        reading = super().read()
        if self.is_at_the_edge:
            self.is_at_the_edge = False
            self.pass_time(minutes=2)
        return reading


@pytest.fixture
def clock() -> LateClock:
    return LateClock(MONDAY_MORNING + timedelta(hours=14, minutes=59))


@pytest.fixture
def hall(tmp_path: Path, clock: LateClock) -> Iterator[Lobby]:
    with contextlib.closing(open_hall(tmp_path, clock)) as opened:
        yield opened


def _after(*steps: Callable[[Lobby], object]) -> Callable[[Lobby], None]:
    def prepare(hall: Lobby) -> None:
        hall.take("A")
        for step in steps:
            step(hall)

    return prepare


def _call(hall: Lobby) -> TicketView | None:
    return hall.call_next(1)


def _serve(hall: Lobby) -> TicketView:
    return hall.serve("A001")


def _park(hall: Lobby) -> TicketView:
    return hall.park("A001")


@pytest.mark.parametrize(
    ("prepare", "command", "number", "state"),
    [
        (_after(), lambda hall: hall.take("A"), "A002", "waiting"),
        (_after(), _call, "A001", "called"),
        (_after(_call), lambda hall: hall.recall("A001"), "A001", "called"),
        (_after(_call), _serve, "A001", "serving"),
        (_after(_call, _serve), lambda hall: hall.done("A001"), "A001", "done"),
        (_after(_call), lambda hall: hall.no_show("A001"), "A001", "no_show"),
        (_after(), _park, "A001", "parked"),
        (_after(_park), lambda hall: hall.resume("A001"), "A001", "waiting"),
        (_after(), lambda hall: hall.transfer("A001", "B"), "A001", "waiting"),
        (_after(), lambda hall: hall.cancel("A001"), "A001", "cancelled"),
        (_after(), lambda hall: hall.reprint("A001"), "A001", "waiting"),
    ],
    ids=["take", "next", "recall", "serve", "done", "no-show", "park", "resume", "transfer", "cancel", "reprint"],
)
def test_a_command_at_midnight_returns_what_it_made(
    hall: Lobby,
    clock: LateClock,
    prepare: Callable[[Lobby], None],
    command: Callable[[Lobby], TicketView | None],
    number: str,
    state: str,
) -> None:
    prepare(hall)
    clock.is_at_the_edge = True
    made = command(hall)
    assert made is not None
    assert (made.number, made.state, made.day) == (number, state, "2026-11-23")
    assert hall.hall().waiting == 0, "the next day has begun meanwhile"
