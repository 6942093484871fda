"""The run directory is full, or holds no file more: numbers are given and printed all the same, and it is told once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from kiosk.config import Home, load
from kiosk.defaults import change_settings, write_home
from kiosk.field.status import PROCESSES
from kiosk.lobby.lobby import Lobby
from kiosk.model.paper import PrintState
from tests.cli.test_emulate import emulator
from tests.disks import needs_mounts, own_mounts, tmpfs
from tests.e2e.watchdog import FakeSystemd

pytestmark = needs_mounts
_FULL = {
    "no byte more": (65536, "", 'head -c 1M /dev/zero > "$RUN/filling" || true'),
    "no file more": (65536, ",nr_inodes=3", 'true > "$RUN/filling"'),
}
"""How big the run directory is, how it is mounted beside that, and how it is filled. It has its folder `health`."""


def wait_until(is_so: Callable[[], bool], patience_s: float = 20.0) -> None:
    ends = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.02)


class _Process:
    """`kiosk run …` of a home whose run directory is full, for this process alone."""

    def __init__(self, home: Home, name: str, how: str, environment: dict[str, str]) -> None:
        size_bytes, options, fill = _FULL[how]
        script = f'{tmpfs(home.run, size_bytes, options)}\nmkdir "$RUN/health"\n{fill}'
        kiosk = [sys.executable, "-m", "kiosk", "--home", str(home.etc.parent), "run", name]
        self.log = home.var / f"{name}.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                own_mounts(script, *kiosk),
                stdout=log,
                stderr=log,
                env={**os.environ, "SDL_VIDEODRIVER": "dummy", "RUN": str(home.run), **environment},
            )
        self.pid = self._process.pid

    def is_fed(self, systemd: FakeSystemd) -> bool:
        """Tell whether it has fed its watchdog by now."""
        assert self._process.poll() is None, self.log.read_text()
        try:
            systemd.longest_silence_s(self.pid)
        except KeyError:
            return False
        return True

    def kill(self) -> None:
        """End it at once, if it still runs."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it as systemd would."""
        self._process.terminate()
        assert self._process.wait(10) == 0, self.log.read_text()


@contextmanager
def _home(tmp_path: Path) -> Iterator[Home]:
    home = Home.at(tmp_path / "kiosk")
    without = {f"{device}.driver": "none" for device in ("scanner", "panel", "sound", "board_sound")}
    write_home(home, always_open=True, kiosk={"screen.is_fullscreen": False, "counter_page.port": 0, **without})
    with emulator(tmp_path / "printer", "--tcp", "0", "--out", str(tmp_path / "slips")) as (said, _):
        change_settings(home.etc / "kiosk.toml", {"printer.driver": said["driver"], "printer.address": said["address"]})
        yield home


@pytest.mark.parametrize("how", _FULL)
def test_a_full_run_directory_stops_no_process_and_no_slip(tmp_path: Path, how: str) -> None:
    with ExitStack() as stack:
        home = stack.enter_context(_home(tmp_path))
        systemd = stack.enter_context(FakeSystemd())
        lobby = stack.enter_context(closing(Lobby.open(load(home))))
        running = [_Process(home, name, how, systemd.environment) for name in PROCESSES]
        for process in running:
            stack.callback(process.kill)
        for process in running:
            wait_until(lambda process=process: process.is_fed(systemd))  # type: ignore[misc]  # asked at once
        number = lobby.take("A").number
        wait_until(lambda: lobby.ticket(number).print_state is PrintState.PRINTED)
        for process in running:
            process.stop()
            told = [line for line in process.log.read_text().splitlines() if "/run/health/" in line]
            assert len(told) == 1, process.log.read_text()
            assert "the work goes on" in told[0]
