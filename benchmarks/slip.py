"""The bytes of one slip, beside the same picture as one full raster, and what making it costs."""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from benchmarks.table import milliseconds, show
from kiosk.config import Home, load
from kiosk.defaults import write_home
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.slips import slip_of
from kiosk.receipt.escpos import encode_full_raster, encode_slip
from kiosk.receipt.slip import PrinterProfile, Slip

_TIMES = 50
_BITS_A_BYTE = 10
"""On a serial line: start, eight of data, stop."""


def measure() -> None:
    """Print the sizes of a plain and a rich slip, and the time to encode them."""
    rows = [row for name, slip in _slips().items() for row in _rows(name, slip)]
    show(
        "One slip",
        ("slip", "encoding", "bytes", "of the full raster", "at 19,200 baud", "at 115,200 baud", "to encode", "p99"),
        rows,
        f"576 dots; encoding times are of {_TIMES} slips, warm.",
    )


def _rows(name: str, slip: Slip) -> list[tuple[str, ...]]:
    profile = PrinterProfile()
    full = encode_full_raster(slip, profile)
    rows = []
    for how, encode in (("one full raster", encode_full_raster), ("ours", encode_slip)):
        times = []
        for number in range(_TIMES):
            started = time.monotonic()
            encode(replace(slip, number=f"A{number + 1:03d}"), profile)
            times.append(time.monotonic() - started)
        payload = encode(slip, profile)
        seconds = [f"{len(payload) * _BITS_A_BYTE / baud:.1f} s" for baud in (19_200, 115_200)]
        share = f"{len(payload) / len(full):.0%}"
        rows.append((name, how, f"{len(payload):,}", share, *seconds, *milliseconds(times)))
    return rows


def _slips() -> dict[str, Slip]:
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        home = Home.at(Path(folder))
        write_home(home, always_open=True)
        settings = load(home)
        with closing(Lobby.open(settings)) as lobby:
            plain = lobby.take("A")
            rich = lobby.take("A", procedure="2.000815", priority=settings.site.priority_groups[0].code)
    return {
        name: slip_of(settings, ticket, is_copy=False, time_certain=True)
        for name, ticket in (("just a number", plain), ("with procedure, papers and priority", rich))
    }
