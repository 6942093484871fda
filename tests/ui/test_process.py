"""The screen and the board as the processes they are, on a real database: seen and touched through their mirrors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import segno
from PIL import Image

from kiosk.config import Home, load
from kiosk.defaults import write_home
from kiosk.drivers.panel.simulated import press, shine_of
from kiosk.lobby.lobby import Lobby
from kiosk.ports.panel import Light, Sign
from kiosk.store import journal
from kiosk.ui.flow.delays import Delays
from kiosk.ui.window.mirror_client import MirrorClient
from tests.databases import look
from tests.healths import write_health
from tests.waiting import reached, until

_PATIENCE_S = 20.0
_BLINK_S = 0.02
_WAY = {"take": "service", "service:A": "procedure", "plain": "priority", "priority:": "number"}
"""What a visitor touches, and the screen each touch leads to."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home as `kiosk init --always-open` writes it."""
    write_home(Home.at(tmp_path), always_open=True, kiosk={"screen.is_fullscreen": False})
    return tmp_path


@contextmanager
def _running(home: Path, name: str) -> Iterator[tuple[subprocess.Popen[bytes], MirrorClient]]:
    environment = {**os.environ, "SDL_VIDEODRIVER": "dummy"}
    command = [sys.executable, "-m", "kiosk", "--home", str(home), "run", name]
    process = subprocess.Popen(command, env=environment)
    try:
        with _mirror(home / "run" / f"{name}.sock") as mirror:
            yield process, mirror
    finally:
        process.kill()
        process.wait()


def _mirror(path: Path) -> MirrorClient:
    return reached(lambda: MirrorClient(path), _PATIENCE_S)


def _wait_for(mirror: MirrorClient, *texts: str) -> None:
    """Wait until each text is the screen's name or part of what it says."""

    def missing() -> list[str]:
        scene = mirror.scene()
        seen = [scene["screen"], *scene["texts"]]
        return [text for text in texts if not any(text in one for one in seen)]

    until(lambda: not missing(), f"a screen with {texts}", _PATIENCE_S)


def _tap(mirror: MirrorClient, id: str) -> None:
    time.sleep(0.3)  # as a person would: touches right after a change are meant for the screen before
    rect = next(target["rect"] for target in mirror.scene()["targets"] if target["id"] == id)
    mirror.touch(rect[0] + rect[2] / 2, rect[1] + rect[3] / 2)


def assert_asleep(*processes: subprocess.Popen[bytes]) -> None:
    """Look for two seconds: none may look around by itself, nor work all the time."""
    before = [(_wakes(process), _cpu_s(process)) for process in processes]
    time.sleep(2)
    for process, (wakes, cpu_s) in zip(processes, before, strict=True):
        # None as a rule, ten or so where a new minute is painted; one that polls has hundreds, one that spins none.
        assert _wakes(process) - wakes <= 40
        assert _cpu_s(process) - cpu_s <= 0.3


