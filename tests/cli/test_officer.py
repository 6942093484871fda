"""`kiosk config officer`: the PIN is asked for or piped in, and never has to stand on the command line."""

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
def test_a_script_pipes_the_pin_in(home: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PIN + end))
    assert officer(home, "--pin-stdin") == 0
    assert signs_in(home, PIN)


@pytest.mark.parametrize("said", ["", "\n", "2468\n", "123456\n", f" {PIN}\n"])
def test_what_is_no_good_pin_is_refused_from_a_pipe_too(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(said))
    assert officer(home, "--pin-stdin") == 2
    assert "PIN" in capsys.readouterr().err
    assert not load_officers(Home.at(home))


def test_a_pin_that_everybody_could_read_in_the_process_list_is_taken_with_a_warning(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert officer(home, "--pin", PIN) == 0
    warning = capsys.readouterr().err
    assert "--pin-stdin" in warning and PIN not in warning
    assert signs_in(home, PIN)
