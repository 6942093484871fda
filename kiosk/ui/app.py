"""The two windows of a kiosk as processes: the visitor's screen and the board."""

from __future__ import annotations

from kiosk.clock import Clock, SystemClock
from kiosk.lobby.lobby import Lobby
from kiosk.ui.delays import Delays
from kiosk.ui.loop import Progress, run


def run_screen(
    lobby: Lobby, *, clock: Clock | None = None, delays: Delays | None = None, progress: Progress | None = None
) -> None:
    """Run the visitor's touch screen until SIGTERM or SIGINT.

    Args:
        progress: called after the first frame and after each round of the loop, at least every `Delays.pulse_s`.
    """
    from kiosk.ui.visit import Visit

    visit = Visit(lobby, delays or Delays(), (clock or SystemClock()).monotonic)
    run(lobby, "screen", lobby.settings.kiosk.screen, visit, progress)


def run_board(
    lobby: Lobby, *, clock: Clock | None = None, delays: Delays | None = None, progress: Progress | None = None
) -> None:
    """Run the board until SIGTERM or SIGINT; the arguments are those of `run_screen`."""
    from kiosk.ui.board import Board

    board = Board(lobby, delays or Delays(), (clock or SystemClock()).monotonic)
    run(lobby, "board", lobby.settings.kiosk.board, board, progress)
