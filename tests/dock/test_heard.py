"""What the dock tells of the loudspeakers: the newest first, whatever stands in their records."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.config.types import Sound as SoundSettings
from kiosk.dock.speaker_log import SpeakerLog
from kiosk.drivers.simulated_hardware import SimulatedHardware
from kiosk.drivers.speaker.simulated import SimulatedSpeaker, record_file
from kiosk.model.spoken import Sound, Utterance
from tests.clocks import FakeClock


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path)


def _texts(heard: SpeakerLog, name: str = "screen") -> list[str]:
    return [line.text or line.sound for line in heard.look()[name]]


def test_the_newest_sentence_comes_first_and_ticks_are_left_out(home: Home) -> None:
    clock = FakeClock()
    speaker = SimulatedSpeaker(SoundSettings(driver="simulated"), home, "screen", clock)
    heard = SpeakerLog(SimulatedHardware(home))
    assert heard.look() == {"screen": (), "board": ()}
    speaker.say(Sound.TICK)
    clock.pass_time(seconds=5)
    speaker.say(Sound.CHIME, Utterance("Xin chào", "vi"))
    assert _texts(heard) == ["Xin chào", "chime"]
    speaker.say(*(Utterance(f"Number {number}", "en") for number in range(60)))
    assert len(_texts(heard)) == 40
    assert _texts(heard)[0] == "Number 59"
    assert _texts(heard, "board") == []


def test_a_damaged_line_hides_no_other(home: Home) -> None:
    file = record_file(home, "board")
    file.parent.mkdir(parents=True)
    file.write_bytes(b'{"at":"1","text":"first"}\n{"at":2}\n\xff\n\n{"at":"3","text":"last","tone":"low"}\n')
    assert _texts(SpeakerLog(SimulatedHardware(home)), "board") == ["last", "first"]


def test_a_record_that_is_taken_away_is_forgotten_and_a_new_one_read(home: Home) -> None:
    file = record_file(home, "screen")
    file.parent.mkdir(parents=True)
    heard = SpeakerLog(SimulatedHardware(home))
    for words in ("one", "two"):
        file.write_text(f'{{"at":"1","text":"{words}"}}\n')
        assert _texts(heard) == [words]
        file.unlink()
        assert _texts(heard) == []
