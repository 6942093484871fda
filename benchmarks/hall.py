"""Real processes of a hall for measuring, in a home of their own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.past import write_past
from kiosk.cli.demo.processes import Processes
from kiosk.config import Home, Settings, load
from kiosk.defaults import Value, write_home
from kiosk.store.health import read_health
from kiosk.ui.window.mirror_client import MirrorClient

HEADLESS = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}


@contextmanager
def open_processes(
    root: Path, names: Sequence[str], kiosk: Mapping[str, Value], past: int = 0
) -> Iterator[tuple[Settings, Processes]]:
    """Run some of a kiosk's processes under `root`, with `past` tickets on file, until the block ends."""
    home = Home.at(root)
    write_home(home, always_open=True, kiosk={"counter_page.host": "127.0.0.1", "counter_page.port": 0, **kiosk})
    settings = load(home)
    if past:
        write_past(settings, past)
    processes = Processes(home.run / "log", HEADLESS)
    try:
        for name in names:
            processes.start_kiosk(name, root, "run", name)
        for name in names:
            processes.wait_for(name, partial(_has_spoken, home, name))
        yield settings, processes
    finally:
        processes.stop()


def _has_spoken(home: Home, name: str) -> bool:
    return name in read_health(home).states


class Touched(NamedTuple):
    """A touch: the monotonic time, in seconds, at which the finger was lifted, and the scene just before."""

    lifted_monotonic_s: float
    before: dict[str, Any]


def touch(mirror: MirrorClient, wanted: str) -> Touched:
    """Touch the first target whose id begins with `wanted`, as soon as it is there.

    Raises:
        TimeoutError: the screen does not offer it.
    """
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        target = _find(mirror.scene(), wanted)
        if target is not None:
            time.sleep(0.3)  # the screen ignores touches meant for the one before
            x, y, width, height = target["rect"]
            before = mirror.scene()
            mirror.touch(x + width / 2, y + height / 2)
            return Touched(time.monotonic(), before)
        time.sleep(0.01)
    raise TimeoutError(f"the screen {mirror.scene()['screen']!r} does not offer {wanted!r}")


def _find(scene: dict[str, Any], wanted: str) -> dict[str, Any] | None:
    return next((target for target in scene["targets"] if target["id"].startswith(wanted)), None)
