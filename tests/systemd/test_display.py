"""The compositor's settings, in the real compositor with outputs of its own: who is seen where."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.systemd.places import UNITS

NOBODY = 65534
"""sway refuses to run as root; in a container the tests are root."""

pytestmark = pytest.mark.skipif(not shutil.which("sway"), reason="sway is not installed")

WINDOW = """
import pygame
pygame.display.init()
pygame.display.set_mode((320, 240))
while True:
    pygame.event.wait(50)
    pygame.display.flip()
"""
PATIENCE_S = 20


@contextmanager
def _hall(outputs: int) -> Iterator[dict[str, str]]:
    """Run the compositor with so many outputs; yields the environment of its clients once it says it is up."""
    with tempfile.TemporaryDirectory(prefix="kiosk-display-") as name, ExitStack() as stack:
        folder = Path(name)
        settings = (UNITS / "display.conf").read_text(encoding="utf-8").replace("HDMI-A-", "HEADLESS-")
        (folder / "display.conf").write_text(settings, encoding="utf-8")
        line = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        line.bind(str(folder / "notify"))
        line.settimeout(PATIENCE_S)
        environment = {
            **{key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")},
            "XDG_RUNTIME_DIR": name,
            "NOTIFY_SOCKET": str(folder / "notify"),
            "SWAYSOCK": str(folder / "sway.sock"),
            "WLR_BACKENDS": "headless",
            "WLR_HEADLESS_OUTPUTS": str(outputs),
            "WLR_RENDERER": "pixman",
            "WLR_LIBINPUT_NO_DEVICES": "1",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "SDL_VIDEODRIVER": "wayland",
            "SDL_AUDIODRIVER": "dummy",
            "WAYLAND_DISPLAY": "",
        }
        (folder / "notify").chmod(0o777)
        other = NOBODY if os.geteuid() == 0 else None
        if other:
            os.chown(folder, other, other)
        sway = subprocess.Popen(
            ["sway", "--config", str(folder / "display.conf")],
            env={key: value for key, value in environment.items() if key != "WAYLAND_DISPLAY"},
            user=other,
            group=other,
            extra_groups=None if other is None else [],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(sway.wait, 10)
        stack.callback(sway.terminate)
        assert line.recv(4096) == b"READY=1"
        yield {**environment, "WAYLAND_DISPLAY": "wayland-1"}


@contextmanager
def _window(environment: dict[str, str], app_id: str) -> Iterator[None]:
    command = [sys.executable, "-c", WINDOW]
    environment = {**environment, "SDL_VIDEO_WAYLAND_WMCLASS": app_id}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as window:
        try:
            yield
        finally:
            window.kill()


def _seen(environment: dict[str, str], windows: int) -> dict[str, tuple[str, bool]]:
    """Return app id → name of its output and whether it can be seen, as soon as there are so many windows."""
    deadline = time.monotonic() + PATIENCE_S
    while len(seen := _tree(environment)) < windows:
        assert time.monotonic() < deadline, f"of {windows} windows only {seen} came"
    return seen


def _tree(environment: dict[str, str]) -> dict[str, tuple[str, bool]]:
    listed = subprocess.run(["swaymsg", "-t", "get_tree"], env=environment, capture_output=True, text=True, check=True)

    def below(node: dict[str, object], output: str) -> Iterator[tuple[str, tuple[str, bool]]]:
        output = str(node["name"]) if node["type"] == "output" else output
        if "app_id" in node:
            yield str(node["app_id"]), (output, node["visible"] is True and node["fullscreen_mode"] == 1)
        for kind in ("nodes", "floating_nodes"):
            children = node[kind]
            assert isinstance(children, list)
            for child in children:
                yield from below(child, output)

    return dict(below(json.loads(listed.stdout), ""))


def test_screen_and_board_fill_an_output_each_whoever_comes_first() -> None:
    with _hall(outputs=2) as environment, _window(environment, "kiosk-board"), _window(environment, "kiosk-screen"):
        assert _seen(environment, 2) == {"kiosk-screen": ("HEADLESS-1", True), "kiosk-board": ("HEADLESS-2", True)}


def test_without_a_television_the_board_never_covers_the_screen() -> None:
    with _hall(outputs=1) as environment, _window(environment, "kiosk-screen"), _window(environment, "kiosk-board"):
        assert _seen(environment, 2) == {"kiosk-screen": ("HEADLESS-1", True), "kiosk-board": ("HEADLESS-1", False)}
