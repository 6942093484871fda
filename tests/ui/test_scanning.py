"""What the screen answers to the scanner: a beep and a light at once, and what would help it to read."""

from __future__ import annotations

import pytest

from kiosk.model.hint import Hint
from kiosk.model.spoken import Sound, Utterance
from kiosk.ports.panel import Key
from kiosk.ui.drawing.scene import Panel
from kiosk.ui.drawing.theme import DAY
from kiosk.ui.flow.delays import Delays
from kiosk.ui.flow.visit import Visit
from tests.clocks import FakeClock
from tests.ui.fakes import FakeLobby
from tests.ui.finger import Finger

SERVICE = "HNK:service:A"
ADVICE = {
    Hint.CLOSER: "Xin đưa lại gần hơn một chút.",
    Hint.HOLD_STILL: "Xin giữ yên.",
    Hint.TOO_BRIGHT: "Bị chói: xin nghiêng đi một chút.",
    Hint.TOO_DARK: "Tối quá: xin quay về phía sáng.",
}
WAITING = {"card": ("take", "service:A", "plain", "card"), "booking": ("booked",), "dossier": ("dossier",)}


class FakeVoice:
    """What is heard in the end: what is stopped is not."""

    is_busy = False

    def __init__(self) -> None:
        self.heard: list[str] = []

    def say(self, *items: Utterance | Sound) -> None:
        """Note what is to be heard."""
        self.heard += [item.value if isinstance(item, Sound) else item.text for item in items]

    def stop(self) -> None:
        """Forget what was just begun."""
        self.heard.clear()

    def volume(self, percent: int) -> None:
        """Be as loud as ever."""

    def reset(self) -> None:
        """It is never louder or softer."""


@pytest.fixture
def voice() -> FakeVoice:
    return FakeVoice()


@pytest.fixture
def finger(lobby: FakeLobby, clock: FakeClock, voice: FakeVoice) -> Finger:
    return Finger(Visit(lobby, Delays(), clock.monotonic, voice), clock)


def shines(finger: Finger) -> bool:
    """Tell whether both sides of the glass are lit."""
    scene = finger.see()
    lights = [one.box for one in scene.widgets if isinstance(one, Panel) and one.fill == DAY.accent]
    return {(0, scene.size[1]), (scene.size[0], scene.size[1])} <= {
        (box.x if box.x == 0 else box.x + box.w, box.h) for box in lights
    }


@pytest.mark.parametrize("code", [SERVICE, "HNK:take", "what nobody knows"])
def test_a_code_is_answered_with_a_beep_and_a_light_whatever_it_is(finger: Finger, voice: FakeVoice, code: str) -> None:
    assert not shines(finger)
    finger.visit.scan(code)
    assert voice.heard == ["beep"]
    assert shines(finger)
    finger.wait(0.3)
    assert shines(finger)
    finger.wait(0.2)
    assert not shines(finger), "it goes out by itself"


@pytest.mark.parametrize("noise", ["\0", "OK", "0-0", "REVINF:\x06.", "\x07"])
@pytest.mark.parametrize("targets", [(), ("take",), ("take", "service:A", "plain", "priority:")])
def test_what_surely_is_no_code_never_moves_a_visitors_screen(
    finger: Finger, voice: FakeVoice, targets: tuple[str, ...], noise: str
) -> None:
    before = finger.tap(*targets)
    session = finger.visit.session
    voice.heard.clear()
    finger.wait(1)
    finger.visit.scan(noise)
    assert voice.heard == []
    assert finger.see() == before
    assert finger.visit.session == session, "no time is won or lost by it, either"


def test_the_beep_goes_before_what_is_said_and_is_not_cut_off_by_it(finger: Finger, voice: FakeVoice) -> None:
    finger.visit.press(Key.SPEAK)
    finger.see()
    finger.visit.scan("HNK:take")
    finger.see()
    assert voice.heard[0] == "beep"
    assert "Cần làm việc gì?" in " ".join(voice.heard)
    finger.tap("back")
    assert "beep" not in voice.heard


@pytest.mark.parametrize("hint", Hint)
@pytest.mark.parametrize("screen", WAITING)
def test_where_a_code_is_waited_for_the_screen_says_what_would_help(
    finger: Finger, lobby: FakeLobby, screen: str, hint: Hint
) -> None:
    scene = finger.tap(*WAITING[screen])
    assert scene.name == screen
    assert not set(ADVICE.values()) & set(scene.spoken)
    finger.visit.hint = hint
    assert ADVICE[hint] in finger.see().spoken
    finger.visit.hint = None
    assert finger.see() == scene


def test_a_hint_on_another_screen_is_nobodys_business(finger: Finger) -> None:
    before = finger.see()
    finger.visit.hint = Hint.CLOSER
    assert finger.see() == before


def test_a_hint_is_said_once_and_its_end_cuts_nobody_short(finger: Finger, voice: FakeVoice) -> None:
    finger.tap(*WAITING["booking"])
    finger.visit.press(Key.SPEAK)
    finger.see()
    finger.visit.hint = Hint.CLOSER
    finger.see()
    assert voice.heard == [ADVICE[Hint.CLOSER]]
    finger.visit.hint = None
    finger.see()
    assert voice.heard == [ADVICE[Hint.CLOSER]]
