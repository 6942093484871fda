"""A clock that jumps while a board hangs on the wall."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.cli.main import run
from kiosk.ui.window.mirror_client import MirrorClient
from tests.waiting import reached, until

KIOSK = [sys.executable, "-m", "kiosk", "--home"]


@pytest.mark.parametrize("jump", ["-1d", "+1y"])
def test_the_board_keeps_the_day_and_says_that_its_time_is_not_certain(tmp_path: Path, jump: str) -> None:
    run(["--home", str(tmp_path), "init", "--always-open"])
    subprocess.run([*KIOSK, str(tmp_path), "ticket", "take", "A"], check=True, capture_output=True)
    board = subprocess.Popen(
        ["faketime", "-f", jump, *KIOSK, str(tmp_path), "run", "board"],
        env={**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        texts = _texts(tmp_path / "run" / "board.sock")
        assert "giờ chưa chắc" in texts
        assert texts[texts.index("A Sao y") + 1] == "1", "yesterday's board, or next year's, would be empty"
    finally:
        os.killpg(board.pid, signal.SIGTERM)  # faketime does not hand it on
        board.wait()


def _texts(socket: Path) -> list[str]:
    with reached(lambda: MirrorClient(socket), 30) as mirror:
        # It answers before it has painted anything.
        return until(lambda: list(mirror.scene()["texts"]), "the board's first picture")
