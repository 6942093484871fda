"""The launcher, which every unit and every technician starts the kiosk through."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.systemd.places import UNITS

LAUNCHER = UNITS / "kiosk"


@pytest.fixture
def current(tmp_path: Path) -> Path:
    """Return the link to the current one of two releases; each tells its name, its path and its arguments."""
    for version in ("1.0.0", "1.1.0"):
        program = tmp_path / "releases" / version / "bin" / "kiosk"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\necho "{version} $0 $*"\n')
        program.chmod(0o755)
    link = tmp_path / "current"
    link.symlink_to(tmp_path / "releases" / "1.0.0")
    return link


def _run(current: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KIOSK_CURRENT": str(current)}
    return subprocess.run([LAUNCHER, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_a_process_is_started_by_the_real_path_of_its_release(current: Path) -> None:
    real = current.parent / "releases" / "1.0.0" / "bin" / "kiosk"
    assert _run(current, "run", "screen").stdout == f"1.0.0 {real} run screen\n"


def test_after_a_switch_the_next_start_is_the_next_release(current: Path) -> None:
    _run(current)
    current.unlink()
    current.symlink_to("releases/1.1.0")
    assert _run(current).stdout.startswith("1.1.0 ")


def test_a_link_to_a_release_that_is_gone_says_so(current: Path) -> None:
    current.unlink()
    current.symlink_to("releases/9.9.9")
    outcome = _run(current)
    assert outcome.returncode == 2
    assert "leads to no release" in outcome.stderr
