"""The event loop of both windows: show the scene, wait for input, handle it."""

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
    """The content of a window: builds its scenes and handles its input."""

    def scene(self) -> Scene:
        """Return what to show now."""
        ...

    def touch(self, touch: Touch) -> None:
        """Handle a finger that came down or was lifted."""
        ...

    def press(self, key: Key) -> None:
        """Handle one of the four keys."""
        ...

    def sense(self, sign: Sign) -> None:
        """Handle another signal of the panel."""
        ...

    def scan(self, payload: str) -> None:
        """Handle a scanned text."""
        ...

    def refresh(self) -> None:
        """Read the lobby again."""
        ...

    def fit(self, size: tuple[int, int]) -> None:
        """Set the window's size in pixels."""
        ...

    def tick(self) -> float:
        """Apply timeouts; return the longest time in seconds until the next call."""
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
        name: `screen` or `board`; also the name of the mirror's socket under the home's `run/`.
        progress: called after the first frame and after each round, at least every `Delays.pulse_s` seconds.
        sources: the input devices besides the touch screen.
        output: the display output that the window must be on, or None when it is unknown.
    """
    with ExitStack() as stack:
        window = stack.enter_context(Window(display, f"kiosk {name}"))
        content.fit(window.canvas.size)
        window.show(content.scene())
        stack.enter_context(InputThread(lobby.doorbell(), window, [*sources, output] if output else sources))
        try:
            stack.enter_context(Mirror(lobby.settings.home.run / f"{name}.sock", window))
        except OSError as error:
            log.warning("the mirror of the %s is not available: %s", name, error)
        while True:
            progress()
            pause_s = content.tick()
            window.show(content.scene())
            if _is_over(window.wait(pause_s), window, content, output):
                return


def _is_over(inputs: Sequence[Input], window: Window, content: WindowContent, output: Display | None) -> bool:
    """Handle the inputs; return whether the window was closed.

    No reference to a scanned text remains here when this returns.
    """
    for item in inputs:
        if item is News.QUIT:
            return True
        if isinstance(item, Touch):
            content.touch(item)
            window.show(content.scene())  # show the pressed button before its action starts
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
