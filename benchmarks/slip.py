"""The bytes of one slip and how soon it moves, beside the same picture as one full raster and by python-escpos."""

from __future__ import annotations

import importlib
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from PIL import Image

from benchmarks.table import milliseconds, show
from kiosk.config import Home, load
from kiosk.defaults import write_home
from kiosk.drivers.printer.emulator.machine import Machine
from kiosk.drivers.printer.emulator.nv_memory import Memory
from kiosk.lobby.lobby import Lobby
from kiosk.printing.slip_contents import slip_of
from kiosk.receipt.blocks import packed_rows
from kiosk.receipt.commands import keep
from kiosk.receipt.escpos import encode_full_raster, encode_slip
from kiosk.receipt.layout import fixed_pictures, layout
from kiosk.receipt.slip import PrinterProfile, Slip
from kiosk.records import replace

_TIMES = 50
_BITS_A_BYTE = 10
"""On a serial line: start, eight of data, stop."""
_BAUDS = (19_200, 115_200)
_ROOMY = 1 << 20
Encode = Callable[[Slip], bytes]


def measure() -> None:
    """Print the sizes of a plain and a rich slip, how long the line takes, and the time to encode them."""
    rows = [row for name, slip in slips().items() for row in _rows(name, slip)]
    lines = [f"{baud:,} baud" for baud in _BAUDS]
    moves = [f"first move at {line}" for line in lines]
    show(
        "One slip",
        ("slip", "encoding", "bytes", "of the full raster", *lines, *moves, "to encode", "p99"),
        rows,
        f"576 dots; encoding times are of {_TIMES} slips, warm. The first move is when the emulated printer feeds its "
        "first row, encoding included; a line's time is its bits'. python-escpos is given the drawn slip as a picture.",
    )


def _rows(name: str, slip: Slip) -> list[tuple[str, ...]]:
    profile = PrinterProfile()
    full = len(encode_full_raster(slip, profile))
    memory, keys = _stocked(slip, profile)
    typing, nv_graphics = replace(profile, types_plain_words=True), replace(profile, art=keys)
    ways: dict[str, Encode] = {
        "one full raster": lambda slip: encode_full_raster(slip, profile),
        **_python_escpos(profile),
        "ours, pictures": lambda slip: encode_slip(slip, profile),
        "ours, own font": lambda slip: encode_slip(slip, typing),
        "ours, kept pictures": lambda slip: encode_slip(slip, nv_graphics),
    }
    rows = []
    for how, encode in ways.items():
        times = []
        for number in range(_TIMES):
            started = time.monotonic()
            encode(replace(slip, number=f"A{number + 1:03d}"))
            times.append(time.monotonic() - started)
        payload = encode(slip)
        before_it_moves = 0 if how.startswith("python") else _bytes_before_it_moves(payload, profile, memory)
        seconds = [f"{len(payload) * _BITS_A_BYTE / baud:.2f} s" for baud in _BAUDS]
        median_s = sorted(times)[len(times) // 2]
        moves = [f"{1000 * (median_s + before_it_moves * _BITS_A_BYTE / baud):.0f} ms" for baud in _BAUDS]
        if how.startswith("python"):
            moves = ["–", "–"]  # it sends commands that the emulated printer does not know
        rows.append(
            (name, how, f"{len(payload):,}", f"{len(payload) / full:.1%}", *seconds, *moves, *milliseconds(times))
        )
    return rows


def _bytes_before_it_moves(payload: bytes, profile: PrinterProfile, memory: Memory) -> int:
    """Return how many bytes must have come before the emulated printer moves its paper."""
    machine = Machine(profile, lambda _slip: None, _ROOMY, memory=memory)
    for count, byte in enumerate(payload, 1):
        machine.receive(bytes([byte]))
        machine.work()
        if machine.rows_moved:
            return count
    return len(payload)


def _stocked(slip: Slip, profile: PrinterProfile) -> tuple[Memory, Mapping[bytes, bytes]]:
    """Return the memory of a printer that keeps the fixed pictures of a slip, and their keys."""
    memory, keys = Memory(), {}
    for place, picture in enumerate(fixed_pictures(slip, profile)):
        key = f"a{chr(ord('a') + place)}".encode()
        memory.perform(67, keep(key, picture.width_bytes, picture.dots)[7:])
        keys[picture.digest] = key
    return memory, keys


def _python_escpos(profile: PrinterProfile) -> dict[str, Encode]:
    """Return python-escpos' own way with pictures, in its two forms, where it is installed."""
    try:
        printers = importlib.import_module("escpos.printer")
    except ImportError as error:
        print(f"not compared with python-escpos: {error}; ./setup.sh bench installs it")
        return {}

    def encode(slip: Slip, how: str) -> bytes:
        rows = packed_rows(layout(slip, profile), profile.width_dots)
        white = bytes(byte ^ 0xFF for byte in b"".join(rows))
        dummy = printers.Dummy()
        dummy.image(Image.frombytes("1", (profile.width_dots, len(rows)), white), impl=how, center=False)
        dummy.cut()
        payload: bytes = dummy.output
        return payload

    return {
        "python-escpos, raster": lambda slip: encode(slip, "bitImageRaster"),
        "python-escpos, graphics": lambda slip: encode(slip, "graphics"),
        "python-escpos, columns": lambda slip: encode(slip, "bitImageColumn"),
    }


def slips() -> dict[str, Slip]:
    """Return a plain slip and a rich one, as a new kiosk gives them out."""
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
