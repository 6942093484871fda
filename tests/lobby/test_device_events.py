"""Every device tells its going and its coming once: in the log, to the city, in `kiosk status`, and on the screen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from kiosk.config import Home, load
from kiosk.defaults import change_settings, write_home
from kiosk.drivers.panel import simulated as panel
from kiosk.drivers.printer import open_printer
from kiosk.drivers.printer.emulator import faults as printer
from kiosk.drivers.scanner import simulated as scanner
from kiosk.drivers.speaker import open_speaker
from kiosk.drivers.speaker import simulated as speaker
from kiosk.field.status import Line, Verdict, report
from kiosk.i18n import words
from kiosk.lobby.lobby import Lobby
from kiosk.ports.panel import Lamp
from kiosk.printing.print_worker import PrintWorker
from kiosk.processes.screen import open_devices
from kiosk.records import Record
from kiosk.store import journal
from kiosk.ui.parts.fault_messages import standing
from kiosk.ui.window.devices import DeviceReport
from tests.databases import look
from tests.healths import write_health

Look = Callable[[], object]
"""One round of the process that owns a device."""
Facts = list[tuple[str, dict[str, object]]]


@contextmanager
def screen(lobby: Lobby) -> Iterator[Look]:
    with open_devices(lobby) as devices:

        def look() -> None:
            for source in devices.sources:
                source.read()
            devices.tell(Lamp.OFF)

        yield look


@contextmanager
def board(lobby: Lobby) -> Iterator[Look]:
    voice = open_speaker(lobby.settings.kiosk.board_sound, lobby.settings.home, "board")
    assert voice is not None
    told = DeviceReport(lobby, "board")
    with closing(voice):
        yield lambda: told.tell(speaker=voice)


@contextmanager
def print_worker(lobby: Lobby) -> Iterator[Look]:
    with closing(open_printer(lobby.settings.kiosk.printer, lobby.settings.home)) as opened:
        yield PrintWorker(lobby, opened).step


class Device(Record):
    """Who owns it, how it is unplugged, and what is said of it then: to the city, to technicians, to visitors."""

    owner: Callable[[Lobby], AbstractContextManager[Look]]
    ask: Callable[[Home, str], None]
    word: str
    line: str
    face: str = ""


DEVICES = {
    "printer": Device(print_worker, printer.request, "offline", "printer", "The printer is not connected."),
    "scanner": Device(screen, scanner.request, "offline", "scanner", "The scanner does not work now."),
    "panel": Device(screen, panel.request, "offline", "keys and lamp", "The keys do not work now."),
    "speaker": Device(screen, speaker.request, "missing", "loudspeaker of the screen", "This kiosk cannot speak now."),
    "board_speaker": Device(board, speaker.request, "missing", "loudspeaker of the board"),
}
"""By its name in the journal. Who stands before the glass is not told of the board's loudspeaker."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.at(tmp_path)
    write_home(home, always_open=True)
    write_health(home, "printer", {"status": "ready"})
    write_health(home, "sync", {"line": "online"})
    return home


@pytest.fixture
def lobby(home: Home) -> Iterator[Lobby]:
    with closing(Lobby.open(load(home))) as opened:
        yield opened


def heard_by_city(lobby: Lobby) -> Facts:
    events = journal.pending(look(lobby.store), 0, 1000)
    return [(event.kind, dict(event.payload)) for event in events if event.kind.startswith("device.")]


def line_of(home: Home, what: str) -> Line:
    return next(line for line in report(home) if line.what == what)


def face_of(lobby: Lobby) -> str:
    face = standing(words("screen", "en"), lobby.hall().faults)
    return face.head if face else ""


