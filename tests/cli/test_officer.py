"""`kiosk config officer`: the PIN comes from a prompt or a pipe, and need not be on the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kiosk.cli.main import run
from kiosk.config import Home, check_pin, load_officers

PIN = "204817"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert run(["--home", str(tmp_path), "init"]) == 0
    return tmp_path


def officer(home: Path, *options: str) -> int:
    """Run the command for lan and return its exit code."""
    return run(["--home", str(home), "config", "officer", "lan", *options])


def signs_in(home: Path, pin: str) -> bool:
    """Tell whether lan has this PIN."""
    return any(check_pin(pin, officer.pin_scrypt) for officer in load_officers(Home.at(home)))


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nanother line\n"])
def test_a_script_sends_the_pin_through_a_pipe(home: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PIN + end))
    assert officer(home, "--pin-stdin") == 0
    assert signs_in(home, PIN)


@pytest.mark.parametrize("piped", ["", "\n", "2468\n", "123456\n", f" {PIN}\n"])
def test_a_weak_or_malformed_pin_is_refused_from_a_pipe_too(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], piped: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(piped))
    assert officer(home, "--pin-stdin") == 2
    assert "PIN" in capsys.readouterr().err
    assert not load_officers(Home.at(home))


def test_a_pin_on_the_command_line_is_accepted_with_a_warning(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert officer(home, "--pin", PIN) == 0
    warning = capsys.readouterr().err
    assert "--pin-stdin" in warning and PIN not in warning
    assert signs_in(home, PIN)
