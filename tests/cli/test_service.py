"""`kiosk service`: a technician takes the kiosk out of service and back, with any text as the reason."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli.service import service
from kiosk.config import Home, load
from kiosk.defaults import write_home
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Fault


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.at(tmp_path)
    write_home(home, always_open=True)
    return home


def _run(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(service, arguments, obj=home)


def _is_out(home: Home) -> bool:
    with contextlib.closing(Lobby.open(load(home))) as hall:
        return Fault.OUT_OF_SERVICE in hall.hall().faults


def test_a_kiosk_goes_out_of_service_and_comes_back(home: Home) -> None:
    gone = _run(home, "off", "new  printer\ntomorrow", "--json")
    assert gone.exit_code == 0
    assert json.loads(gone.output)["reason"] == "new printer tomorrow"
    assert _is_out(home)
    assert json.loads(_run(home, "on", "--json").output)["is_in_service"] is True
    assert not _is_out(home)


def test_off_needs_no_reason_and_may_be_repeated(home: Home) -> None:
    for _ in range(2):
        assert _run(home, "off").exit_code == 0
    assert _is_out(home)


@pytest.mark.parametrize("reason", ["x" * 121, "lamp\x1b[2J"])
def test_a_reason_that_is_too_long_or_not_printable_is_refused(home: Home, reason: str) -> None:
    assert _run(home, "off", reason).exit_code == 2
    assert not _is_out(home)
