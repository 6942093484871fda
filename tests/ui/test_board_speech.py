"""The board said aloud: each call once, in step with what is large, and never in anybody's way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk.errors import StoreError
from kiosk.lobby.views import CallView
from kiosk.model.spoken import Sound, Utterance, call
from kiosk.records import replace
from kiosk.ui.board.board import Board
from kiosk.ui.flow.delays import Delays
from kiosk.ui.samples import BOARD, NOW
from tests.clocks import FakeClock
from tests.halls import settings
from tests.ui.fakes import FakeLobby

DELAYS = Delays()
OLD = CallView("A001", 1, NOW, 1, 0)


class FakeVoice:
    """A voice that takes `lasts_s` over everything it is given at once, and remembers it."""

    def __init__(self, clock: FakeClock, lasts_s: float = 9.0) -> None:
        self.said: list[Utterance | Sound] = []
        self.stops = 0
        self.lasts_s = lasts_s
        self._clock = clock
        self._ends_at = 0.0

    @property
    def is_busy(self) -> bool:
        """Tell whether it is not yet through."""
        return self._clock.monotonic() < self._ends_at

    def say(self, *items: Utterance | Sound) -> None:
        """Remember."""
        self.said += items
        self._ends_at = max(self._ends_at, self._clock.monotonic()) + self.lasts_s

    def stop(self) -> None:
        """Be silent."""
        self.stops += 1
        self._ends_at = 0.0

    def volume(self, percent: int) -> None:
        """Be as loud as ever."""

    def reset(self) -> None:
        """It is never louder or softer."""


class Hall:
    """A board with a voice, and officers who call."""

    def __init__(self, lobby: FakeLobby, clock: FakeClock, voice: FakeVoice | None) -> None:
        self.lobby = lobby
        self.clock = clock
        self._calls: list[CallView] = []
        self._seq = 1
        self.call("A001", 1)
        self.board = Board(lobby, DELAYS, clock.monotonic, voice)
        self.pass_time(20)

    def call(self, number: str, counter: int, calls: int = 1) -> CallView:
        """Call a number, as the lobby will tell the board."""
        made = CallView(number, counter, NOW, calls, self._seq)
        self._seq += 1
        self._calls = [made, *(before for before in self._calls if before.number != number)]
        all_of_them = tuple(self._calls)
        view = self.lobby.board_view
        self.lobby.board_view = replace(view, current=made, last=all_of_them[1:], unanswered=all_of_them)
        return made

    def void(self, *numbers: str) -> None:
        """Note that nobody is waited for any more by these calls: no-show, cancelled, parked, served."""
        view = self.lobby.board_view
        unanswered = tuple(call for call in view.unanswered if call.number not in numbers)
        self.lobby.board_view = replace(view, unanswered=unanswered)

    def begin_day(self) -> None:
        """Forget the calls of yesterday."""
        self._calls = []
        self.lobby.board_view = replace(BOARD, current=None, last=(), unanswered=())

    def pass_time(self, seconds: float) -> list[tuple[float, str]]:
        """Let the board live for a while; return what it showed large since when."""
        self.board.refresh()
        shown: list[tuple[float, str]] = []
        began = self.clock.monotonic()
        while (passed := self.clock.monotonic() - began) < seconds:
            pause_s = self.board.tick() + 0.001
            large = self.large()
            if not shown or shown[-1][1] != large:
                shown.append((passed, large))
            self.clock.pass_time(seconds=pause_s)
        return shown

    def large(self) -> str:
        """Return the number that is large, empty when there is none."""
        numbers = [one.number for one in self._calls]
        return next((text for text in self.board.scene().texts if text in numbers), "")


def _said(*calls: tuple[str, int], languages: Sequence[str] = ("vi", "en")) -> list[Utterance | Sound]:
    said: list[Utterance | Sound] = []
    for number, counter in calls:
        said.append(Sound.CHIME)
        said += [Utterance(call(number, counter, language), language) for language in languages]
    return said


@pytest.fixture
def voice(clock: FakeClock) -> FakeVoice:
    return FakeVoice(clock)


@pytest.fixture
def hall(lobby: FakeLobby, clock: FakeClock, voice: FakeVoice) -> Hall:
    return Hall(lobby, clock, voice)


def test_a_board_switched_on_says_no_old_call(hall: Hall, voice: FakeVoice) -> None:
    assert voice.said == []


def test_a_call_is_said_once_after_a_chime_in_vietnamese_and_english(hall: Hall, voice: FakeVoice) -> None:
    hall.call("A042", 3)
    hall.pass_time(120)
    assert voice.said == _said(("A042", 3))


def test_a_recall_is_said_again(hall: Hall, voice: FakeVoice) -> None:
    hall.call("A042", 3)
    hall.pass_time(20)
    hall.call("A042", 3, calls=2)
    hall.pass_time(20)
    assert voice.said == _said(("A042", 3), ("A042", 3))


def test_several_calls_at_once_are_each_said_when_they_are_large_and_no_word_is_cut(
    hall: Hall, voice: FakeVoice
) -> None:
    for number, counter in (("A042", 3), ("B007", 1), ("C110", 2)):
        hall.call(number, counter)
    shown = hall.pass_time(60)
    assert [number for _, number in shown] == ["A042", "B007", "C110"]
    gaps = [after - before for (before, _), (after, _) in pairwise(shown)]
    assert all(voice.lasts_s <= gap <= voice.lasts_s + DELAYS.watch_s + 0.1 for gap in gaps)
    assert voice.said == _said(("A042", 3), ("B007", 1), ("C110", 2))
    assert voice.stops == 0


def test_calls_that_are_void_by_now_are_not_said_and_the_true_one_is_said_at_once(hall: Hall, voice: FakeVoice) -> None:
    for number in ("A042", "B007", "C110", "A043"):
        hall.call(number, 3)
    hall.pass_time(1)
    hall.void("A042", "B007", "C110")
    assert hall.pass_time(2)[-1] == (0.0, "A043")
    assert voice.said == _said(("A042", 3), ("A043", 3))
    assert voice.stops == 1, "a void call is not said to its end"


def test_the_board_looks_again_before_it_says_a_call_though_no_bell_rang(hall: Hall, voice: FakeVoice) -> None:
    for number in ("A042", "B007", "C110"):
        hall.call(number, 3)
    hall.board.refresh()
    hall.void("A042", "B007")
    hall.board.tick()
    assert voice.said == _said(("C110", 3))


def test_a_call_of_which_nobody_can_tell_whether_it_is_void_waits(hall: Hall, voice: FakeVoice) -> None:
    hall.call("A042", 3)
    hall.board.refresh()
    hall.lobby.fails["board"] = StoreError("busy")
    hall.board.tick()
    assert voice.said == []
    del hall.lobby.fails["board"]
    hall.pass_time(5)
    assert voice.said == _said(("A042", 3))


def test_a_short_voice_does_not_hurry_the_stage(lobby: FakeLobby, clock: FakeClock) -> None:
    hall = Hall(lobby, clock, FakeVoice(clock, lasts_s=1.0))
    hall.call("A042", 3)
    hall.call("B007", 1)
    assert [round(since) for since, _ in hall.pass_time(30)] == [0, DELAYS.call_s]


def test_a_voice_that_never_ends_does_not_hold_up_the_hall(lobby: FakeLobby, clock: FakeClock) -> None:
    voice = FakeVoice(clock, lasts_s=1e6)
    hall = Hall(lobby, clock, voice)
    hall.call("A042", 3)
    hall.call("B007", 1)
    shown = hall.pass_time(60)
    assert [number for _, number in shown] == ["A042", "B007"]
    assert shown[1][0] <= 3 * DELAYS.call_s + 1
    assert voice.said == _said(("A042", 3), ("B007", 1))
    assert voice.stops == 1


def test_a_call_during_quiet_hours_is_shown_and_not_said(tmp_path: Path, clock: FakeClock, voice: FakeVoice) -> None:
    lobby = FakeLobby(tmp_path, lambda root: settings(root, quiet=[["09:00", "09:30"], ["12:00", "13:00"]]))
    hall = Hall(lobby, clock, voice)
    hall.call("A042", 3)
    assert hall.pass_time(20)[-1][1] == "A042"
    assert voice.said == []
    lobby.board_view = replace(lobby.board_view, now=NOW + timedelta(minutes=6))
    hall.call("B007", 1)
    hall.pass_time(20)
    assert voice.said == _said(("B007", 1))


@pytest.mark.parametrize(
    ("languages", "said"), [(["en", "vi"], ("en", "vi")), (["vi", "ko", "en"], ("vi", "en")), (["vi"], ("vi", "en"))]
)
def test_calls_are_said_in_the_wards_order_and_always_in_both(
    tmp_path: Path, clock: FakeClock, voice: FakeVoice, languages: list[str], said: tuple[str, ...]
) -> None:
    hall = Hall(FakeLobby(tmp_path, lambda root: settings(root, languages=languages)), clock, voice)
    hall.call("A042", 3)
    hall.pass_time(5)
    assert voice.said == _said(("A042", 3), languages=said)


def test_a_missing_loudspeaker_changes_nothing_on_the_picture(tmp_path: Path) -> None:
    pictures = []
    for has_voice in (False, True):
        clock = FakeClock()
        hall = Hall(FakeLobby(tmp_path), clock, FakeVoice(clock, lasts_s=0.0) if has_voice else None)
        hall.call("A042", 3)
        hall.call("B007", 1)
        pictures.append((hall.pass_time(4), hall.board.scene(), hall.pass_time(20), hall.board.scene()))
    assert pictures[0] == pictures[1]


def test_a_board_that_could_not_read_for_a_while_says_what_was_called_meanwhile_in_order(
    hall: Hall, voice: FakeVoice
) -> None:
    hall.lobby.fails["board"] = StoreError("busy")
    hall.call("A042", 3)
    hall.call("B007", 1)
    hall.board.refresh()
    assert voice.said == []
    del hall.lobby.fails["board"]
    hall.pass_time(40)
    assert voice.said == _said(("A042", 3), ("B007", 1))


def test_a_new_day_says_its_first_call(hall: Hall, voice: FakeVoice) -> None:
    hall.begin_day()
    assert hall.pass_time(5) == [(0.0, "")]
    hall.call("A001", 2)
    hall.pass_time(20)
    assert voice.said == _said(("A001", 2))
