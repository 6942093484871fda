"""Which fault a face shows and how the lamp shines, for all that a process can say of itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from kiosk.config.types import Panel, Printer, Scanner, Sound
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.status_lamp import LONG_DOWN_S, light_of
from kiosk.lobby.views import Fault
from kiosk.model.health import SyncHealth
from kiosk.ports.panel import Light
from kiosk.ports.printer import PrinterStatus
from tests.clocks import FakeClock
from tests.halls import settings
from tests.healths import health

_QUIET = {"scanner": Scanner(driver="none"), "panel": Panel(driver="none"), "sound": Sound(driver="none")}
_WHOLE = {
    "printer": Printer(driver="simulated"),
    "scanner": Scanner(driver="simulated"),
    "panel": Panel(driver="simulated"),
    "sound": Sound(driver="simulated"),
    "board_sound": Sound(driver="simulated"),
}
_BARE = {**_QUIET, "printer": Printer(driver="none"), "board_sound": Sound(driver="none")}


def _hall(root: Path, **parts: object) -> Lobby:
    before = settings(root)
    kiosk = changed(before.kiosk, **parts)
    hall = Lobby.open(type(before)(before.home, kiosk, before.site, before.procedures), FakeClock())
    hall.tell_health(health("sync", line="online"))
    hall.tell_health(health("printer", status="ready"))
    return hall


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Lobby]:
    with contextlib.closing(_hall(tmp_path, **_WHOLE)) as opened:
        yield opened


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Lobby]:
    with contextlib.closing(_hall(tmp_path / "bare", **_BARE)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        ("ready", None),
        ("paper_low", Fault.PAPER_LOW),
        ("paper_out", Fault.PAPER_OUT),
        ("cover_open", Fault.COVER_OPEN),
        ("offline", Fault.PRINTER_OFFLINE),
        ("unknown", Fault.PRINTER_SILENT),
        *((status, Fault.PRINTER_ERROR) for status in ("error", "cutter_jammed", "overheated")),
    ],
)
def test_what_a_printer_says_is_the_fault_that_everybody_sees(hall: Lobby, status: str, fault: Fault | None) -> None:
    assert status in list(PrinterStatus)
    hall.tell_health(health("printer", status=status))
    expected = () if fault is None else (fault,)
    assert hall.hall().faults == hall.board().faults == hall.counter(1).faults == expected


_SCREEN = {
    "scanner": {"offline": Fault.SCANNER_OFFLINE, "missing": Fault.SCANNER_OFFLINE, "ready": None, "none": None},
    "panel": {"offline": Fault.PANEL_OFFLINE, "missing": Fault.PANEL_OFFLINE, "ready": None},
    "speaker": {"offline": Fault.SPEAKER_OFFLINE, "missing": Fault.SPEAKER_OFFLINE, "ready": None},
    "roll": {"low": Fault.PAPER_LOW, "full": None},
    "case": {"opened": Fault.CASE_OPEN, "closed": None},
}


@pytest.mark.parametrize(("device", "word"), [(device, word) for device, words in _SCREEN.items() for word in words])
def test_a_device_that_the_screen_says_is_gone_is_a_fault_and_a_device_by_choice_is_none(
    hall: Lobby, bare: Lobby, device: str, word: str
) -> None:
    fault = _SCREEN[device][word]
    for lobby in (hall, bare):
        lobby.tell_health(health("screen", **{device: word}))
    assert hall.hall().faults == (() if fault is None else (fault,))
    assert bare.hall().faults == ()


def test_the_board_misses_its_own_loudspeaker(hall: Lobby) -> None:
    hall.tell_health(health("board", speaker="offline"))
    assert hall.hall().faults == ()
    assert hall.board().faults == (Fault.SPEAKER_OFFLINE,)


@pytest.mark.parametrize("line", ["connecting", "offline", ""])
def test_a_line_that_is_not_up_is_down(hall: Lobby, line: str) -> None:
    assert hall.hall().faults == ()
    hall.tell_health(SyncHealth(line))
    assert hall.hall().faults == (Fault.LINE_DOWN,)


def test_processes_that_have_gone_are_no_printer_and_no_line(hall: Lobby) -> None:
    hall.tell_health(health("screen", scanner="offline", case="opened"))
    hall.close()
    with contextlib.closing(Lobby.open(hall.settings, FakeClock())) as again:
        assert again.hall().faults == (Fault.PRINTER_OFFLINE, Fault.LINE_DOWN)


def test_a_printer_that_hangs_is_silent(hall: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.store.health._uptime_s", lambda: 1e9)
    assert hall.hall().faults[0] is Fault.PRINTER_SILENT


def test_faults_come_worst_first(hall: Lobby) -> None:
    hall.tell_health(health("screen", scanner="offline", roll="low", case="opened", panel="offline"))
    hall.tell_health(health("printer", status="cover_open"))
    hall.tell_health(health("sync", line="offline"))
    hall.set_in_service(False)
    faults = hall.hall().faults
    assert list(faults) == sorted(faults, key=list(Fault).index)
    assert len(faults) == 7


@pytest.mark.parametrize("fault", Fault)
def test_the_lamp_is_red_where_no_number_or_no_paper_comes_and_yellow_for_an_errand(fault: Fault) -> None:
    alone = light_of([fault])
    if fault is Fault.CLOSED:
        assert alone is Light.OFF
    elif fault.stops_numbers or fault.stops_paper:
        assert alone is Light.FAULT
    else:
        assert alone is (Light.READY if fault is Fault.LINE_DOWN else Light.ATTENTION)
    assert light_of([Fault.DISK_FULL, fault]) is light_of([fault, Fault.PAPER_OUT]) is Light.FAULT


def test_a_line_that_stays_down_is_an_errand() -> None:
    assert light_of([], LONG_DOWN_S - 1) is light_of([Fault.LINE_DOWN], 0.0) is Light.READY
    assert light_of([], LONG_DOWN_S) is Light.ATTENTION
    assert light_of([Fault.CLOSED], LONG_DOWN_S) is Light.ATTENTION