@pytest.mark.parametrize("name", DEVICES)
def test_a_device_that_goes_and_comes_back_says_each_once(
    name: str, home: Home, lobby: Lobby, caplog: pytest.LogCaptureFixture
) -> None:
    device = DEVICES[name]
    caplog.set_level(logging.INFO, logger="kiosk")
    with device.owner(lobby) as look:
        look()
        assert heard_by_city(lobby) == []
        assert line_of(home, device.line).verdict is Verdict.OK
        for _ in range(2):
            caplog.clear()
            before = len(heard_by_city(lobby))
            device.ask(home, "unplug")
            for _ in range(3):
                look()
            assert heard_by_city(lobby)[before:] == [("device.fault", {"d": name, "x": device.word})]
            assert [record.levelname for record in caplog.records] == ["WARNING"], caplog.messages
            line = line_of(home, device.line)
            assert line.verdict in (Verdict.WARNING, Verdict.FAILED)
            assert device.word in line.message and line.advice
            assert face_of(lobby) == device.face
            caplog.clear()
            device.ask(home, "plug")
            for _ in range(3):
                look()
            assert heard_by_city(lobby)[before + 1 :] == [("device.cleared", {"d": name, "x": "ready"})]
            assert [record.levelname for record in caplog.records] == ["INFO"], caplog.messages
            assert line_of(home, device.line).verdict is Verdict.OK
            assert face_of(lobby) == ""


@pytest.mark.parametrize("name", DEVICES)
def test_a_process_that_starts_anew_tells_only_what_is_news(name: str, home: Home, lobby: Lobby) -> None:
    device = DEVICES[name]
    device.ask(home, "unplug")
    for _ in range(3):
        with device.owner(lobby) as look:
            look()
    assert heard_by_city(lobby) == [("device.fault", {"d": name, "x": device.word})]
    device.ask(home, "plug")  # while no process is there to see it
    with device.owner(lobby) as look:
        look()
    assert heard_by_city(lobby)[1:] == [("device.cleared", {"d": name, "x": "ready"})]


def test_a_device_that_the_settings_take_away_is_no_trouble_any_more(home: Home, lobby: Lobby) -> None:
    scanner.request(home, "unplug")
    with screen(lobby) as look:
        look()
    change_settings(home.etc / "kiosk.toml", {"scanner.driver": "none"})
    with closing(Lobby.open(load(home))) as without, screen(without) as look:
        look()
        assert heard_by_city(without)[1:] == [("device.cleared", {"d": "scanner", "x": "none"})]


def test_a_database_that_cannot_be_written_harms_no_window_and_is_told_later(home: Home) -> None:
    away = home.var.with_name("away")
    home.var.rename(away)
    with closing(Lobby(load(home))) as lobby, screen(lobby) as look:
        scanner.request(home, "unplug")
        look()
        look()
        away.rename(home.var)
        look()
        look()
        assert heard_by_city(lobby) == [("device.fault", {"d": "scanner", "x": "offline"})]


def test_a_trouble_that_came_and_went_unwritten_is_no_event(home: Home) -> None:
    away = home.var.with_name("away")
    home.var.rename(away)
    with closing(Lobby(load(home))) as lobby, screen(lobby) as look:
        scanner.request(home, "unplug")
        look()
        scanner.request(home, "plug")
        look()
        away.rename(home.var)
        look()
        assert heard_by_city(lobby) == []


@pytest.mark.parametrize(
    ("words_told", "told"),
    [
        (("closed",), []),
        (("opened", "opened"), [("device.fault", "opened")]),
        (("opened", "closed", "closed"), [("device.fault", "opened"), ("device.cleared", "closed")]),
    ],
)
def test_a_fact_with_good_words_of_its_own(
    lobby: Lobby, words_told: tuple[str, ...], told: list[tuple[str, str]]
) -> None:
    for word in words_told:
        assert lobby.device_events.note("screen", {"case": word, "panel": "ready"})
    assert heard_by_city(lobby) == [(kind, {"d": "case", "x": word}) for kind, word in told]


def test_one_trouble_after_another_is_told_and_cleared_once(lobby: Lobby) -> None:
    for word in ("paper_low", "paper_out", "paper_out", "cover_open", "ready"):
        lobby.device_events.note("printer", {"printer": word})
    assert [payload["x"] for _, payload in heard_by_city(lobby)] == ["paper_low", "paper_out", "cover_open", "ready"]
