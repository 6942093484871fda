"""The dock's side of the mirror against the screen's: what the fake window pretends is what the real one does."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.defaults import write_home
from kiosk.dock.window_mirror import Mirror, Target

_PATIENCE_S = 30


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Path]:
    home = Home.at(tmp_path)
    write_home(home, always_open=True, kiosk={"screen.is_fullscreen": False})
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "--home", str(tmp_path), "run", "screen"],
        env={**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"},
    )
    yield home.run / "screen.sock"
    process.terminate()
    process.wait()


def test_the_real_screen_is_seen_and_answers_a_finger(screen: Path) -> None:
    async def tap(mirror: Mirror, target: Target) -> None:
        x, y, width, height = target.rect
        while True:  # a screen ignores touches meant for the one before it
            await mirror.touch("down", round(x + width / 2), round(y + height / 2))
            await mirror.touch("up", round(x + width / 2), round(y + height / 2))
            await asyncio.sleep(0.2)

    async def visit() -> None:
        mirror, finger = Mirror(screen), None
        async with asyncio.timeout(_PATIENCE_S), aclosing(mirror.watch()) as watch:
            async for seen in watch:
                if seen is None:
                    continue
                frame, scene = seen
                assert (frame.width, frame.height, len(frame.rgb)) == (1080, 1920, 1080 * 1920 * 3)
                if scene.screen != "welcome":
                    break  # the touch led somewhere
                take = next(target for target in scene.targets if target.id == "take")
                finger = finger or asyncio.create_task(tap(mirror, take))
        assert finger is not None
        finger.cancel()

    asyncio.run(visit())
