"""`kiosk time`: a technician shows the time and sets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.main import run
from kiosk.config import Home

Ask = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    run(["--home", str(tmp_path), "init", "--always-open"])
    capsys.readouterr()

    def run_command(*words: str) -> tuple[int, dict[str, Any]]:
        code = run(["--home", str(tmp_path), *words, "--json"])
        document = capsys.readouterr().out
        return code, json.loads(document) if document else {}

    return run_command


def test_a_wrong_day_is_corrected_and_none_of_its_numbers_is_given_twice(ask: Ask, tmp_path: Path) -> None:
    _, first = ask("ticket", "take", "A")
    later = (datetime.now(UTC) + timedelta(days=900)).date().isoformat()
    code, document = ask("time", "set", "--day", later)
    assert (code, document["day"], document["trust"], document["schema_version"]) == (0, later, "confirmed", 1)
    assert ask("ticket", "take", "A")[1]["number"] == "A001"
    code, document = ask("time", "set")
    assert (code, document["day"], document["is_certain"]) == (0, first["day"], True)
    assert ask("ticket", "take", "A")[1]["number"] == "A002"
    _, events = ask("journal", "list")
    assert [event["kind"] for event in events["events"]].count("time.set") == 2
    assert Home.at(tmp_path).database.exists()


def test_an_impossible_time_is_refused(ask: Ask) -> None:
    assert ask("time", "set", "2099-01-01 09:00")[0] == 2
    assert ask("time", "set", "half past nine")[0] == 64
    assert ask("time", "set", "2027-01-01 09:00", "--day", "2027-01-01")[0] == 64


def test_the_time_is_certain_after_it_was_set(ask: Ask) -> None:
    assert ask("time", "show")[0] == 0
    ask("time", "set", f"{datetime.now(UTC) + timedelta(days=100):%Y-%m-%d %H:%M}")
    assert ask("time", "show")[1]["is_certain"] is True
