"""What `kiosk config display` writes, in the real compositor with outputs of its own: who is seen where."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.compositors import Hall, hall, needs_sway, until

pytestmark = needs_sway

WINDOW = """
import pygame
pygame.display.init()
pygame.display.set_mode((320, 240))
while True:
    pygame.event.wait(50)
    pygame.display.flip()
"""


@contextmanager
def _window(there: Hall, app_id: str) -> Iterator[None]:
    environment = {**there.environment, "SDL_VIDEO_WAYLAND_WMCLASS": app_id}
    with subprocess.Popen([sys.executable, "-c", WINDOW], env=environment, stdout=subprocess.DEVNULL) as window:
        try:
            yield
        finally:
            window.kill()


def _seen(there: Hall, windows: int) -> dict[str, tuple[str, bool]]:
    """Return where each window is, as soon as there are so many."""
    until(lambda: len(there.windows()) >= windows, f"of {windows} windows too few came")
    return there.windows()


def test_screen_and_board_fill_an_output_each_whoever_comes_first() -> None:
    with hall() as there, _window(there, "kiosk-board"), _window(there, "kiosk-screen"):
        assert _seen(there, 2) == {"kiosk-screen": ("HEADLESS-1", True), "kiosk-board": ("HEADLESS-2", True)}


def test_without_a_television_the_board_never_covers_the_screen() -> None:
    with hall(outputs=1) as there, _window(there, "kiosk-screen"), _window(there, "kiosk-board"):
        assert _seen(there, 2) == {"kiosk-screen": ("HEADLESS-1", True), "kiosk-board": ("HEADLESS-1", False)}
