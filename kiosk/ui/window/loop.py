"""The loop both windows run: show, sleep, hear, and nothing else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Protocol

from kiosk.config import Display as DisplaySettings
from kiosk.lobby.lobby import Lobby
from kiosk.ports.display import Display
from kiosk.ports.panel import Key, Sign
from kiosk.ui.drawing.scene import Scene
from kiosk.ui.window.input_thread import InputThread, Source
from kiosk.ui.window.mirror_server import Mirror
from kiosk.ui.window.window import Input, Moved, News, Scanned, Touch, Window

log = logging.getLogger(__name__)

Progress = Callable[[], None]


class WindowContent(Protocol):
    """What stands behind a window."""

    def scene(self) -> Scene:
        """Return what to show now."""
        ...

    def touch(self, touch: Touch) -> None:
        """Take note of a finger."""
        ...

    def press(self, key: Key) -> None:
        """Take note of one of the four keys."""
        ...

    def sense(self, sign: Sign) -> None:
        """Take note of what else the panel has noticed."""
        ...

    def scan(self, payload: str) -> None:
        """Take what the scanner has read."""
        ...

    def refresh(self) -> None:
        """Look at the lobby again."""
        ...

    def fit(self, size: tuple[int, int]) -> None:
        """Take note of the window's size in pixels."""
        ...

    def tick(self) -> float:
        """Take note of the time; return in how many seconds to do so again at the latest."""
        ...


def run(
    lobby: Lobby,
    display: DisplaySettings,
    content: WindowContent,
    progress: Progress,
    *,
    name: str,
    sources: Sequence[Source] = (),
    output: Display | None = None,
) -> None:
    """Run a window until SIGTERM, SIGINT, or until it is closed.

    Args:
        name: `screen` or `board`; the mirror's socket is called so under the home's `run/`.
        progress: called after the first frame and after each round, at least every `Delays.pulse_s` seconds.
        sources: the devices that are item beside the touch screen.
        output: the output that the window belongs on, where somebody can tell.
    """
    with ExitStack() as stack:
        window = stack.enter_context(Window(display, f"kiosk {name}"))
        content.fit(window.canvas.size)
        window.show(content.scene())
        stack.enter_context(InputThread(lobby.doorbell(), window, [*sources, output] if output else sources))
        try:
            stack.enter_context(Mirror(lobby.settings.home.run / f"{name}.sock", window))
        except OSError as error:
            log.warning("nobody can look at the %s from elsewhere: %s", name, error)
        while True:
            progress()
            pause_s = content.tick()
            window.show(content.scene())
            if _is_over(window.wait(pause_s), window, content, output):
                return


def _is_over(inputs: Sequence[Input], window: Window, content: WindowContent, output: Display | None) -> bool:
    """Tell the content what was item, and return whether the window was closed.

    When this returns, nobody here knows any more what was scanned.
    """
    for item in inputs:
        if item is News.QUIT:
            return True
        if isinstance(item, Touch):
            content.touch(item)
            window.show(content.scene())  # a pressed button is seen before what it does begins
        elif isinstance(item, Key):
            content.press(item)
        elif isinstance(item, Sign):
            content.sense(item)
        elif isinstance(item, Scanned):
            content.scan(item.payload)
        elif isinstance(item, Moved):
            if output is not None:
                output.shown_at(item.x, item.y)
        elif item is News.RESIZED:
            content.fit(window.canvas.size)
        else:
            content.refresh()
    return False
