"""The kiosk on a quarter of a core: about what a core of a Pi 4 has left beside a video and an update.

All processes of the kiosk share one control group with 2.5 ms of each 10 ms of one processor; what measures stands
outside it. Source: the kernel's admin-guide/cgroup-v1 and cgroup-v2, "CPU bandwidth control".
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from benchmarks.browser import KIOSK_FLAGS, chromium
from benchmarks.first_frame import start_screen
from benchmarks.hall import open_processes
from benchmarks.latency import visits
from benchmarks.paper import ListeningPrinter
from benchmarks.table import judged, milliseconds, percentile, show
from benchmarks.touch import served, until_changed
from kiosk.config import Home
from kiosk.defaults import write_home
from kiosk.ui.window.mirror_client import MirrorClient

QUOTA_US, PERIOD_US = 2500, 10_000
_STARTS, _TOUCHES, _VISITS = 5, 60, 15
_FIRST_FRAME_MS, _TOUCH_MS, _TOUCH_P99_MS, _NUMBER_MS, _FIRST_BYTE_MS = 1450, 26, 100, 120, 140
_V1, _V2 = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")


class Group:
    """A control group with a bound share of one processor."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Start processes here: they stay in the group, and this one leaves it again."""
        self._move(self._folder)
        try:
            yield
        finally:
            self._move(self._folder.parent)

    def _move(self, folder: Path) -> None:
        (folder / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")


@contextmanager
def quarter_core() -> Iterator[Group]:
    """Make the group, and remove it when its last process has ended.

    Raises:
        OSError: this user may not make control groups.
    """
    is_v1 = (_V1 / "cpu.cfs_quota_us").exists() or not (_V2 / "cgroup.controllers").exists()
    folder = (_V1 if is_v1 else _V2) / f"kiosk-bench-{os.getpid()}"
    if not is_v1:
        (_V2 / "cgroup.subtree_control").write_text("+cpu", encoding="ascii")
    folder.mkdir()
    try:
        if is_v1:
            (folder / "cpu.cfs_period_us").write_text(str(PERIOD_US), encoding="ascii")
            (folder / "cpu.cfs_quota_us").write_text(str(QUOTA_US), encoding="ascii")
        else:
            (folder / "cpu.max").write_text(f"{QUOTA_US} {PERIOD_US}", encoding="ascii")
        yield Group(folder)
    finally:
        _remove(folder)


def measure() -> None:
    """Print what a visitor waits for on a quarter of a core, beside a browser on the same quarter."""
    try:
        with quarter_core() as group:
            rows = [_ours(group)]
            program = chromium()
            if program is not None:
                rows.append(("Chromium, a page that draws the same", _browsers(group, program), *[""] * 5))
    except PermissionError as error:
        print(f"slow: {error}: run it as root, who may bound processor time", file=sys.stderr)
        return
    show(
        f"On a quarter of a core ({QUOTA_US / 1000} of each {PERIOD_US / 1000:.0f} ms)",
        ("", "first frame", "touch → next screen", "p99", "touch → number", "touch → first printer byte", "p99"),
        rows,
        f"{_STARTS} starts, {_TOUCHES} touches, {_VISITS} numbers; medians where nothing else is said. Screen and "
        "printer share the quarter.",
    )


def _ours(group: Group) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        write_home(Home.at(Path(folder)), always_open=True)
        starts = [start_screen(Path(folder), group.joined) for _ in range(_STARTS)]
    paper = ListeningPrinter()
    printer = {"printer.driver": "tcp", "printer.address": paper.address}
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-bench-")))
        with group.joined():
            settings, _ = stack.enter_context(open_processes(root, ("printer", "screen"), printer))
        with closing(MirrorClient(settings.home.run / "screen.sock")) as mirror:
            touches = [until_changed(mirror, id) for _ in range(_TOUCHES // 2) for id in ("comfort", "back")]
        shown, printed = visits(settings, paper, _VISITS)
    return (
        "`kiosk run screen` and `printer`",
        judged(statistics.median(starts) * 1000, "ms", _FIRST_FRAME_MS),
        judged(statistics.median(touches) * 1000, "ms", _TOUCH_MS),
        judged(percentile(touches, 0.99) * 1000, "ms", _TOUCH_P99_MS),
        judged(statistics.median(shown) * 1000, "ms", _NUMBER_MS),
        judged(statistics.median(printed) * 1000, "ms", _FIRST_BYTE_MS),
        milliseconds(printed)[1],
    )


def _browsers(group: Group, program: str) -> str:
    """Return the median from the start of a browser to the page's word that it was painted."""
    starts = []
    with served() as (url, painted):
        for _ in range(_STARTS):
            painted.clear()
            with tempfile.TemporaryDirectory(prefix="kiosk-bench-", ignore_cleanup_errors=True) as profile:
                command = [program, *KIOSK_FLAGS, f"--user-data-dir={profile}", url]
                started_monotonic_s = time.monotonic()
                with group.joined():
                    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                painted.wait(60)
                starts.append(time.monotonic() - started_monotonic_s)
                browser.terminate()
                browser.wait()
    return milliseconds(starts)[0]


def _remove(folder: Path) -> None:
    """Remove the group once it is empty: children of a browser take a moment to end."""
    for _ in range(100):
        try:
            folder.rmdir()
        except OSError:
            time.sleep(0.1)
        else:
            return
    print(f"slow: {folder} has processes left in it", file=sys.stderr)
