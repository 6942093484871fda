"""The demo as a stranger runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from kiosk.defaults import change_settings
from tests.waiting import soon

DEMO = [sys.executable, "-m", "kiosk", "demo", "--headless"]


def test_five_visitors_are_issued_printed_called_and_in_the_city() -> None:
    done = subprocess.run(
        [*DEMO, "--visitors", "5", "--json"], capture_output=True, text=True, check=False, timeout=180
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert {key: summary[key] for key in ("issued", "printed", "called", "in_city")} == dict.fromkeys(
        ("issued", "printed", "called", "in_city"), 5
    )
    assert summary["seconds"] > 0


def test_a_demo_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    command = [*DEMO[:3], "--home", str(tmp_path), *DEMO[3:]]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    assert "The hall is open" in demo.stdout.readline()
    demo.kill()
    demo.wait()
    demo.stdout.close()
    soon(lambda: not _processes_of(tmp_path))
    left = _processes_of(tmp_path)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left


def test_a_home_fresh_from_init_can_be_played(tmp_path: Path) -> None:
    kiosk = [*DEMO[:3], "--home", str(tmp_path)]
    subprocess.run([*kiosk, "init", "--always-open"], check=True, capture_output=True)
    change_settings(tmp_path / "etc" / "kiosk.toml", {"counter_page.port": 0, "city.web.port": 0})
    done = subprocess.run([*kiosk, "demo", "--visitors", "1"], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


def test_a_kiosk_with_real_hardware_is_no_stage(tmp_path: Path) -> None:
    init = [*DEMO[:3], "--home", str(tmp_path), "init"]
    subprocess.run(init, check=True, capture_output=True)
    change_settings(tmp_path / "etc" / "kiosk.toml", {"printer.driver": "tcp", "printer.address": "127.0.0.1:9100"})
    done = subprocess.run([*DEMO[:3], "--home", str(tmp_path), "demo"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "use another folder for the demo" in done.stderr


def _processes_of(home: Path) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if str(home).encode() in command:
                found.append(int(folder.name))
    return found
