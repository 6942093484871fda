"""The screen read out: each new screen once, where the keys stand, nothing twice, and nobody sent away mid-sentence."""

from __future__ import annotations

import pytest

from kiosk.model.spoken import Sound, Utterance
from kiosk.ports.panel import Key
from kiosk.records import replace
from kiosk.ui.compose import compose, previews
from kiosk.ui.flow.delays import Delays
from kiosk.ui.flow.visit import Visit
from kiosk.ui.gallery import PANELS
from kiosk.ui.samples import Preview
from tests.clocks import FakeClock
from tests.ui.fakes import FakeLobby
from tests.ui.finger import Finger


class FakeVoice:
    """Remembers what it was told, and is busy when the test says so."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.sounds: list[Sound] = []
        self.languages: set[str] = set()
        self.is_busy = False
        self.resets = 0
        self.volumes: list[int] = []

    def say(self, *items: Utterance | Sound) -> None:
        """Note what is to be heard."""
        for item in items:
            if isinstance(item, Sound):
                self.sounds.append(item)
            else:
                self.said.append(item.text)
                self.languages.add(item.language)

    def stop(self) -> None:
        """Be silent."""

    def volume(self, percent: int) -> None:
        """Note how loud to be."""
        self.volumes.append(percent)

    def reset(self) -> None:
        """Note that the next visitor hears the ward's own volume."""
        self.resets += 1

    def heard(self) -> list[str]:
        """Return what was said since the last call."""
        said, self.said = self.said, []
        return said


@pytest.fixture
def voice() -> FakeVoice:
    """A voice."""
    return FakeVoice()


@pytest.fixture
def spoken(lobby: FakeLobby, clock: FakeClock, voice: FakeVoice) -> Finger:
    """A visit that reads out, begun with the key for it."""
    finger = Finger(Visit(lobby, Delays(), clock.monotonic, voice), clock)
    finger.visit.press(Key.SPEAK)
    finger.see()
    return finger


def test_nobody_is_spoken_to_unasked(lobby: FakeLobby, clock: FakeClock, voice: FakeVoice) -> None:
    finger = Finger(Visit(lobby, Delays(), clock.monotonic, voice), clock)
    finger.tap("take")
    finger.visit.press(Key.NEXT)
    finger.see()
    assert voice.heard() == []


def test_a_key_begins_to_read_and_says_how_to_choose(spoken: Finger, voice: FakeVoice) -> None:
    said = " ".join(voice.heard())
    assert "Xin chào" in said
    assert "phím" in said


def test_each_screen_is_said_once(spoken: Finger, voice: FakeVoice) -> None:
    voice.heard()
    spoken.tap("take")
    assert "Cần làm việc gì?" in " ".join(voice.heard())
    spoken.wait(20)
    assert voice.heard() == []


def test_the_keys_say_where_they_stand(spoken: Finger, voice: FakeVoice) -> None:
    voice.heard()
    spoken.visit.press(Key.NEXT)
    spoken.see()
    label, place = voice.heard()
    assert "số thứ tự" in label
    assert place.startswith("một trên")


def test_the_speaking_key_says_the_screen_again(spoken: Finger, voice: FakeVoice) -> None:
    first = voice.heard()
    spoken.visit.press(Key.SPEAK)
    assert voice.heard() == first


def test_a_countdown_is_not_counted_aloud(spoken: Finger, voice: FakeVoice) -> None:
    spoken.tap("take")
    voice.heard()
    spoken.wait(45)
    said = voice.heard()
    assert len([sentence for sentence in said if "giây" in sentence]) == 1


def test_nobody_is_sent_away_in_the_middle_of_a_sentence(spoken: Finger, voice: FakeVoice) -> None:
    spoken.tap("take")
    voice.is_busy = True
    assert spoken.wait(600).name == "service"
    voice.is_busy = False
    assert spoken.wait(120).name == "welcome"


def test_the_next_visitor_hears_nothing_and_the_volume_is_the_wards(spoken: Finger, voice: FakeVoice) -> None:
    spoken.tap("take")
    before = voice.resets
    spoken.wait(120)
    assert voice.resets > before
    assert not spoken.visit.session.is_spoken


def test_the_volume_goes_round_and_the_next_visitor_has_the_usual_one(spoken: Finger, voice: FakeVoice) -> None:
    spoken.tap("comfort", *["volume"] * 5)
    assert voice.volumes == [85, 100, 40, 55, 70]
    spoken.tap("volume")
    spoken.wait(300)
    assert spoken.visit.session.volume == 0
    assert voice.resets


def test_the_number_is_spelled_out(spoken: Finger, voice: FakeVoice) -> None:
    spoken.tap("take", "service:A", "procedure:2.000815", "priority:")
    assert "A không không một" in " ".join(voice.heard())


def test_a_call_for_help_chimes_and_a_touch_ticks(spoken: Finger, voice: FakeVoice) -> None:
    spoken.tap("help")
    assert voice.sounds == [Sound.TICK, Sound.CHIME]


@pytest.mark.parametrize("language", ["vi", "en", "ko"])
@pytest.mark.parametrize("preview", previews(), ids=lambda preview: preview.name)
def test_every_screen_can_be_heard(preview: Preview, language: str) -> None:
    """Something is said of each, every target has words, and what is drawn for the eye alone is not read out."""
    snapshot = replace(preview.snapshot, session=replace(preview.snapshot.session, language=language))
    scene = compose(snapshot, PANELS["portrait"])
    assert scene.spoken
    assert all(sentence.strip() for sentence in scene.spoken)
    assert all(target.label.strip() for target in scene.targets)
    assert "•" not in "".join(scene.spoken) or preview.name.startswith("greeted")
