"""`python -m benchmarks [NAME…]`: run all benchmarks, or those named."""

from __future__ import annotations

import os
import platform
import sys

from benchmarks import commands, first_frame, idle, latency, read, scan, search, slip, slip_lines, touch, wire

_ALL = {
    "latency": latency.measure,
    "commands": commands.measure,
    "search": search.measure,
    "touch": touch.measure,
    "first_frame": first_frame.measure,
    "idle": idle.measure,
    "slip": slip.measure,
    "slip_lines": slip_lines.measure,
    "wire": wire.measure,
    "scan": scan.measure,
    "read": read.measure,
}


def main() -> int:
    """Run the benchmarks that were named, or all."""
    names = sys.argv[1:] or list(_ALL)
    unknown = [name for name in names if name not in _ALL]
    if unknown:
        print(f"no benchmark named {', '.join(unknown)}; there are {', '.join(_ALL)}", file=sys.stderr)
        return 64
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name in names:
        _ALL[name]()
    return 0


sys.exit(main())
