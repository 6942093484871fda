"""`python -m benchmarks [NAME…]`: run all benchmarks, or those named."""

from __future__ import annotations

import compileall
import os
import platform
import sys
from pathlib import Path

import kiosk
from benchmarks import commands, first_frame, idle, latency, read, scan, search, slip, slip_lines, slow, touch, wire
from benchmarks.table import over_budget

_ALL = {
    "latency": latency.measure,
    "commands": commands.measure,
    "search": search.measure,
    "touch": touch.measure,
    "first_frame": first_frame.measure,
    "idle": idle.measure,
    "slow": slow.measure,
    "slip": slip.measure,
    "slip_lines": slip_lines.measure,
    "wire": wire.measure,
    "scan": scan.measure,
    "read": read.measure,
}


def main() -> int:
    """Run the benchmarks that were named, or all; 1 where a figure has passed its budget."""
    names = sys.argv[1:] or list(_ALL)
    unknown = [name for name in names if name not in _ALL]
    if unknown:
        print(f"no benchmark named {', '.join(unknown)}; there are {', '.join(_ALL)}", file=sys.stderr)
        return 64
    # As installed: with PYTHONDONTWRITEBYTECODE every process would compile again what was edited since.
    compileall.compile_dir(Path(kiosk.__file__).parent, quiet=1)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name in names:
        _ALL[name]()
    for said in over_budget():
        print(f"over budget: {said}", file=sys.stderr)
    return 1 if over_budget() else 0


sys.exit(main())
