"""The loudspeaker's contract on the true ones, with a person who listens, pulls the plug and puts it back.

sudo -u kiosk-board .venv/bin/pytest tests/drivers/test_speaker_on_hardware.py --hardware=speaker -v

It tries the loudspeakers that kiosk.toml gives screen and board; one that has none is left out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.config import Home, load
from kiosk.drivers.speaker import open_speaker
from kiosk.drivers.speaker.ducking import Announcement
from kiosk.model.spoken import Sound, Utterance, call
from kiosk.ports.speaker import Speaker, SpeakerStatus
from tests.drivers.technician import Technician
from tests.waiting import until

pytestmark = pytest.mark.hardware("speaker")

PATIENCE_S = 60.0
VI, EN, KO = (Utterance(call("A042", 3, language), language) for language in ("vi", "en", "ko"))


@pytest.fixture
def home() -> Home:
    place = os.environ.get("KIOSK_HOME")
    return Home.at(Path(place) if place else None)


@pytest.fixture(params=["screen", "board"])
def face(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def speaker(home: Home, face: str) -> Iterator[Speaker]:
    kiosk = load(home).kiosk
    opened = open_speaker(kiosk.board_sound if face == "board" else kiosk.sound, home, face)
    if opened is None:
        pytest.skip(f"the {face} has no loudspeaker, by choice")
    with closing(opened):
        yield opened


@pytest.fixture
def technician() -> Technician:
    return Technician()


def _heard(speaker: Speaker, *items: Sound | Utterance) -> SpeakerStatus:
    """Play, wait until it is silent, and return how the loudspeaker is then."""
    speaker.say(*items)
    until(lambda: not speaker.is_busy, "silence", PATIENCE_S)
    return speaker.status


def test_a_chime_and_a_call_in_each_language_are_heard_whole(
    speaker: Speaker, face: str, technician: Technician
) -> None:
    assert _heard(speaker, Sound.CHIME, VI, EN, KO) is SpeakerStatus.READY
    assert technician.sees(f"Did the {face} play a chime, then a call in Vietnamese, English and Korean, each whole?")


def test_half_as_loud_is_softer_and_still_clear(speaker: Speaker, technician: Technician) -> None:
    _heard(speaker, VI)
    speaker.volume(35)
    assert _heard(speaker, VI) is SpeakerStatus.READY
    speaker.reset()
    assert technician.sees("Was the second call about half as loud as the first, and clear?")


def test_stop_is_silence_at_once(speaker: Speaker, technician: Technician) -> None:
    speaker.say(VI, EN, KO)
    time.sleep(1.5)  # long enough for a person to hear that it had begun
    speaker.stop()
    assert technician.sees("Did a call begin, and break off before its end?")


def test_the_screen_gives_way_to_a_call(home: Home, speaker: Speaker, face: str, technician: Technician) -> None:
    if face == "board":
        pytest.skip("the board is the one that is given way to")
    announcement = Announcement(home, time.monotonic)
    _heard(speaker, VI)
    announcement.lasts(PATIENCE_S)
    _heard(speaker, VI)
    announcement.lasts(0)
    assert technician.sees("Was the second call softer than the first?")


def test_a_pulled_plug_is_missing_and_a_plug_put_back_is_heard(speaker: Speaker, technician: Technician) -> None:
    if not technician.sees("Is this a USB loudspeaker, or a television, whose plug you can pull?"):
        pytest.skip("a plug of an analogue loudspeaker is felt by nobody")
    technician.do("Pull its plug")
    assert _heard(speaker, VI) is SpeakerStatus.MISSING
    technician.do("Put it back, and wait five seconds")
    assert _heard(speaker, EN) is SpeakerStatus.READY
    assert technician.sees("Did you hear the call in English, and not the one in Vietnamese?")
