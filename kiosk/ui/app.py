"""The two windows of a kiosk as processes: the visitor's screen and the board."""

from __future__ import annotations

from contextlib import ExitStack

from kiosk.clock import Clock, SystemClock
from kiosk.lobby.lobby import Lobby
from kiosk.ui.flow.delays import Delays
from kiosk.ui.window.loop import Progress, run


def run_screen(
    lobby: Lobby, *, clock: Clock | None = None, delays: Delays | None = None, progress: Progress | None = None
) -> None:
    """Run the visitor's touch screen until SIGTERM or SIGINT.

    Args:
        progress: called after the first frame and after each round of the loop, at least every `Delays.pulse_s`.
    """
    from kiosk.ui.flow.visit import Visit
    from kiosk.ui.window.devices import Devices

    with Devices(lobby) as devices:
        is_ready = False
        visit = Visit(lobby, delays or Delays(), (clock or SystemClock()).monotonic, devices.voice, panel=devices.panel)

        def after_round() -> None:
            nonlocal is_ready
            visit.hint = devices.hint
            if devices.tell(visit.lamp, visit.light, is_quiet=visit.is_quiet):
                visit.refresh()
            if progress:
                progress()
            if not is_ready:  # after the first picture: nobody waits for it
                lobby.guide.get_ready()
                is_ready = True

        display, sources = lobby.settings.kiosk.screen, devices.sources
        run(lobby, display, visit, after_round, name="screen", sources=sources, output=devices.output)


def run_board(
    lobby: Lobby, *, clock: Clock | None = None, delays: Delays | None = None, progress: Progress | None = None
) -> None:
    """Run the board until SIGTERM or SIGINT; the arguments are those of `run_screen`."""
    from kiosk.ui.board.board import Board
    from kiosk.ui.window.devices import DeviceReport

    speaker, display = lobby.speaker("board"), lobby.display("board")
    with ExitStack() as stack:
        for device in (speaker, display):
            if device is not None:
                stack.callback(device.close)
        board = Board(lobby, delays or Delays(), (clock or SystemClock()).monotonic, speaker)
        told = DeviceReport(lobby, "board")

        def after_round() -> None:
            told.tell(speaker=speaker, display=display)
            if progress:
                progress()

        run(lobby, lobby.settings.kiosk.board, board, after_round, name="board", output=display)
