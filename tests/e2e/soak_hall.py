"""A whole hall for a long day: its printer at the end of a line of one's choice, its processes looked at closely."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from kiosk.cli.demo.hall import KIOSK_PROCESSES, DemoHall, prepare, start_processes
from kiosk.cli.demo.processes import Processes
from kiosk.defaults import Value, change_settings
from kiosk.records import Record
from tests.e2e.watchdog import FakeSystemd

LINES = ("simulated", "pty", "tcp", "usb")
"""The ends at which the emulated printer can hang."""

_HEADLESS = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}


class Weight(Record):
    """What a process costs: open descriptors, those of typefaces apart, and its share of memory in MB."""

    descriptors: int
    typefaces: int
    pss_mb: float


class Hall(Record):
    """An open hall. `pids` are those of the processes with which it opened."""

    stage: DemoHall
    systemd: FakeSystemd
    pids: Mapping[str, int]

    def weigh(self) -> dict[str, Weight]:
        """Return what each process costs now.

        Raises:
            OSError: one has ended since the hall opened.
        """
        return {name: _weight(Path("/proc") / str(pid)) for name, pid in self.pids.items()}


class _Cast(Processes):
    """Processes some of which are played by another program."""

    def __init__(self, logs: Path, environment: Mapping[str, str], played: Mapping[str, Sequence[str]]) -> None:
        super().__init__(logs, environment)
        self._played = played

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process, or who plays it."""
        super().start(name, self._played.get(name, command))


@contextmanager
def open_hall_on(line: str, root: Path) -> Iterator[Hall]:
    """Run a hall under `root` whose printer hangs on one of `LINES`; nothing that ends is started again."""
    stage = prepare(root)
    usb = [sys.executable, "-m", "tests.e2e.usb_printer", str(root)]
    with FakeSystemd() as systemd:
        environment = {**_HEADLESS, **systemd.environment}
        processes = _Cast(stage.settings.home.run / "log", environment, {"printer": usb} if line == "usb" else {})
        try:
            change_settings(root / "etc" / "kiosk.toml", _printer_on(line, stage, processes))
            start_processes(stage, processes)
            yield Hall(stage, systemd, {name: processes.pid(name) for name in KIOSK_PROCESSES})
        finally:
            processes.stop()


def _printer_on(line: str, stage: DemoHall, processes: Processes) -> dict[str, Value]:
    """Put the printer on its line; return the settings for it."""
    if line not in ("pty", "tcp"):
        return {"printer.driver": line}
    log = stage.settings.home.run / "log" / "emulator.log"
    options = ["--pty"] if line == "pty" else ["--tcp", "0"]
    processes.start_kiosk("emulator", stage.root, "sim", "printer", "serve", *options, "--json")
    processes.wait_for("emulator", lambda: log.exists() and b"\n" in log.read_bytes())
    told = json.loads(log.read_text(encoding="utf-8").splitlines()[0])
    return {"printer.driver": told["driver"], "printer.address": told["address"]}


def _weight(process: Path) -> Weight:
    rollup = (process / "smaps_rollup").read_text(encoding="ascii").splitlines()
    pss_kb = int(next(line for line in rollup if line.startswith("Pss:")).split()[1])
    files = [_file(descriptor) for descriptor in (process / "fd").iterdir()]
    typefaces = sum(file.endswith(".ttf") for file in files)
    return Weight(len(files) - typefaces, typefaces, pss_kb / 1024)


def _file(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except FileNotFoundError:  # it was on its way out
        return ""
