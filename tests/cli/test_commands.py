"""The command line: its contract of JSON fields and exit codes, and its errors for wrong arguments."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.main import run

KIOSK = [sys.executable, "-m", "kiosk"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert run(["--home", str(tmp_path), "init", "--always-open"]) == 0
    return tmp_path


def _run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*KIOSK, "--home", str(home), *arguments], capture_output=True, text=True, check=False)


def _kiosk(home: Path, *arguments: str, expect: int = 0) -> dict[str, Any]:
    """Run a command in a process of its own and return its JSON."""
    done = _run(home, *arguments)
    assert done.returncode == expect, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _refused(home: Path, *arguments: str, code: int = 2) -> str:
    """Run a command that must fail and return its error output."""
    done = _run(home, *arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_ticket_has_the_fields_of_the_contract(home: Path) -> None:
    taken = _kiosk(home, "ticket", "take", "A", "--json")
    assert {"number", "service", "state", "day", "issued_at", "ahead", "wait_minutes", "token"} <= set(taken)
    assert taken["number"] == "A001"
    assert taken["schema_version"] == 1
    assert _kiosk(home, "ticket", "show", "a001")["token"] == taken["token"]
    assert [row["number"] for row in _kiosk(home, "ticket", "list")["tickets"]] == ["A001"]


def test_an_officer_can_do_everything_on_the_command_line(home: Path) -> None:
    for _ in range(3):
        _kiosk(home, "ticket", "take", "A")
    assert _kiosk(home, "call", "next", "1")["number"] == "A001"
    for step, state in (("recall", "called"), ("serve", "serving"), ("done", "done")):
        assert _kiosk(home, "call", step, "A001")["state"] == state
    _kiosk(home, "call", "next", "1")
    assert _kiosk(home, "call", "no-show", "A002")["state"] == "no_show"
    assert _kiosk(home, "call", "park", "A003")["state"] == "parked"
    assert _kiosk(home, "call", "resume", "A003")["state"] == "waiting"
    assert _kiosk(home, "call", "transfer", "A003", "B")["service"] == "B"
    assert _kiosk(home, "ticket", "cancel", "A003")["state"] == "cancelled"
    assert _kiosk(home, "call", "next", "1")["number"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ticket", "take", "Z"], 2, "no service named 'Z'; known: A, B, C, D, E"),
        (["ticket", "show", "A777"], 2, "no ticket of today named 'A777'"),
        (["call", "next", "99"], 2, "no counter named '99'"),
        (["call", "done", "A001"], 2, "A001 is waiting and cannot become done"),
        (["call", "next", "one"], 64, "'one' is not a valid integer"),
        (["ticket", "take"], 64, "Missing argument"),
        (["dance"], 64, "No such command 'dance'"),
        (["sim", "printer", "explode"], 2, "explode"),
    ],
)
def test_wrong_arguments_give_a_sentence_and_an_exit_code(
    home: Path, arguments: list[str], code: int, words: str
) -> None:
    _kiosk(home, "ticket", "take", "A")
    assert words in _refused(home, *arguments, code=code)


def test_a_home_without_settings_says_how_to_begin(tmp_path: Path) -> None:
    assert "kiosk init" in _refused(tmp_path, "ticket", "take", "A")


def test_a_second_init_overwrites_nothing(home: Path) -> None:
    before = (home / "etc" / "site.toml").read_bytes()
    assert "not overwritten" in _refused(home, "init")
    assert (home / "etc" / "site.toml").read_bytes() == before


def test_an_unknown_setting_is_named_with_its_neighbour(home: Path) -> None:
    file = home / "etc" / "kiosk.toml"
    file.write_text(file.read_text().replace("has_cutter", "has_cuter"))
    error = _refused(home, "config", "check")
    assert "has_cuter" in error
    assert "has_cutter" in error


def test_the_journal_counts_the_events_that_wait_for_the_city(home: Path) -> None:
    _kiosk(home, "ticket", "take", "A")
    assert _kiosk(home, "journal", "stats")["pending"] == 2
    assert [event["kind"] for event in _kiosk(home, "journal", "list")["events"]] == ["day.opened", "ticket.issued"]
    out = home / "events.jsonl"
    assert run(["--home", str(home), "journal", "export", str(out)]) == 0
    assert [json.loads(line)["seq"] for line in out.read_text().splitlines()] == [1, 2]


def test_status_names_a_stopped_process_and_how_to_start_it(home: Path) -> None:
    report = _kiosk(home, "status", expect=2)
    assert report["verdict"] == "failed"
    screen = next(line for line in report["lines"] if line["what"] == "screen")
    assert "kiosk-screen" in screen["advice"]


def test_a_damaged_database_is_reported_and_moved_only_on_request(home: Path) -> None:
    _kiosk(home, "ticket", "take", "A")
    file = home / "var" / "kiosk.db"
    file.write_bytes(b"no database at all" * 5000)
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    assert "damaged" in _refused(home, "ticket", "take", "A")
    assert _kiosk(home, "store", "check", expect=2)["problems"]
    assert file.read_bytes().startswith(b"no database")
    assert run(["--home", str(home), "store", "set-aside", "--yes"]) == 0
    assert _kiosk(home, "ticket", "take", "A")["number"] == "A501"


def test_eight_processes_taking_fifty_numbers_each_give_four_hundred_different_ones(home: Path) -> None:
    loop = 'for i in $(seq 50); do "$@" || exit 1; done'
    command = ["sh", "-c", loop, "take", *KIOSK, "--home", str(home), "ticket", "take", "A", "--json"]
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: subprocess.run(command, capture_output=True, text=True, check=False), range(8)))
    assert [done.returncode for done in runs] == [0] * 8, runs[0].stderr
    numbers = [json.loads(line)["number"] for done in runs for line in done.stdout.splitlines()]
    assert sorted(numbers) == [f"A{n:03d}" for n in range(1, 401)]
    events = _kiosk(home, "journal", "list", "--limit", "1000")["events"]
    assert [event["seq"] for event in events] == list(range(1, 402))
    assert Counter(event["kind"] for event in events) == {"day.opened": 1, "ticket.issued": 400}


@pytest.mark.parametrize("jump", ["-1d", "+1y"])
def test_a_clock_that_jumps_between_two_tickets_repeats_no_number(home: Path, jump: str) -> None:
    first = _kiosk(home, "ticket", "take", "A")
    done = subprocess.run(
        ["faketime", "-f", jump, *KIOSK, "--home", str(home), "ticket", "take", "A"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "FAKETIME_DONT_RESET": "1"},
    )
    second = json.loads(done.stdout)
    assert (second["number"], second["day"]) == ("A002", first["day"])
    assert _kiosk(home, "ticket", "take", "A")["number"] == "A003"


def test_every_command_has_help() -> None:
    for command in ([], ["ticket"], ["call"], ["run"], ["journal"], ["printer"], ["config"], ["sim"], ["store"]):
        done = subprocess.run([*KIOSK, *command, "--help"], capture_output=True, text=True, check=True)
        assert "Commands:" in done.stdout


def test_an_environment_variable_may_name_the_home(home: Path) -> None:
    named = {**os.environ, "KIOSK_HOME": str(home)}
    done = subprocess.run([*KIOSK, "ticket", "take", "A"], env=named, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["number"] == "A001"
    assert _kiosk(home, "journal", "stats")["last_seq"] == 2
