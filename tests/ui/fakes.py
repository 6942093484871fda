"""A lobby that keeps everything in memory and fails when told to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kiosk.config import Settings
from kiosk.errors import KioskError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import BoardView, Fault, HallView, TicketView
from kiosk.model.paper import PrintState
from kiosk.ui.samples import BOARD, HALL, TICKET
from tests.halls import settings


class FakeBell:
    """A doorbell that rings when told to."""

    def __init__(self) -> None:
        self._event = os.eventfd(0, os.EFD_NONBLOCK)

    def ring(self) -> None:
        """Ring."""
        os.eventfd_write(self._event, 1)

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._event

    def has_rung(self) -> bool:
        """Tell whether it rang, and forget it."""
        try:
            return os.eventfd_read(self._event) > 0
        except BlockingIOError:
            return False

    def close(self) -> None:
        """Take it down."""
        os.close(self._event)


class FakeLobby(Lobby):
    """The lobby of `samples`: numbers count up, and `fails` names the methods that raise and what."""

    def __init__(self, root: Path, settings_of: Callable[[Path], Settings] = settings) -> None:
        self.settings = settings_of(root)
        self.view = HALL
        self.board_view = BOARD
        self.taken: list[tuple[str, str | None, str | None, str]] = []
        self.asked: list[str] = []
        self.fails: dict[str, KioskError] = {}
        self.print_state = PrintState.QUEUED
        self.bell = FakeBell()

    def close(self) -> None:
        """Nothing is open."""

    def doorbell(self) -> FakeBell:  # type: ignore[override]  # all that a doorbell is asked for
        """Return the bell the test rings."""
        return self.bell

    def hall(self) -> HallView:
        """Return the sample hall."""
        self._may_fail("hall")
        return self.view

    def board(self) -> BoardView:
        """Return the sample board."""
        self._may_fail("board")
        return self.board_view

    def ticket(self, number: str) -> TicketView:
        """Return the sample ticket under this number."""
        self._may_fail("ticket")
        return replace(TICKET, number=number, print_state=self.print_state)

    def take(
        self,
        letter: str,
        *,
        priority: str | None = None,
        procedure: str | None = None,
        language: str = "vi",
        print_slip: bool = True,
    ) -> TicketView:
        """Give the next number."""
        self._may_fail("take")
        self.taken.append((letter, priority, procedure, language))
        return self.ticket(f"{letter}{len(self.taken):03}")

    def reprint(self, number: str) -> TicketView:
        """Note that a copy was asked for."""
        self.asked.append(f"reprint {number}")
        self._may_fail("reprint")
        self.print_state = PrintState.QUEUED
        return self.ticket(number)

    def dismiss_slip(self, number: str) -> None:
        """Note that a slip is not wanted any more."""
        self.asked.append(f"dismiss {number}")

    def request_help(self) -> None:
        """Note that help was asked for."""
        self._may_fail("request_help")
        self.asked.append("help")

    def break_down(self, *faults: Fault) -> None:
        """Let the hall have these faults, and no others."""
        self.view = replace(self.view, faults=faults)

    def _may_fail(self, method: str) -> None:
        if method in self.fails:
            raise self.fails[method]
