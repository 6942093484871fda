"""While the board says a call, the screen is softer; and nobody stays soft because a board has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.config.types import Sound as SoundSettings
from kiosk.drivers.speaker.ducking import Announcement
from kiosk.model.spoken import Sound, Utterance, call
from tests.drivers.speaker_rigs import Rig, alsa_rig, simulated_rig

CALL = Utterance(call("A042", 3, "vi"), "vi")
READ = Utterance("Mời chạm vào một ô.", "vi")
DUCKED = SoundSettings().ducked_percent

BENCHES: dict[str, Callable[[Path, pytest.MonkeyPatch, str], AbstractContextManager[Rig]]] = {
    "simulated": lambda folder, patch, name: simulated_rig(folder, patch, name=name),
    "alsa": lambda folder, patch, name: alsa_rig(folder, patch, name=name),
}


@pytest.fixture(params=BENCHES)
def screen(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    with BENCHES[request.param](tmp_path, monkeypatch, "screen") as rig:
        yield rig


@pytest.fixture(params=BENCHES)
def board(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    with BENCHES[request.param](tmp_path, monkeypatch, "board") as rig:
        yield rig


def test_the_screen_is_softer_during_a_call_and_as_loud_as_before_after_it(screen: Rig) -> None:
    screen.announcement.lasts(60)
    screen.speaker.say(READ)
    screen.pass_on()
    screen.announcement.lasts(0)
    screen.speaker.say(Sound.CHIME, READ)
    screen.pass_on()
    assert screen.heard([READ, Sound.CHIME], percent=DUCKED) == [READ]
    assert screen.heard([READ, Sound.CHIME]) == [Sound.CHIME, READ]


def test_what_the_visitor_has_turned_down_is_turned_down_from_there(screen: Rig) -> None:
    screen.speaker.volume(60)
    screen.announcement.lasts(60)
    screen.speaker.say(READ)
    screen.pass_on()
    assert screen.heard([READ], percent=60 * DUCKED // 100) == [READ]


def test_the_board_tells_as_long_as_it_is_heard_and_is_itself_as_loud_as_ever(board: Rig) -> None:
    board.hold()
    assert not board.announcement.is_on
    board.speaker.say(CALL)
    assert board.announcement.is_on
    board.release()
    board.pass_on()
    assert not board.announcement.is_on
    assert board.heard([CALL]) == [CALL]


def test_a_call_that_is_cut_short_keeps_nobody_soft(board: Rig) -> None:
    board.hold()
    board.speaker.say(CALL)
    assert board.announcement.is_on
    board.speaker.stop()
    assert not board.announcement.is_on


def test_the_screen_announces_nothing(screen: Rig, tmp_path: Path) -> None:
    screen.speaker.say(READ)
    screen.pass_on()
    assert screen.heard([READ]) == [READ]
    assert not (tmp_path / "run" / "announcement").exists()


def test_a_board_that_is_killed_in_a_call_is_forgotten_by_itself(tmp_path: Path) -> None:
    now = 1000.0
    announcement = Announcement(Home.at(tmp_path), lambda: now)
    announcement.lasts(3)
    assert announcement.is_on
    now += 3.5
    assert not announcement.is_on


@pytest.mark.parametrize("content", [b"", b"half", b"\xff" * 8])
def test_a_broken_word_of_the_board_makes_nobody_soft(tmp_path: Path, content: bytes) -> None:
    announcement = Announcement(Home.at(tmp_path), lambda: 1000.0)
    announcement.lasts(60)
    (tmp_path / "run" / "announcement").write_bytes(content)
    assert not announcement.is_on


def test_a_run_folder_that_cannot_be_written_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "run").touch()
    announcement = Announcement(Home.at(tmp_path), lambda: 1000.0)
    announcement.lasts(60)
    assert not announcement.is_on
