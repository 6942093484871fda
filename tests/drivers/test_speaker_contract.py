"""What every loudspeaker keeps to: the simulated one, and a real one with espeak-ng and aplay."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest

from kiosk.model.spoken import Sound, Utterance, call
from kiosk.ports.speaker import SpeakerStatus
from tests.descriptors import open_descriptors
from tests.drivers.speaker_rigs import Rig, alsa_rig, simulated_rig

VI = Utterance(call("A042", 3, "vi"), "vi")
EN = Utterance(call("A042", 3, "en"), "en")
KO = Utterance(call("A042", 3, "ko"), "ko")
ALL = (Sound.CHIME, VI, EN, KO, Sound.TICK)


class Bench(Protocol):
    """Sets up one kind of loudspeaker."""

    def __call__(self, folder: Path, patch: pytest.MonkeyPatch, /) -> AbstractContextManager[Rig]: ...


BENCHES: dict[str, Bench] = {"simulated": simulated_rig, "alsa": alsa_rig}


@pytest.fixture(params=BENCHES)
def rig(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    with BENCHES[request.param](tmp_path, monkeypatch) as rig:
        yield rig


def test_what_is_said_is_heard_in_order_and_then_it_is_silent(rig: Rig) -> None:
    rig.speaker.say(Sound.CHIME, VI, EN)
    rig.speaker.say(KO)
    assert rig.speaker.is_busy
    rig.pass_on()
    assert rig.heard(ALL) == [Sound.CHIME, VI, EN, KO]
    assert rig.speaker.status is SpeakerStatus.READY


def test_what_is_not_yet_heard_keeps_it_busy(rig: Rig) -> None:
    rig.hold()
    rig.speaker.say(VI)
    assert rig.speaker.is_busy
    rig.release()
    rig.pass_on()
    assert rig.heard(ALL) == [VI]


def test_stop_silences_at_once_and_forgets_what_waits(rig: Rig) -> None:
    rig.hold()
    rig.speaker.say(KO, VI, EN)
    rig.speaker.stop()
    assert not rig.speaker.is_busy
    rig.plug()
    rig.speaker.say(Sound.CHIME)
    rig.pass_on()
    assert rig.heard([VI, EN, Sound.CHIME]) == [Sound.CHIME]
    assert rig.speaker.status is SpeakerStatus.READY, "a stop is no fault"


def test_stop_in_silence_does_nothing(rig: Rig) -> None:
    rig.speaker.stop()
    rig.speaker.stop()
    rig.speaker.say(VI)
    rig.pass_on()
    rig.speaker.stop()
    assert rig.heard(ALL) == [VI]


def test_a_tick_that_would_come_late_is_not_heard(rig: Rig) -> None:
    rig.speaker.say(Sound.TICK)
    rig.pass_on()
    rig.speaker.say(VI, Sound.TICK)
    rig.speaker.say(Sound.TICK)
    rig.pass_on()
    assert rig.heard([VI, Sound.TICK]) == [Sound.TICK, VI]


def test_a_missing_loudspeaker_says_so_drops_what_it_is_given_and_comes_back(rig: Rig) -> None:
    rig.unplug()
    rig.speaker.say(Sound.CHIME, VI)
    rig.pass_on()
    assert rig.speaker.status == "missing"
    rig.plug()
    rig.speaker.say(EN)
    rig.pass_on()
    assert rig.speaker.status == "ready"
    assert rig.heard(ALL) == [EN]


def test_the_next_visitor_finds_it_as_loud_as_the_ward_wishes(rig: Rig) -> None:
    rig.speaker.volume(40)
    rig.speaker.say(VI)
    rig.pass_on()
    rig.speaker.reset()
    rig.speaker.say(EN)
    rig.pass_on()
    assert rig.heard([VI, EN], percent=40) == [VI]
    assert rig.heard([VI, EN], percent=100) == [EN]


@pytest.mark.parametrize(("wish", "heard"), [(-5, 0), (250, 100)])
def test_no_wish_is_too_loud_or_too_soft(rig: Rig, wish: int, heard: int) -> None:
    rig.speaker.volume(wish)
    rig.speaker.say(VI)
    rig.pass_on()
    assert rig.heard([VI], percent=heard)[:1] == [VI]


@pytest.mark.parametrize(
    "smuggled", ["<speak>{}</speak>", "[[{}]]", "{}\x01+50S", "\x1b@{}\n", "{}" + "\N{ZERO WIDTH SPACE}" * 100_000]
)
def test_markup_and_control_characters_change_nothing(rig: Rig, smuggled: str) -> None:
    said = Utterance(smuggled.format("mời quét mã"), "vi")
    rig.speaker.say(said)
    rig.pass_on()
    assert rig.heard([said]) == [said]
    assert rig.speaker.status is SpeakerStatus.READY


def test_a_text_without_a_word_is_no_fault(rig: Rig) -> None:
    rig.speaker.say(Utterance("…\x00[]", "vi"), VI)
    rig.pass_on()
    assert rig.heard([VI]) == [VI]
    assert rig.speaker.status is SpeakerStatus.READY


def test_a_closed_loudspeaker_is_silent_and_closing_twice_is_fine(rig: Rig) -> None:
    rig.hold()
    rig.speaker.say(KO, VI)
    rig.speaker.close()
    rig.speaker.close()
    rig.plug()
    rig.speaker.say(EN)
    assert not rig.speaker.is_busy
    assert rig.heard([VI, EN]) == []


def _held() -> tuple[int, int, int]:
    """Return how many descriptors, threads and children this process has."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return open_descriptors(), threading.active_count(), len(children)


def test_a_plug_pulled_at_any_moment_again_and_again_leaves_nothing_behind(rig: Rig) -> None:
    """KIOSK_CYCLES=200 is the long form."""
    chance = random.Random(20261128)
    rig.speaker.say(Sound.TICK)
    rig.pass_on()
    before = _held()
    calls: tuple[Sound | Utterance, ...] = (Sound.CHIME, VI, EN)
    for _ in range(int(os.environ.get("KIOSK_CYCLES", "20"))):
        rig.speaker.say(*chance.sample(calls, chance.randint(0, 2)))
        rig.unplug()
        rig.speaker.say(*chance.sample(calls, chance.randint(0, 2)))
        if chance.random() < 0.3:
            rig.speaker.stop()
        rig.pass_on()
        rig.plug()
        if chance.random() < 0.5:
            rig.speaker.say(VI)
            rig.pass_on()
            assert rig.speaker.status is SpeakerStatus.READY
    rig.speaker.say(KO)
    rig.pass_on()
    assert rig.heard([KO]) == [KO]
    assert rig.speaker.status is SpeakerStatus.READY
    assert all(now <= then for now, then in zip(_held(), before, strict=True))
