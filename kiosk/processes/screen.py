"""The process of the visitor's touch screen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from kiosk.clock import Clock, SystemClock
from kiosk.config import Settings
from kiosk.lobby.lobby import Lobby
from kiosk.processes import devices
from kiosk.ui.flow.delays import Delays
from kiosk.ui.flow.visit import Visit
from kiosk.ui.window.devices import Devices
from kiosk.ui.window.loop import run


def run_screen(
    settings: Settings,
    *,
    clock: Clock | None = None,
    delays: Delays | None = None,
    progress: Callable[[], None] | None = None,
) -> None:
    """Run the visitor's touch screen until SIGTERM or SIGINT.

    Args:
        progress: called after the first frame and after each round of the loop, at least every `Delays.pulse_s`.
    """
    with closing(Lobby(settings)) as lobby, open_devices(lobby) as opened:
        is_ready = False
        visit = Visit(lobby, delays or Delays(), (clock or SystemClock()).monotonic, opened.voice, panel=opened.panel)

        def after_round() -> None:
            nonlocal is_ready
            visit.hint = opened.hint
            if opened.tell(visit.lamp, visit.light, is_quiet=visit.is_quiet):
                visit.refresh()
            if progress:
                progress()
            if not is_ready:  # after the first frame, so that it does not delay it
                lobby.guide.get_ready()
                is_ready = True

        window, sources = settings.kiosk.screen, opened.sources
        run(lobby, window, visit, after_round, name="screen", sources=sources, output=opened.output)


def open_devices(lobby: Lobby) -> Devices:
    """Open the devices of the hall's screen."""
    settings = lobby.settings
    return Devices(
        lobby,
        scanner=devices.scanner(settings),
        panel=devices.panel(settings),
        speaker=devices.speaker(settings, "screen"),
        display=devices.display(settings, "screen"),
    )
