"""The process of the queue board, which shows the called numbers on the second output."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing

from kiosk.clock import Clock, SystemClock
from kiosk.config import Settings
from kiosk.lobby.lobby import Lobby
from kiosk.processes import devices
from kiosk.ui.board.board import Board
from kiosk.ui.flow.delays import Delays
from kiosk.ui.window.devices import DeviceReport
from kiosk.ui.window.loop import run


def run_board(
    settings: Settings,
    *,
    clock: Clock | None = None,
    delays: Delays | None = None,
    progress: Callable[[], None] | None = None,
) -> None:
    """Run the board until SIGTERM or SIGINT.

    Args:
        progress: called after the first frame and after each round of the loop, at least every `Delays.pulse_s`.
    """
    with ExitStack() as stack:
        lobby = stack.enter_context(closing(Lobby(settings)))
        speaker, display = devices.speaker(settings, "board"), devices.display(settings, "board")
        for device in (speaker, display):
            if device is not None:
                stack.callback(device.close)
        board = Board(lobby, delays or Delays(), (clock or SystemClock()).monotonic, speaker)
        report = DeviceReport(lobby, "board")

        def after_round() -> None:
            report.tell(speaker=speaker, display=display)
            if progress:
                progress()

        run(lobby, settings.kiosk.board, board, after_round, name="board", output=display)
