"""`kiosk ask`: its JSON, its text, its exit codes."""

from __future__ import annotations

import json

import pytest

from kiosk.cli.ask import ask
from kiosk.config import Settings


def run(settings: Settings, *arguments: str) -> object:
    """Run the command on a home and return its exit code."""
    return ask.main(list(arguments), obj=settings.home, standalone_mode=False)


def test_answers_come_best_first_with_name_and_service(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "--json", "--lang", "en", "register", "my", "marriage") == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"schema_version", "question", "answers"}
    assert document["question"] == "register my marriage"
    assert document["answers"][0] == {"code": "1.000894", "name": "Marriage registration", "service": "B"}


def test_what_nobody_knows_is_said_with_exit_code_one(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "--json", "thời tiết hôm nay") == 1
    assert json.loads(capsys.readouterr().out)["answers"] == []
    assert run(settings, "--text", "thời tiết hôm nay") == 1
    assert capsys.readouterr().out == "The catalogue has no answer to this question.\n"


def test_a_terminal_sees_one_line_for_each(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "--text", "--limit", "1", "khai tu") == 0
    assert capsys.readouterr().out == "1.000656  B  Đăng ký khai tử\n"
