"""What a command costs at a shell, and how many numbers eight shells take at once, beside what Python itself costs.

Processor time is user and system of the command alone, so another program on the machine hardly counts.
"""

from __future__ import annotations

import math
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from benchmarks.table import judged, show
from kiosk.config import Home
from kiosk.defaults import write_home

_ROUNDS = 15
_SHELLS, _EACH = 8, 15
_CLICK = "import click; click.command()(lambda: click.echo('hello'))()"
_INSERT = """\
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
db.execute("PRAGMA journal_mode = WAL"); db.execute("PRAGMA synchronous = FULL")
db.execute("CREATE TABLE IF NOT EXISTS ticket (id INTEGER PRIMARY KEY, at REAL)")
db.execute("BEGIN IMMEDIATE"); db.execute("INSERT INTO ticket (at) VALUES (julianday())"); db.execute("COMMIT")
"""
_BUDGET_MS = {"kiosk status": 120}
_BUDGET_RATE = 25


def measure() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        home = Home.at(Path(folder) / "home")
        write_home(home, always_open=True)
        kiosk = [str(Path(sys.executable).parent / "kiosk"), "--home", str(home.etc.parent)]
        python = [sys.executable, "-c"]
        take = [*kiosk, "ticket", "take", "A"]
        insert = [*python, _INSERT, str(Path(folder) / "bare.db")]
        commands = {
            "python, nothing": [*python, "pass"],
            "python, click says hello": [*python, _CLICK],
            "python, one row into SQLite": insert,
            "kiosk ticket take": take,
            "kiosk ticket list": [*kiosk, "ticket", "list"],
            "kiosk call next": [*kiosk, "call", "next", "1"],
            "kiosk status": [*kiosk, "status"],
        }
        _show_costs({name: _cpu_ms(command) for name, command in commands.items()})
        _show_rates({"python, one row into SQLite": _rate(insert), "kiosk ticket take": _rate(take)})
        numbers = msgspec.json.decode(subprocess.check_output([*kiosk, "ticket", "list", "--json"]))["tickets"]
        given = [ticket["number"] for ticket in numbers]
        assert len(set(given)) == len(given) >= _SHELLS * _EACH


def _cpu_ms(command: Sequence[str]) -> list[float]:
    """Return the processor time of each run, in milliseconds."""
    spent = []
    for _ in range(_ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append((after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000)
    return spent


def _rate(command: Sequence[str]) -> tuple[float, float]:
    """Let eight shells run it at once; return runs a second, and milliseconds of processor time for one."""

    def run(_number: int) -> None:
        subprocess.run(command, capture_output=True, check=True)

    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with ThreadPoolExecutor(_SHELLS) as shells:
        list(shells.map(run, range(_SHELLS * _EACH)))
    after, took_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - begun
    spent_s = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return _SHELLS * _EACH / took_s, spent_s * 1000 / (_SHELLS * _EACH)


def _show_costs(costs: dict[str, list[float]]) -> None:
    rows = []
    for name, ms in costs.items():
        median = judged(statistics.median(ms), "ms", _BUDGET_MS.get(name, math.inf))
        rows.append((name, median, f"{min(ms):.0f} ms"))
    note = f"User and system time, {_ROUNDS} runs each. A Pi 4 needs about five times as long."
    show("What a command costs", ("command", "processor, median", "least"), rows, note)


def _show_rates(rates: dict[str, tuple[float, float]]) -> None:
    rows = []
    for name, (a_second, ms) in rates.items():
        least = _BUDGET_RATE if name.startswith("kiosk") else 0
        rows.append((name, judged(a_second, "a second", least, least=True, digits=1), f"{ms:.0f} ms"))
    note = f"{_SHELLS} shells, {_SHELLS * _EACH} commands, every number another one. The rate needs an idle machine."
    show("Eight shells at once", ("command", "rate", "processor for one"), rows, note)
