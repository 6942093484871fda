"""A slip over true lines to the emulated printer: how soon the paper moves, and when it says that it is done."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.slip import slips
from benchmarks.table import show
from kiosk.config import Home
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.escpos import encode_full_raster, encode_slip
from kiosk.receipt.layout import fixed_pictures
from kiosk.receipt.slip import Slip
from kiosk.records import Record, replace
from tests.drivers.rigs import PROFILE, Bench, Rig, device_rig, tcp_rig

_DEADLINE_S = 90.0


class _Line(Record):
    """A line, how many bytes a second the emulated printer takes (0: as fast as it can), and how often to try."""

    bench: Bench
    bytes_per_s: int
    times: int


_LINES = {
    "serial, 19,200 baud": _Line(device_rig, 1_920, 1),
    "serial, 115,200 baud": _Line(device_rig, 11_520, 3),
    "network": _Line(tcp_rig, 0, 9),
}


class _Timing(Record):
    moved_s: float
    done_s: float


def measure() -> None:
    """Print medians for the full raster and for each of our ways."""
    slip = slips()["with procedure, papers and priority"]
    rows = [row for name, line in _LINES.items() for row in _rows(name, line, slip)]
    show(
        "One slip over a line",
        ("line", "encoding", "bytes", "paper moves after", "the printer confirms after"),
        rows,
        "Medians of 1, 3 and 9, drawing included, through the printer driver, a pseudo terminal or TCP; the emulated "
        "printer reads at the line's speed and takes no time for the paper itself.",
    )


def _rows(name: str, line: _Line, slip: Slip) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder, line.bench(Home.at(Path(folder))) as rig:
        assert rig.eventually(PrinterStatus.READY)
        while rig.printer.keep(lambda: iter(fixed_pictures(slip, PROFILE)), _DEADLINE_S):
            pass
        kept = replace(rig.printer.paper, types_plain_words=False)
        ways: dict[str, Callable[[], bytes]] = {
            "one full raster": lambda: encode_full_raster(slip, PROFILE),
            "ours, pictures": lambda: encode_slip(slip, PROFILE),
            "ours, own font": lambda: encode_slip(slip, replace(PROFILE, types_plain_words=True)),
            "ours, kept pictures": lambda: encode_slip(slip, kept),
        }
        if line.bytes_per_s:
            rig.request(f"slow:{line.bytes_per_s}")
        for how, encode in ways.items():
            timings = [_timed(rig, encode) for _ in range(line.times)]
            moved_s = statistics.median(timing.moved_s for timing in timings)
            done_s = statistics.median(timing.done_s for timing in timings)
            rows.append((name, how, f"{len(encode()):,}", f"{1000 * moved_s:.0f} ms", f"{done_s:.2f} s"))
    return rows


def _timed(rig: Rig, encode: Callable[[], bytes]) -> _Timing:
    before, started = rig.hardware.machine.rows_moved, time.monotonic()
    moved_at: list[float] = []

    def watch() -> None:
        while rig.hardware.machine.rows_moved == before:
            time.sleep(0.001)
        moved_at.append(time.monotonic())

    watcher = threading.Thread(target=watch)
    watcher.start()
    outcome = rig.printer.print_job(encode(), _DEADLINE_S)
    done_at = time.monotonic()
    assert outcome is Outcome.CONFIRMED, outcome
    watcher.join()
    return _Timing(moved_at[0] - started, done_at - started)