def _wakes(process: subprocess.Popen[bytes]) -> int:
    """Return how often the threads of a process have gone to sleep, and so been woken, since they began."""
    tasks = Path(f"/proc/{process.pid}/task").glob("*/status")
    lines = (line for task in tasks for line in task.read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches:"))


def _cpu_s(process: subprocess.Popen[bytes]) -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pss_mb(process: subprocess.Popen[bytes]) -> float:
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024


def test_a_visitor_takes_a_number_an_officer_calls_it_and_the_board_shows_it(home: Path) -> None:
    with _running(home, "screen") as (screen, mirror), _running(home, "board") as (_, board):
        _wait_for(mirror, "welcome")
        for id, leads_to in _WAY.items():
            _tap(mirror, id)
            _wait_for(mirror, leads_to)
        _wait_for(mirror, "A001")
        lobby = Lobby.open(load(Home.at(home)))
        called = lobby.call_next(1)
        lobby.close()
        assert called is not None
        assert called.number == "A001"
        _wait_for(board, "A001", "Quầy 1")
        assert _pss_mb(screen) < 100


def test_an_idle_screen_sleeps_and_a_commit_elsewhere_wakes_it(home: Path) -> None:
    with _running(home, "screen") as (screen, mirror):
        _wait_for(mirror, "welcome", "Chưa có ai chờ")
        time.sleep(0.5)
        assert_asleep(screen)
        lobby = Lobby.open(load(Home.at(home)))
        lobby.take("A")
        lobby.close()
        _wait_for(mirror, "Đang chờ 1 người")


def test_a_camera_that_sees_too_little_says_so_and_what_it_reads_is_answered(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    seen.mkdir()
    scanner = {"scanner.driver": "camera", "scanner.camera": "folder", "scanner.address": str(seen)}
    write_home(Home.at(tmp_path), always_open=True, kiosk={"screen.is_fullscreen": False, **scanner})
    with _running(tmp_path, "screen") as (_, mirror):
        _tap(mirror, "booked")
        _wait_for(mirror, "booking", "Mời đưa mã")
        Image.new("L", (640, 360), 5).save(seen / "dark.png")
        _wait_for(mirror, "booking", "Tối quá")
        segno.make_qr("HNK:back").save(str(seen / "code.png"), scale=5)
        _wait_for(mirror, "welcome")


def test_an_idle_screen_says_at_once_that_the_paper_has_ended(home: Path) -> None:
    write_health(Home.at(home), "printer", {"status": "ready"})
    with _running(home, "screen") as (_, mirror):
        _wait_for(mirror, "welcome")
        time.sleep(0.3)  # what the start itself rings for is over
        began = time.monotonic()
        write_health(Home.at(home), "printer", {"status": "paper_out"})
        _wait_for(mirror, "Máy in hết giấy")
        assert time.monotonic() - began < Delays().pulse_s / 2, "it was found by looking, not by the bell"


@pytest.mark.parametrize("name", ["screen", "board"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(home: Path, name: str, number: signal.Signals) -> None:
    with _running(home, name) as (process, mirror):
        mirror.scene()
        process.send_signal(number)
        assert process.wait(_PATIENCE_S) == 0
        assert not (home / "run" / f"{name}.sock").exists()


@pytest.mark.skipif(Path("/dev/dri").exists(), reason="there is a graphics card here")
def test_without_a_graphics_card_and_a_compositor_it_says_so(home: Path) -> None:
    environment = {**os.environ, "SDL_VIDEODRIVER": "kmsdrm"}
    command = [sys.executable, "-m", "kiosk", "--home", str(home), "run", "screen"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    assert ended.returncode != 0
    assert "cannot open a window on kmsdrm" in ended.stderr


def test_a_panel_wakes_the_screen_and_a_cup_is_poured_and_told(home: Path) -> None:
    """From the second terminal to the journal: a real process, its panel, its health and its events."""
    file = home / "etc" / "kiosk.toml"
    text = file.read_text(encoding="utf-8").replace("sleep_after_s = 0", "sleep_after_s = 1")
    file.write_text(text.replace("pour_s = 6.0", "pour_s = 0.5"), encoding="utf-8")
    here = Home.at(home)
    with _running(home, "screen") as (_, mirror):
        _wait_for(mirror, "sleep")
        assert press(here, Sign.CAME)
        _wait_for(mirror, "welcome", "Kính chào!")
        for id, screen in _WAY.items():
            _tap(mirror, id)
            _wait_for(mirror, screen)
        _tap(mirror, "water")
        _wait_for(mirror, "water", "Xin đặt cốc")
        assert press(here, Sign.CUP_PLACED)
        _wait_for(mirror, "Cốc đã đầy.")
        assert press(here, Sign.OPENED)
        assert shine_of(here).light is Light.FAULT  # no printer runs here
        with closing(Lobby.open(load(here))) as lobby:
            until(lambda: ("device.fault", "opened") in _told(lobby), "the open case in the journal", _PATIENCE_S)
            events = _told(lobby)
    assert ("water.poured", "full") in events


def _told(lobby: Lobby) -> list[tuple[str, object]]:
    return [(one.kind, one.payload.get("x")) for one in journal.pending(look(lobby.store), 0, 100)]
