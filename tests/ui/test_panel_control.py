"""What stands beside the screen: who is near wakes it, a cup is filled once, and lamps tell the hall how it is."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kiosk.config import Settings
from kiosk.errors import FullError
from kiosk.lobby.status_lamp import LONG_DOWN_S, light_of
from kiosk.lobby.views import Fault, HelpView
from kiosk.model.health import ScreenHealth
from kiosk.ports.panel import Key, Lamp, Light, Sign, Water
from kiosk.records import replace
from kiosk.ui.compose import compose
from kiosk.ui.flow.delays import Delays
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.visit import Visit
from kiosk.ui.gallery import PANELS
from kiosk.ui.samples import HALL, at
from kiosk.ui.window.devices import Devices
from kiosk.ui.window.window import Touch
from tests.clocks import FakeClock
from tests.halls import settings
from tests.ui.fakes import FakeLobby, FakePanel
from tests.ui.finger import Finger
from tests.ui.panels import LANGUAGES, LOOKS, in_look
from tests.ui.test_screen_reader import FakeVoice

SLEEP_AFTER_S = 300
TO_NUMBER = ("take", "service:A", "procedure:2.000815", "priority:")


class Kiosk:
    """A screen with a panel beside it."""

    def __init__(self, root: Path, clock: FakeClock, **panel: object) -> None:
        def sleepy(root: Path) -> Settings:
            before = settings(root)
            wished = msgspec.structs.replace(before.kiosk.panel, **{"sleep_after_s": SLEEP_AFTER_S, **panel})
            return replace(before, kiosk=msgspec.structs.replace(before.kiosk, panel=wished))

        self.lobby = FakeLobby(root, sleepy)
        self.lobby.view = replace(HALL, has_water=True)
        self.panel = FakePanel()
        self.voice = FakeVoice()
        self.visit = Visit(self.lobby, Delays(), clock.monotonic, self.voice, panel=self.panel)
        self.finger = Finger(self.visit, clock)
        self.clock = clock

    def sense(self, sign: Sign) -> None:
        """Let the panel notice something, and its window be told."""
        self.panel.senses = self.panel.senses.after(sign)
        self.visit.sense(sign)

    def end_cup(self, sign: Sign = Sign.POURED) -> None:
        """Let the water end."""
        self.panel.senses = replace(self.panel.senses, water=Water.READY)
        self.sense(sign)

    def fall_asleep(self) -> None:
        """Leave it alone."""
        self.sense(Sign.LEFT)
        self.finger.wait(SLEEP_AFTER_S + 1)
        assert self.finger.screen == "sleep"


@pytest.fixture
def kiosk(tmp_path: Path, clock: FakeClock) -> Kiosk:
    return Kiosk(tmp_path, clock)


def test_nobody_there_for_long_and_the_screen_goes_dark(kiosk: Kiosk) -> None:
    kiosk.sense(Sign.LEFT)
    assert kiosk.finger.wait(SLEEP_AFTER_S - 1).name == "welcome"
    assert kiosk.finger.wait(2).name == "sleep"
    assert kiosk.finger.wait(7200).name == "sleep", "and it stays so"


def test_somebody_who_stands_there_keeps_it_awake(kiosk: Kiosk) -> None:
    assert kiosk.finger.wait(3600).name == "welcome"


def test_a_ward_that_wishes_no_sleep_has_none(tmp_path: Path, clock: FakeClock) -> None:
    kiosk = Kiosk(tmp_path, clock, sleep_after_s=0)
    kiosk.sense(Sign.LEFT)
    assert kiosk.finger.wait(3600).name == "welcome"


def test_a_visit_that_was_left_ends_before_the_screen_sleeps(kiosk: Kiosk) -> None:
    kiosk.finger.tap("language:en", "large", *TO_NUMBER[:2])
    kiosk.sense(Sign.LEFT)
    kiosk.finger.wait(Delays().idle_s + 1)
    assert kiosk.finger.screen == "welcome"
    kiosk.finger.wait(SLEEP_AFTER_S + 1)
    assert kiosk.finger.screen == "sleep"
    assert kiosk.visit.session.language == "vi"
    assert not kiosk.visit.session.is_large


@pytest.mark.parametrize("fault", [Fault.CLOSED, Fault.OUT_OF_SERVICE, Fault.DISK_FULL])
def test_a_hall_that_gives_no_numbers_sleeps_and_wakes_to_the_same_words(kiosk: Kiosk, fault: Fault) -> None:
    kiosk.lobby.break_down(fault)
    kiosk.visit.refresh()
    before = kiosk.finger.screen
    kiosk.fall_asleep()
    kiosk.sense(Sign.CAME)
    assert kiosk.finger.screen == before


def test_a_first_touch_only_wakes_it_and_does_so_when_the_finger_comes_down(kiosk: Kiosk) -> None:
    x, y = (kiosk.finger.see().target("take") or kiosk.finger.see().targets[0]).box.center
    kiosk.fall_asleep()
    kiosk.visit.touch(Touch(True, x, y))
    assert kiosk.finger.screen == "welcome"
    kiosk.clock.pass_time(seconds=1)
    kiosk.visit.touch(Touch(False, x, y))
    assert kiosk.finger.screen == "welcome"
    kiosk.finger.tap("take")
    assert kiosk.finger.screen == "service"


@pytest.mark.parametrize("key", [Key.NEXT, Key.PREVIOUS, Key.CHOOSE])
def test_a_first_key_only_wakes_it(kiosk: Kiosk, key: Key) -> None:
    kiosk.fall_asleep()
    kiosk.visit.press(key)
    assert kiosk.finger.screen == "welcome"
    assert kiosk.visit.session.focus == ""


def test_who_asks_a_dark_screen_to_speak_hears_it(kiosk: Kiosk) -> None:
    kiosk.fall_asleep()
    kiosk.visit.press(Key.SPEAK)
    assert kiosk.finger.screen == "welcome"
    assert kiosk.visit.session.is_spoken
    assert kiosk.voice.said


def test_a_code_under_the_scanner_wakes_it_and_counts(kiosk: Kiosk) -> None:
    kiosk.fall_asleep()
    kiosk.visit.scan("000.00.01.H26-260930-0012")
    assert kiosk.finger.screen == "dossier_wait"
    kiosk.finger.tap("back")
    assert kiosk.finger.screen == "welcome", "and not back to the dark"


def test_a_dark_screen_without_its_sensor_wakes_by_itself(kiosk: Kiosk) -> None:
    kiosk.fall_asleep()
    kiosk.panel.senses = replace(kiosk.panel.senses, is_somebody=None)
    kiosk.visit.refresh()
    assert kiosk.finger.wait(3600).name == "welcome"


def test_who_comes_near_is_greeted_in_other_words_and_silently(kiosk: Kiosk) -> None:
    kiosk.sense(Sign.LEFT)
    kiosk.sense(Sign.CAME)
    assert "Kính chào!" in " ".join(kiosk.finger.see().texts)
    assert kiosk.voice.said == []
    kiosk.finger.wait(Delays().reset_s + 1)
    assert "Xin chào!" in " ".join(kiosk.finger.see().texts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("panel", PANELS)
def test_the_greeting_moves_nothing_under_a_finger_that_is_on_its_way(panel: str, look: str, language: str) -> None:
    plain, greeted = (
        compose(in_look(at(Screen.WELCOME, is_greeted=is_greeted), language, look), PANELS[panel])
        for is_greeted in (False, True)
    )
    assert plain.targets == greeted.targets
    assert plain.texts != greeted.texts or not {"Welcome!", "Xin chào!", "안녕하십니까!"} & set(plain.texts)


def test_a_greeting_is_spoken_only_where_it_is_wished_and_once(tmp_path: Path, clock: FakeClock) -> None:
    kiosk = Kiosk(tmp_path, clock, greets_aloud=True)
    kiosk.fall_asleep()
    kiosk.sense(Sign.CAME)
    kiosk.sense(Sign.LEFT)
    kiosk.sense(Sign.CAME)
    assert len(kiosk.voice.said) == 1
    assert kiosk.voice.said[0].startswith("Kính chào")


def test_no_greeting_is_spoken_in_quiet_hours_or_into_a_visit(tmp_path: Path, clock: FakeClock) -> None:
    kiosk = Kiosk(tmp_path, clock, greets_aloud=True)
    kiosk.lobby.settings.site.quiet.append(("00:00", "24:00"))
    kiosk.sense(Sign.CAME)
    assert kiosk.voice.said == []
    kiosk.lobby.settings.site.quiet.clear()
    kiosk.finger.tap("take")
    kiosk.sense(Sign.CAME)
    assert kiosk.voice.said == []
    assert kiosk.finger.screen == "service"


def test_a_cup_is_offered_with_the_number_and_filled_once(kiosk: Kiosk) -> None:
    kiosk.finger.tap(*TO_NUMBER, "water")
    assert kiosk.finger.screen == "water"
    assert kiosk.panel.told == []
    kiosk.sense(Sign.CUP_PLACED)
    assert kiosk.panel.told == ["pour"]
    kiosk.end_cup()
    assert kiosk.lobby.asked == ["cup full"]
    kiosk.sense(Sign.CUP_TAKEN)
    kiosk.sense(Sign.CUP_PLACED)
    assert kiosk.panel.told == ["pour"], "one cup a visit"
    assert kiosk.finger.tap("done").name == "number"
    assert kiosk.finger.see().target("water") is None


def test_a_cup_that_stands_there_is_filled_at_once(kiosk: Kiosk) -> None:
    kiosk.sense(Sign.CUP_PLACED)
    kiosk.finger.tap(*TO_NUMBER)
    assert kiosk.panel.told == [], "nobody has asked for it"
    kiosk.finger.tap("water")
    assert kiosk.panel.told == ["pour"]


def test_the_next_visit_may_have_a_cup_of_its_own(kiosk: Kiosk) -> None:
    kiosk.sense(Sign.CUP_PLACED)
    for _ in range(2):
        kiosk.finger.tap(*TO_NUMBER, "water")
        kiosk.end_cup()
        kiosk.finger.tap("done", "back")
    assert kiosk.panel.told == ["pour", "pour"]


def test_a_cup_that_was_taken_too_early_is_the_visits_one(kiosk: Kiosk) -> None:
    kiosk.sense(Sign.CUP_PLACED)
    kiosk.finger.tap(*TO_NUMBER, "water")
    kiosk.end_cup(Sign.STOPPED)
    assert kiosk.lobby.asked == ["cup stopped"]
    kiosk.sense(Sign.CUP_PLACED)
    assert kiosk.panel.told == ["pour"]


@pytest.mark.parametrize("way", ["done", "back", "help", "comfort"])
def test_who_leaves_the_water_screen_turns_the_water_off(kiosk: Kiosk, way: str) -> None:
    kiosk.sense(Sign.CUP_PLACED)
    kiosk.finger.tap(*TO_NUMBER, "water", way)
    assert kiosk.panel.told == ["pour", "stop"]


def test_the_water_screen_left_alone_goes_back_to_the_number_and_home(kiosk: Kiosk) -> None:
    kiosk.finger.tap(*TO_NUMBER, "water")
    kiosk.finger.wait(Delays().idle_s + 1)
    assert kiosk.finger.screen == "number"
    kiosk.finger.wait(600)
    assert kiosk.finger.screen == "welcome"


def test_a_kiosk_without_a_tap_offers_no_water(kiosk: Kiosk) -> None:
    kiosk.lobby.view = HALL
    assert kiosk.finger.tap(*TO_NUMBER).target("water") is None


def test_a_cup_that_cannot_be_written_down_is_poured_all_the_same(kiosk: Kiosk) -> None:
    kiosk.lobby.fails["note_cup"] = FullError("no space")
    kiosk.sense(Sign.CUP_PLACED)
    kiosk.finger.tap(*TO_NUMBER, "water")
    kiosk.end_cup()
    assert kiosk.finger.screen == "water"


@pytest.mark.parametrize(
    ("faults", "light"),
    [
        ((), Light.READY),
        ((Fault.CLOSED,), Light.OFF),
        ((Fault.LINE_DOWN,), Light.READY),
        ((Fault.PAPER_LOW,), Light.ATTENTION),
        ((Fault.CASE_OPEN, Fault.CLOSED), Light.ATTENTION),
        ((Fault.SCANNER_OFFLINE,), Light.ATTENTION),
        ((Fault.PANEL_OFFLINE,), Light.ATTENTION),
        ((Fault.PAPER_OUT, Fault.PAPER_LOW), Light.FAULT),
        ((Fault.PRINTER_OFFLINE, Fault.CLOSED), Light.FAULT),
        ((Fault.COVER_OPEN,), Light.FAULT),
        ((Fault.DISK_FULL,), Light.FAULT),
        ((Fault.OUT_OF_SERVICE,), Light.FAULT),
        ((Fault.STORE_CORRUPT,), Light.FAULT),
    ],
)
def test_the_status_lamp_says_whether_somebody_must_come(faults: tuple[Fault, ...], light: Light) -> None:
    assert light_of(faults) is light


def test_a_line_that_is_down_for_long_is_an_errand_and_a_short_gap_is_not(kiosk: Kiosk) -> None:
    kiosk.lobby.break_down(Fault.LINE_DOWN)
    kiosk.visit.refresh()
    assert kiosk.visit.light == "ready"
    kiosk.clock.pass_time(seconds=LONG_DOWN_S)
    assert kiosk.visit.light == "attention"
    kiosk.lobby.break_down()
    kiosk.visit.refresh()
    assert kiosk.visit.light is Light.READY


def test_devices_tell_case_roll_and_water_and_light_the_lamps(kiosk: Kiosk) -> None:
    with Devices(kiosk.lobby, panel=kiosk.panel) as devices:
        assert devices.tell(Lamp.OFF, Light.READY)
        assert kiosk.lobby.health["screen"] == ScreenHealth(panel="ready", case="closed", roll="full", water="ready")
        kiosk.panel.senses = kiosk.panel.senses.after(Sign.OPENED).after(Sign.ROLL_LOW)
        assert devices.tell(Lamp.OFF, Light.ATTENTION)
        assert kiosk.lobby.health["screen"] == ScreenHealth(panel="ready", case="opened", roll="low", water="ready")
        assert not devices.tell(Lamp.OFF, Light.ATTENTION), "that is no news"
        assert kiosk.panel.told == ["light ready", "beep 3", "light attention"]


def test_an_answered_call_beeps_once_and_not_in_quiet_hours(kiosk: Kiosk) -> None:
    kiosk.lobby.view = replace(HALL, help=HelpView(HALL.now, None))
    with Devices(kiosk.lobby, panel=kiosk.panel) as devices:
        for is_quiet in (False, True):
            for lamp in (Lamp.BLINK, Lamp.ON, Lamp.ON, Lamp.OFF):
                devices.tell(lamp, is_quiet=is_quiet)
    assert [told for told in kiosk.panel.told if "beep" in told] == ["beep 1"]
