"""The case, the roll and the tap: what the screen tells of them becomes events, faults and an offer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from kiosk.config.types import Panel, Printer
from kiosk.field.status import Verdict
from kiosk.field.status import _beside as beside
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Fault
from kiosk.model.health import ScreenHealth
from kiosk.store import journal
from tests.clocks import FakeClock
from tests.databases import look
from tests.halls import settings
from tests.healths import health

GPIO = Panel(driver="gpio", key_next=6)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Lobby]:
    with contextlib.closing(_hall(tmp_path, Panel(driver="simulated"))) as opened:
        yield opened


def _hall(root: Path, panel: Panel, printer: str = "simulated") -> Lobby:
    before = settings(root)
    kiosk = changed(before.kiosk, panel=panel, printer=Printer(driver=printer))  # type: ignore[arg-type]  # one of its drivers
    return Lobby.open(type(before)(before.home, kiosk, before.site, before.procedures), FakeClock())


def _events(hall: Lobby, *kinds: str) -> list[tuple[str, Mapping[str, object]]]:
    return [(one.kind, one.payload) for one in journal.pending(look(hall.store), 0, 100) if one.kind in kinds]


def test_an_open_case_a_low_roll_and_a_blocked_tap_are_one_event_each_and_so_is_their_end(hall: Lobby) -> None:
    hall.device_events.note("screen", {"case": "closed", "roll": "full", "water": "ready"})
    for _ in range(2):
        hall.device_events.note("screen", {"case": "opened", "roll": "low", "water": "blocked"})
    for water in ("ready", "pouring", "ready"):
        hall.device_events.note("screen", {"case": "closed", "roll": "full", "water": water})
    assert _events(hall, "device.fault", "device.cleared") == [
        ("device.fault", {"d": "case", "x": "opened"}),
        ("device.fault", {"d": "roll", "x": "low"}),
        ("device.fault", {"d": "water", "x": "blocked"}),
        ("device.cleared", {"d": "case", "x": "closed"}),
        ("device.cleared", {"d": "roll", "x": "full"}),
        ("device.cleared", {"d": "water", "x": "ready"}),
    ]


def test_a_panel_that_is_gone_has_closed_no_case(hall: Lobby) -> None:
    hall.device_events.note("screen", {"panel": "ready", "case": "opened"})
    hall.device_events.note("screen", {"panel": "offline"})
    assert [what["d"] for _, what in _events(hall, "device.fault", "device.cleared")] == ["case", "panel"]


def test_an_open_case_is_an_errand_and_stops_nothing(hall: Lobby) -> None:
    hall.tell_health(health("screen", case="opened"))
    assert hall.hall().faults[-1] is Fault.CASE_OPEN
    assert hall.take("A").number == "A001"


def test_a_low_roll_is_little_paper_where_there_is_a_printer(hall: Lobby, tmp_path: Path) -> None:
    hall.tell_health(health("screen", roll="low"))
    assert Fault.PAPER_LOW in hall.hall().faults
    hall.tell_health(health("screen", roll="full"))
    assert Fault.PAPER_LOW not in hall.hall().faults
    with contextlib.closing(_hall(tmp_path / "other", Panel(driver="simulated"), printer="none")) as without:
        without.tell_health(health("screen", roll="low"))
        assert Fault.PAPER_LOW not in without.hall().faults


TAPS = [("ready", True), ("pouring", True), ("blocked", False), ("", False)]


@pytest.mark.parametrize(("water", "is_offered"), TAPS)
def test_a_cup_is_offered_while_the_tap_works(hall: Lobby, water: str, is_offered: bool) -> None:
    hall.tell_health(ScreenHealth(water=water))
    assert hall.hall().has_water is is_offered


def test_a_panel_without_a_tap_offers_none_whatever_is_told(tmp_path: Path) -> None:
    with contextlib.closing(_hall(tmp_path, GPIO)) as hall:
        hall.tell_health(health("screen", water="ready"))
        assert not hall.hall().has_water


def test_each_cup_is_an_event_and_names_nobody(hall: Lobby) -> None:
    hall.note_cup(is_full=True)
    hall.note_cup(is_full=False)
    assert _events(hall, "water.poured") == [("water.poured", {"x": "full"}), ("water.poured", {"x": "stopped"})]


def test_status_has_a_line_for_case_and_water_where_they_are() -> None:
    well = beside(ScreenHealth(case="closed", water="ready"))
    assert [(line.what, line.verdict) for line in well] == [("case", Verdict.OK), ("water", Verdict.OK)]
    ill = beside(ScreenHealth(case="opened", water="blocked"))
    assert all(line.verdict is Verdict.WARNING and line.advice for line in ill)
    assert beside(ScreenHealth()) == []
