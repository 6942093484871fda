"""The simulated loudspeaker's record, and which loudspeaker the settings open."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.config.types import Sound as SoundSettings
from kiosk.drivers.speaker import open_speaker
from kiosk.drivers.speaker.simulated import SimulatedSpeaker, actions, record_file, request
from kiosk.errors import UnknownNameError
from kiosk.model.spoken import Sound, Utterance, call
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.drivers.speaker_rigs import record

SETTINGS = SoundSettings(driver="simulated")
VI = Utterance(call("A042", 3, "vi"), "vi")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path)


def _at(seconds: float) -> str:
    return (MONDAY_MORNING + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def test_the_record_says_what_is_heard_when_and_how_loud(home: Home) -> None:
    SimulatedSpeaker(SETTINGS, home, "board", FakeClock()).say(Sound.CHIME, VI)
    assert record(home) == [
        {"at": _at(0), "sound": "chime", "volume_percent": 70},
        {"at": _at(1.16), "language": "vi", "text": "Mời số A không bốn hai, đến quầy số ba.", "volume_percent": 70},
    ]


def test_a_sentence_takes_as_long_as_a_voice_would(home: Home) -> None:
    clock = FakeClock()
    speaker = SimulatedSpeaker(SETTINGS, home, "board", clock)
    speaker.say(Utterance("a" * 150, "en"))
    clock.pass_time(seconds=9.9)
    assert speaker.is_busy
    clock.pass_time(seconds=0.2)
    assert not speaker.is_busy


def test_what_was_stopped_before_it_began_is_struck_out(home: Home) -> None:
    clock = FakeClock()
    speaker = SimulatedSpeaker(SETTINGS, home, "board", clock)
    speaker.say(Sound.CHIME, VI)
    clock.pass_time(seconds=0.5)
    speaker.stop()
    assert [line.get("sound") for line in record(home)] == ["chime"]


def test_the_record_is_short_and_outlives_a_restart(home: Home) -> None:
    for number in range(1, 251):
        SimulatedSpeaker(SETTINGS, home, "board", FakeClock()).say(Utterance(f"số {number:03}", "en"))
    assert [record(home)[place]["text"] for place in (0, -1)] == ["số 051", "số 250"]
    assert len(record(home)) == 200


def test_screen_and_board_have_a_record_each_and_one_cable(home: Home) -> None:
    screen, board = (SimulatedSpeaker(SETTINGS, home, name, FakeClock()) for name in ("screen", "board"))
    screen.say(Sound.TICK)
    assert (len(record(home, "screen")), record(home, "board")) == (1, [])
    request(home, "unplug")
    assert screen.status == board.status == "missing"
    request(home, "plug")
    assert screen.status == board.status == "ready"


def test_unplugged_in_mid_sentence_it_is_silent(home: Home) -> None:
    speaker = SimulatedSpeaker(SETTINGS, home, "board", FakeClock())
    speaker.say(VI)
    request(home, "unplug")
    assert not speaker.is_busy


def test_a_wish_it_does_not_know_is_refused_with_those_it_does(home: Home) -> None:
    with pytest.raises(UnknownNameError, match="plug"):
        request(home, "explode")
    for action in actions():
        request(home, action)


def test_a_record_that_cannot_be_written_is_no_crash(home: Home) -> None:
    record_file(home, "board").mkdir(parents=True)
    speaker = SimulatedSpeaker(SETTINGS, home, "board", FakeClock())
    speaker.say(VI)
    assert speaker.is_busy


def test_a_kiosk_without_a_loudspeaker_opens_none(home: Home) -> None:
    assert open_speaker(SoundSettings(), home, "board") is None


@pytest.mark.parametrize("driver", ["simulated", "alsa"])
def test_the_settings_open_the_loudspeaker_they_name_and_no_other(home: Home, driver: str) -> None:
    settings = SoundSettings(driver=driver, device="nowhere")  # type: ignore[arg-type]
    speaker = open_speaker(settings, home, "board")
    assert speaker is not None
    speaker.say(VI)
    speaker.close()
    assert record_file(home, "board").exists() is (driver == "simulated")
