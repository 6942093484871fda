"""`kiosk printer`: what a technician is told of the printer, through the process that owns it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.main import run

KIOSK = [sys.executable, "-m", "kiosk"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    assert run(["--home", str(folder), "init", "--always-open"]) == 0
    return folder


@pytest.fixture
def owner(home: Path) -> Iterator[None]:
    """Let the process that owns the printer run, and have asked it."""
    process = subprocess.Popen([*KIOSK, "--home", str(home), "run", "printer"], stderr=subprocess.DEVNULL)
    ends = time.monotonic() + 10
    while told(home, "status")[1]["status"] == "not_running" and time.monotonic() < ends:
        time.sleep(0.05)
    yield
    process.terminate()
    process.wait(10)


def told(home: Path, *arguments: str, answers: str = "") -> tuple[int, dict[str, Any]]:
    """Return a command's exit code and document."""
    command = [*KIOSK, "--home", str(home), "printer", *arguments, "--json"]
    done = subprocess.run(command, input=answers, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def test_nobody_knows_how_a_printer_is_that_nobody_asks(home: Path) -> None:
    code, document = told(home, "status")
    assert (code, document["status"], document["about"]) == (3, "not_running", None)


def test_the_owner_tells_the_line_the_profile_and_what_the_printer_says_of_itself(home: Path, owner: None) -> None:
    code, document = told(home, "status")
    about = document["about"]
    assert (code, document["status"]) == (0, "ready")
    assert (about["transport"], about["profile"], about["found"]) == ("simulated", "kiosk-emulator", "told")
    assert (about["maker"], about["model"]) == ("Kiosk", "Emulated printer")
    plain = subprocess.run(
        [*KIOSK, "--home", str(home), "printer", "status", "--text"], capture_output=True, text=True, check=False
    )
    assert "simulated: Kiosk Emulated printer, firmware 1" in plain.stdout
    assert "profile kiosk-emulator, as it says" in plain.stdout


@pytest.mark.parametrize(("answers", "code", "wrong"), [("y\n" * 5, 0, []), ("y\nn\ny\ny\nn\n", 1, ["letters", "cut"])])
def test_a_technician_says_what_came_out_and_is_told_what_to_do(
    home: Path, owner: None, answers: str, code: int, wrong: list[str]
) -> None:
    done, document = told(home, "test", "--ask", answers=answers)
    assert (done, document["state"]) == (code, "printed")
    assert [name for name, is_well in document["seen"].items() if not is_well] == wrong


def test_a_test_slip_that_nobody_watches_asks_nothing(home: Path, owner: None) -> None:
    code, document = told(home, "test")
    assert (code, document["state"], document["seen"]) == (0, "printed", None)


def test_reset_clears_what_a_person_has_looked_at(home: Path, owner: None) -> None:
    assert run(["--home", str(home), "sim", "printer", "paper-out:100"]) == 0
    code, document = told(home, "test", "--ask")
    assert (code, document["state"], document["seen"]) == (1, "uncertain", None)
    assert told(home, "status")[0] == 1
    assert told(home, "reset")[1]["cleared"] == 1
    assert run(["--home", str(home), "sim", "printer", "refill"]) == 0
    assert told(home, "status")[1]["uncertain"] == []
