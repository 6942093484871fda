"""`kiosk printer`: what a technician is told of the printer, through the process that owns it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.main import run
from kiosk.config import Home, load
from kiosk.defaults import change_settings
from kiosk.field.status import Verdict, report
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Fault
from kiosk.model.health import PrinterHealth
from kiosk.model.paper import PrintState
from kiosk.sqlite.transactions import WriteTransaction
from kiosk.store import jobs
from kiosk.store.health import Health
from tests.disks import no_room
from tests.healths import health_words
from tests.waiting import until

KIOSK = [sys.executable, "-m", "kiosk"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    assert run(["--home", str(folder), "init", "--always-open"]) == 0
    return folder


@pytest.fixture
def owner(home: Path) -> Iterator[None]:
    """Let the process that owns the printer run, and have asked it."""
    with _owner(home):
        yield


@contextmanager
def _owner(root: Path) -> Iterator[None]:
    process = subprocess.Popen([*KIOSK, "--home", str(root), "run", "printer"], stderr=subprocess.DEVNULL)
    until(lambda: told(root, "status")[1]["status"] != "not_running", "the printer's process")
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


def test_a_printer_that_is_not_there_is_offline_and_why(tmp_path: Path) -> None:
    with _running(tmp_path, {"printer.driver": "device", "printer.address": "/dev/no-such-printer"}):
        code, document = told(tmp_path, "status")
        assert (code, document["status"]) == (0, "offline")
        assert "No such file or directory" in document["why"] and "/dev/no-such-printer" in document["why"]
        line = next(line for line in report(Home.at(tmp_path)) if line.what == "printer")
        assert (line.verdict, "No such file" in line.message) == (Verdict.FAILED, True)


def test_no_printer_by_choice_is_no_fault_and_its_process_stays_and_does_nothing(tmp_path: Path) -> None:
    with _running(tmp_path, {"printer.driver": "none"}) as process:
        code, document = told(tmp_path, "status")
        assert (code, document["status"], document["about"]) == (0, "none", None)
        line = next(line for line in report(Home.at(tmp_path)) if line.what == "printer")
        assert (line.verdict, line.message.partition(":")[0]) == (Verdict.OK, "none, by choice")
        assert process.poll() is None
        process.terminate()
        assert process.wait(10) == 0
    assert told(tmp_path, "status")[1]["status"] == "none"  # by choice, whether its process runs or not


def test_a_process_that_could_not_write_how_its_printer_is_is_not_believed(tmp_path: Path) -> None:
    assert run(["--home", str(tmp_path), "init", "--always-open"]) == 0
    home = Home.at(tmp_path)
    with Health(home, "printer") as printer:
        printer.tell(PrinterHealth("ready"))
        with no_room(beyond_bytes=27):
            printer.tell(PrinterHealth("paper_out"))
        code, document = told(tmp_path, "status")
        assert (code, document["status"]) == (3, "unknown")
        device, process = (line for line in report(home) if line.what == "printer")
        with closing(Lobby.open(load(home))) as lobby:
            assert Fault.PRINTER_SILENT in lobby.hall().faults
    assert (device.verdict, process.verdict) == (Verdict.UNKNOWN, Verdict.WARNING)
    assert "its process cannot say" in device.message
    assert "df -h" in process.advice


@contextmanager
def _running(root: Path, settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Let the printer's process run with other settings, and have looked once."""
    assert run(["--home", str(root), "init", "--always-open"]) == 0
    change_settings(root / "etc" / "kiosk.toml", dict(settings))
    process = subprocess.Popen([*KIOSK, "--home", str(root), "run", "printer"], stderr=subprocess.DEVNULL)
    until(lambda: "printer" in health_words(Home.at(root)), "the printer's process")
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


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


def test_a_test_slip_that_is_taken_up_as_its_time_ends_is_not_called_unprinted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The printer's process takes the job between the last look at it and the wish to drop it."""
    assert run(["--home", str(tmp_path), "init", "--always-open"]) == 0
    monkeypatch.setattr("kiosk.cli.printer._PATIENCE_S", 0.0)
    drop = jobs.move

    def taken_up_before(
        tx: WriteTransaction, job: int, before: PrintState, after: PrintState, *, now_ms: int, detail: str
    ) -> bool:
        assert drop(tx, job, PrintState.QUEUED, PrintState.PRINTING, now_ms=now_ms)
        return drop(tx, job, before, after, now_ms=now_ms, detail=detail)

    monkeypatch.setattr(jobs, "move", taken_up_before)
    capsys.readouterr()
    assert run(["--home", str(tmp_path), "printer", "test", "--no-ask", "--text"]) == 1
    assert "It is still being printed" in capsys.readouterr().out


def test_reset_clears_what_a_person_has_looked_at(home: Path, owner: None) -> None:
    assert run(["--home", str(home), "sim", "printer", "paper-out:100"]) == 0
    code, document = told(home, "test", "--ask")
    assert (code, document["state"], document["seen"]) == (1, "uncertain", None)
    assert told(home, "status")[0] == 1
    assert told(home, "reset")[1]["cleared"] == 1
    assert run(["--home", str(home), "sim", "printer", "refill"]) == 0
    assert told(home, "status")[1]["uncertain"] == []


def test_a_printer_that_is_dark_for_a_new_process_leaves_doubt_until_a_person_says_it_was_changed(
    tmp_path: Path,
) -> None:
    """It has confirmed. Now the printer behind its adapter is off, or changed for one that never answers."""
    assert run(["--home", str(tmp_path), "init", "--always-open"]) == 0
    with _owner(tmp_path):
        assert told(tmp_path, "test")[1]["state"] == "printed"
    assert run(["--home", str(tmp_path), "sim", "printer", "silent"]) == 0
    with _owner(tmp_path):
        assert told(tmp_path, "test")[1]["state"] == "uncertain"
        code, document = told(tmp_path, "status")
        assert (code, document["status"], document["says_less"]) == (1, "unknown", True)
        assert told(tmp_path, "test", "--ask", answers="n\n")[1]["state"] == "uncertain"
        assert told(tmp_path, "test")[1]["state"] == "uncertain"
        assert told(tmp_path, "test", "--ask", answers="y\n" * 6)[1]["state"] == "printed"
        assert told(tmp_path, "test")[1]["state"] == "printed"
        assert told(tmp_path, "status")[1]["says_less"] is False
    assert run(["--home", str(tmp_path), "sim", "printer", "ok"]) == 0
    with _owner(tmp_path):
        assert told(tmp_path, "test")[1]["state"] == "printed"
    assert run(["--home", str(tmp_path), "sim", "printer", "silent"]) == 0
    with _owner(tmp_path):
        assert told(tmp_path, "test")[1]["state"] == "uncertain", "it has shown anew that it confirms"
        assert told(tmp_path, "reset", "--changed")[1]["cleared"] == 4
        assert told(tmp_path, "test")[1]["state"] == "printed"
