"""What a process says of itself is believed as long as it lives and stands by it, and not a moment longer."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.model.health import HEALTH, BoardHealth, PrinterHealth, ScreenHealth
from kiosk.store import health
from kiosk.store.health import Health, health_file
from tests.disks import no_room
from tests.healths import health_words

_LINE_BYTES = 27
_READY, _PAPER_OUT = PrinterHealth("ready"), PrinterHealth("paper_out")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path)


class _Uptime:
    """The machine's uptime, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.s = 1000.0
        monkeypatch.setattr(health, "_uptime_s", lambda: self.s)


@pytest.fixture
def uptime(monkeypatch: pytest.MonkeyPatch) -> _Uptime:
    return _Uptime(monkeypatch)


def test_a_process_that_has_ended_does_not_run_although_another_has_its_number_now(home: Home) -> None:
    with Health(home, "printer") as printer:
        printer.tell(_READY)
    # And the system has given its number to another, which lives and is no printer: here it is our own.
    assert f"{os.getpid()} " in health_file(home, "printer").with_suffix(".lock").read_text()
    found = health_words(home)["printer"]
    assert (found["is_running"], found["is_current"], found["pid"]) == (False, False, None)


def test_a_process_that_was_killed_does_not_run(home: Home) -> None:
    killed = f"""
from pathlib import Path
from kiosk.config import Home
from kiosk.model.health import PrinterHealth
from kiosk.store.health import Health
Health(Home.at(Path({str(home.etc.parent)!r})), "printer").tell({_READY})
import os; os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == -9
    found = health_words(home)["printer"]
    assert (found["status"], found["is_running"]) == ("ready", False)


def test_a_process_that_lives_runs_and_tells_its_number(home: Home) -> None:
    with Health(home, "printer") as printer:
        printer.tell(_READY)
        found = health_words(home)["printer"]
        assert (found["is_running"], found["is_current"], found["pid"]) == (True, True, os.getpid())
    assert not health_words(home)["printer"]["is_running"]


def test_what_cannot_be_written_is_told_once_stops_nothing_and_is_not_believed(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with Health(home, "printer") as printer:
        printer.tell(_READY)
        with no_room(beyond_bytes=_LINE_BYTES):  # what is in its place on a full disk can be written anew
            for _ in range(3):
                printer.tell(_PAPER_OUT)
        found = health_words(home)["printer"]
        # Its last word was "ready", and that is no longer so.
        assert (found["is_running"], found["is_current"], "status" in found) == (True, False, False)
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        printer.tell(_PAPER_OUT)
        printer.tell(_PAPER_OUT)
        assert health_words(home)["printer"]["status"] == "paper_out"
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_a_process_that_begins_without_room_is_known_to_run(home: Home) -> None:
    with Health(home, "screen") as screen:
        with no_room():
            screen.tell(ScreenHealth())
        assert health_words(home)["screen"] == {"is_running": True, "is_current": False, "pid": None}


def test_a_process_that_hangs_is_not_believed_after_a_minute(home: Home, uptime: _Uptime) -> None:
    with Health(home, "printer") as printer:
        printer.tell(_READY)
        uptime.s += 59
        assert health_words(home)["printer"]["status"] == "ready"
        uptime.s += 2
        assert "status" not in health_words(home)["printer"]
        printer.tell(_READY)
        assert health_words(home)["printer"]["status"] == "ready"


def test_nothing_is_written_while_nothing_changes_but_a_beat(home: Home, uptime: _Uptime) -> None:
    with Health(home, "printer") as printer:
        printer.tell(_READY)
        file = health_file(home, "printer")
        before = file.stat().st_ino, file.with_suffix(".lock").stat().st_mtime_ns
        for _ in range(5):
            printer.tell(_READY)
        assert (file.stat().st_ino, file.with_suffix(".lock").stat().st_mtime_ns) == before
        uptime.s += 11
        time.sleep(0.01)  # a coarse clock stamps files
        printer.tell(_READY)
        assert file.stat().st_ino == before[0]
        assert file.with_suffix(".lock").stat().st_mtime_ns > before[1]


def test_a_second_process_of_a_name_takes_over_when_the_first_is_gone(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    with Health(home, "board") as first, Health(home, "board") as second:
        first.tell(BoardHealth())
        second.tell(BoardHealth())
        assert "another process of this name runs" in caplog.text
        first.close()
        second.tell(BoardHealth())
        assert health_words(home)["board"]["is_running"]


def test_the_keys_of_health_files_are_those_that_other_programs_know() -> None:
    keys = {process: " ".join(kind.__struct_encode_fields__) for process, kind in HEALTH.items()}
    assert keys == {
        "screen": "scanner panel speaker display case roll water",
        "board": "speaker display",
        "counter": "",
        "printer": "status why",
        "sync": "line why detail pending acked last_ack_at is_city_ahead",
        "city": "line why detail stored answered malformed unstored flooding",
    }


@pytest.mark.parametrize(
    "content", [b"half a fi", b"[]", b'{"line": 5}', b'{"pid": 4194303, "line": "online"}', b"\xff"]
)
def test_what_is_no_health_file_says_nothing(home: Home, content: bytes) -> None:
    health_file(home, "sync").parent.mkdir(parents=True)
    health_file(home, "sync").write_bytes(content)
    assert not health_words(home).get("sync", {"is_running": False})["is_running"]
