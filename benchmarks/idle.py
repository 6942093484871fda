"""What each process costs while nobody comes: memory and processor time, after everything has settled."""

from __future__ import annotations

import math
import tempfile
import time
from pathlib import Path

from benchmarks.browser import open_board_in_browser
from benchmarks.hall import HEADLESS
from benchmarks.machine import cpu_s, family, pss_mb
from benchmarks.table import judged, show
from kiosk.cli.demo.hall import KIOSK_PROCESSES, prepare, start_processes, url_of
from kiosk.cli.demo.processes import Processes

_SETTLE_S = 8.0
_IDLE_S = 30.0
_BUDGET_MB = {"screen": 60, **dict.fromkeys(("board", "counter", "printer", "sync"), 30)}


def measure() -> None:
    """Print memory and CPU of every process over 30 idle seconds, beside a browser showing the same board."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        stage = prepare(Path(folder))
        processes = Processes(stage.settings.home.run / "log", HEADLESS)
        try:
            start_processes(stage, processes)
            with open_board_in_browser(f"{url_of(stage, 'counter')}/board") as browser:
                time.sleep(_SETTLE_S)
                pids = {name: [processes.pid(name)] for name in (*KIOSK_PROCESSES, "city", "mosquitto")}
                if browser is not None:
                    pids["Chromium with the same board"] = family(browser)
                rows = _rows(pids)
        finally:
            processes.stop()
    show(
        "Idle",
        ("process", "processes", "memory (PSS)", f"processor over {_IDLE_S:.0f} s"),
        rows,
        "SDL's dummy video driver: on a Pi the window's own buffers come on top. Target: CPU ≈ 0 %.",
    )


def _rows(pids: dict[str, list[int]]) -> list[tuple[str, ...]]:
    before = {name: sum(map(cpu_s, family)) for name, family in pids.items()}
    time.sleep(_IDLE_S)
    rows: list[tuple[str, ...]] = []
    for name, members in pids.items():
        share = (sum(map(cpu_s, members)) - before[name]) / _IDLE_S
        memory = judged(sum(map(pss_mb, members)), "MB", _BUDGET_MB.get(name, math.inf))
        rows.append((name, str(len(members)), memory, f"{share:.2%}"))
    return rows
