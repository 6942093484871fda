"""From the start of the process to the first picture on the screen."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from benchmarks.hall import HEADLESS
from benchmarks.table import judged, milliseconds, show
from kiosk.config import Home
from kiosk.defaults import write_home
from kiosk.secrecy import ERASING
from kiosk.ui.window.mirror_client import MirrorClient

_STARTS = 11
_BUDGET_MS = 300
_BARE = (
    "import pygame; pygame.display.init(); s = pygame.display.set_mode((1080, 1920)); s.fill('white');"
    "pygame.display.flip(); print('shown', flush=True)"
)


def measure() -> None:
    """Print the time to the first frame of the screen beside that of a bare pygame window."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        root = Path(folder)
        write_home(Home.at(root), always_open=True)
        ours = [start_screen(root) for _ in range(_STARTS)]
    rows = [
        ("a bare pygame window", *milliseconds([_start_bare() for _ in range(_STARTS)])),
        (
            "`kiosk run screen`, welcome painted",
            judged(statistics.median(ours) * 1000, "ms", _BUDGET_MS, digits=1),
            milliseconds(ours)[1],
        ),
    ]
    show(
        "First frame from process start",
        ("", "median", "worst"),
        rows,
        f"{_STARTS} starts each, files in the page cache, 1080×1920, SDL's dummy driver.",
    )


def _start_bare() -> float:
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-c", _BARE], stdout=subprocess.PIPE, env={**os.environ, **HEADLESS}
    ) as bare:
        assert bare.stdout is not None
        while b"shown" not in bare.stdout.readline():
            pass
        return time.monotonic() - started


def start_screen(root: Path, joined: Callable[[], AbstractContextManager[None]] = nullcontext) -> float:
    """Return seconds until the mirror hands out a first frame: it does so once the window has painted one.

    Args:
        joined: where the process is started, such as a control group.
    """
    command = [sys.executable, "-m", "kiosk", "--home", str(root), "run", "screen"]
    started = time.monotonic()
    with joined():
        screen = subprocess.Popen(command, env={**os.environ, **HEADLESS, **ERASING}, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                with MirrorClient(root / "run" / "screen.sock") as mirror:
                    if mirror.frame() is not None:
                        return time.monotonic() - started
            except OSError:
                time.sleep(0.002)
    finally:
        screen.terminate()
        screen.wait()
