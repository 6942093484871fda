"""What `kiosk config display` writes, in the real compositor with outputs of its own: who is seen where."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.compositors import NOBODY, Hall, hall, needs_sway
from tests.waiting import until

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


@pytest.mark.skipif(os.geteuid() != 0, reason="being several users needs root")
def test_a_window_that_was_taken_over_commands_no_compositor() -> None:
    """What listens in the compositor's folder: its windows, of another user in its group, reach Wayland and no more."""
    with hall() as there:
        there.folder.chmod(0o750)  # as RuntimeDirectoryMode= of its unit
        listening = {file.name for file in there.folder.iterdir() if file.is_socket() and file.suffix != ".notify"}
        assert {"inner.sock", "wayland-1"} <= listening
        assert there.message("-t", "get_version")  # who runs `swaymsg` as root still does
        assert _reached(there.folder, listening) == {"wayland-1"}


def _reached(folder: Path, sockets: set[str]) -> set[str]:
    """Return to which sockets a user connects who shares nothing with the compositor but its group."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([NOBODY])
        os.setgid(NOBODY - 1)
        os.setuid(NOBODY - 1)
        for name in sockets:
            with socket.socket(socket.AF_UNIX) as line:
                if line.connect_ex(str(folder / name)) == 0:
                    os.write(writer, f"{name}\n".encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as said:
        return set(said.read().split())
