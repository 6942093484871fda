"""Touch → commit → first printer byte: the real screen, the real printer process, a printer that notes the time."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.hall import open_processes, touch
from benchmarks.paper import ListeningPrinter
from benchmarks.table import judged, milliseconds, percentile, show
from kiosk.config import Settings
from kiosk.lobby.lobby import Lobby
from kiosk.ui.window.mirror_client import MirrorClient

_TICKETS = 200
_VISITS = 25
_PAST = 100_000
_NUMBER_MS = 12
_FIRST_BYTE_P99_MS = 30


def measure() -> None:
    """Print the latencies of an empty kiosk beside those of one with 100,000 tickets on file."""
    show(
        "From a touch to paper",
        ("", "commit", "p99", "touch → number on the screen", "p99", "touch → first printer byte", "p99"),
        [
            ("a bare append and fdatasync", *milliseconds(_bare_appends()), "", "", "", ""),
            _row("nothing on file", 0),
            _row(f"{_PAST:,} tickets on file", _PAST),
        ],
        f"{_TICKETS} commits and {_VISITS} visits each: medians and 99th percentiles. The commit is `Lobby.take` in "
        "this process; the touches go through the real screen and printer processes to a printer on loopback. "
        "Both numbers of a row hang on the disk: look at the bare append.",
    )


def _row(name: str, past: int) -> tuple[str, ...]:
    paper = ListeningPrinter()
    printer = {"printer.driver": "tcp", "printer.address": paper.address}
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        with open_processes(Path(folder), ("printer", "screen"), printer, past) as (settings, _):
            shown, printed = visits(settings, paper)
        commits = _commits(settings)
    number = judged(statistics.median(shown) * 1000, "ms", _NUMBER_MS, digits=1)
    first_byte = judged(percentile(printed, 0.99) * 1000, "ms", _FIRST_BYTE_P99_MS, digits=1)
    return (name, *milliseconds(commits), number, milliseconds(shown)[1], milliseconds(printed)[0], first_byte)


def _bare_appends() -> list[float]:
    """Return what the disk itself needs to keep a hundred bytes: no kiosk can be quicker and honest."""
    times = []
    with tempfile.TemporaryFile() as file:
        for _ in range(_TICKETS):
            started = time.monotonic()
            file.write(bytes(100))
            file.flush()
            os.fdatasync(file.fileno())
            times.append(time.monotonic() - started)
    return times


def _commits(settings: Settings) -> list[float]:
    times = []
    with closing(Lobby.open(settings)) as lobby:
        for _ in range(_TICKETS):
            started = time.monotonic()
            lobby.take("B", print_slip=False)
            times.append(time.monotonic() - started)
    return times


def visits(settings: Settings, paper: ListeningPrinter, count: int = _VISITS) -> tuple[list[float], list[float]]:
    """Return seconds from the lifted finger to the number on the screen, and to the printer's first byte."""
    shown, printed = [], []
    with closing(MirrorClient(settings.home.run / "screen.sock")) as mirror:
        for _ in range(1 + count):
            for wanted in ("take", "service:A", "plain"):
                touch(mirror, wanted)
            lifted_monotonic_s, _ = touch(mirror, "priority")
            while mirror.scene()["screen"] != "number":
                time.sleep(0.001)
            shown.append(time.monotonic() - lifted_monotonic_s)
            printed.append(paper.arrivals.get(timeout=10) - lifted_monotonic_s)
            touch(mirror, "done")
    return shown[1:], printed[1:]  # the printer process greets its printer before its first slip: 200 ms, once
