"""Each kind of scanner unplugged and plugged in again at random, in the middle of texts too; and what is left of it.

python -m tests.drivers.scanner_replug        200 times each, with figures
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.descriptors import open_descriptors
from tests.drivers.control_socket_rigs import PATIENCE_S, is_readable
from tests.drivers.scanner_rigs import CameraRig, SerialRig, SpelledRig, WedgeRig

TIMES = 200
_CARD = "001090000123|012345678|Nguyễn Văn An|02011990|Nam|Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội|15042021"

KINDS: dict[str, Callable[[Path], SpelledRig | CameraRig]] = {
    "serial": SerialRig,
    "wedge": WedgeRig,
    "camera": CameraRig,
}


class Left(NamedTuple):
    """What the cycles after the first few have left behind."""

    descriptors: int
    threads: int
    memory_kb: int
    read: int


def unplug_and_plug(kind: str, times: int, seed: str = "replug") -> Left:
    """Run the cycles on one kind; return what they left, measured after a tenth of them and at the end."""
    chance = Random(f"{seed} {kind}")
    read = 0
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(KINDS[kind](Path(folder))) as rig:
        before = _now()
        for number in range(times):
            if number == times // 10:
                before = _now()
            if chance.random() < 0.5:
                rig.pass_time(3)
                read += len(rig.hold_up(f"{_CARD[:12]}{number:03}"))
            if isinstance(rig, SpelledRig) and chance.random() < 0.5:
                rig.write(rig.keyed(_CARD)[: chance.randrange(200)])
            rig.unplug()
            _until(rig, "offline")
            rig.plug()
            _until(rig, "ready")
        rig.pass_time(3)
        read += len(rig.hold_up(_CARD))
        after = _now()
    descriptors, threads, memory_kb = (late - early for early, late in zip(before, after, strict=True))
    return Left(descriptors, threads, memory_kb, read)


def _until(rig: SpelledRig | CameraRig, status: str) -> None:
    """Sleep as the screen does until the scanner is so."""
    ends = time.monotonic() + 2 * PATIENCE_S
    while rig.scanner.status != status:
        assert time.monotonic() < ends, f"the scanner is not {status}"
        is_readable(rig.scanner, PATIENCE_S)
        rig.scanner.read()


def _now() -> tuple[int, int, int]:
    descriptors = open_descriptors()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return descriptors, threading.active_count(), pages * os.sysconf("SC_PAGESIZE") // 1024


def main() -> int:
    """Run all kinds in full and print what is left."""
    is_well = True
    for kind in KINDS:
        began = time.monotonic()
        left = unplug_and_plug(kind, TIMES)
        is_well &= left.descriptors <= 0 and left.threads <= 0 and left.memory_kb < 2048
        print(f"{kind}: {TIMES} times in {time.monotonic() - began:.0f} s; {left}")
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
