"""Faults as a visitor meets them, on the real screen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.demo.processes import Processes
from kiosk.cli.main import run
from kiosk.config import Home
from kiosk.ui.window.mirror_client import MirrorClient
from tests.waiting import until

_HEADLESS = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}


@contextmanager
def _screen(root: Path) -> Iterator[MirrorClient]:
    processes = Processes(root / "run" / "log", _HEADLESS)
    processes.start_kiosk("screen", root, "run", "screen")
    try:
        processes.wait_for("screen", (root / "run" / "screen.sock").exists)
        with MirrorClient(root / "run" / "screen.sock") as mirror:
            yield mirror
    finally:
        processes.stop()


def _until(mirror: MirrorClient, screen: str) -> dict[str, Any]:
    until(lambda: mirror.scene()["screen"] == screen, f"the screen {screen}")
    return mirror.scene()


def test_a_damaged_database_has_a_face_and_the_screen_comes_back_by_itself(tmp_path: Path) -> None:
    run(["--home", str(tmp_path), "init", "--always-open"])
    file = Home.at(tmp_path).database
    for part in file.parent.glob("kiosk.db*"):
        part.unlink()
    file.write_bytes(b"no database at all" * 5000)
    with _screen(tmp_path) as mirror:
        scene = _until(mirror, "sorry")
        assert not any(target["id"] == "take" for target in scene["targets"])
        file.unlink()
        _until(mirror, "welcome")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_has_a_face_and_the_screen_comes_back_by_itself(tmp_path: Path) -> None:
    run(["--home", str(tmp_path), "init", "--always-open"])
    var = tmp_path / "var"
    kept = (var / "kiosk.db").read_bytes()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(var)], check=True)
    try:
        (var / "kiosk.db").write_bytes(kept)
        with _screen(tmp_path) as mirror:
            _until(mirror, "welcome")
            with suppress(OSError), (var / "ballast").open("wb", buffering=0) as ballast:
                while True:
                    ballast.write(bytes(65536))
            take = [sys.executable, "-m", "kiosk", "--home", str(tmp_path), "ticket", "take", "A"]
            _until(mirror, "sorry")
            said = subprocess.run(take, capture_output=True, text=True, check=False)
            assert said.returncode in (0, 2)  # a page or two may still fit
            (var / "ballast").unlink()
            _until(mirror, "welcome")
    finally:
        subprocess.run(["umount", "-l", str(var)], check=True)
