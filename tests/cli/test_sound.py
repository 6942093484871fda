"""`kiosk sound test`: what it plays, what it asks, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.config import Home
from kiosk.defaults import write_home
from kiosk.drivers.speaker.simulated import request
from kiosk.model.spoken import Sound, Utterance, call
from tests.drivers.speaker_rigs import AlsaRig, alsa_rig

KIOSK = [sys.executable, "-m", "kiosk"]
CALLS = {language: Utterance(call("A042", 3, language), language) for language in ("vi", "en", "ko")}


_DEVICE: dict[str, str | int] = {"driver": "alsa", "device": "hall", "volume_percent": 100}


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AlsaRig]:
    """A device that records what is played, and a home that uses it for both loudspeakers."""
    with alsa_rig(tmp_path, monkeypatch) as rig:
        devices = {f"{face}.{key}": value for face in ("sound", "board_sound") for key, value in _DEVICE.items()}
        write_home(Home.at(tmp_path), kiosk=devices)
        yield rig


def _sound_test(folder: Path, *arguments: str, answers: str = "") -> tuple[int, dict[str, Any]]:
    """Run the command; return its exit code and its JSON document."""
    command = [*KIOSK, "--home", str(folder), "sound", "test", *arguments, "--json"]
    done = subprocess.run(command, input=answers, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize(("face", "languages"), [("board", ["vi", "en"]), ("screen", ["vi", "en", "ko"])])
def test_a_chime_and_each_language_of_the_face_are_played(
    rig: AlsaRig, tmp_path: Path, face: str, languages: list[str]
) -> None:
    code, document = _sound_test(tmp_path, "--face", face)
    assert (code, document["status"], document["device"], document["heard"]) == (0, "ready", "hall", None)
    assert rig.heard([Sound.CHIME, *CALLS.values()]) == [Sound.CHIME, *(CALLS[one] for one in languages)]


def test_four_times_yes_is_exit_code_0(rig: AlsaRig, tmp_path: Path) -> None:
    code, document = _sound_test(tmp_path, "--ask", answers="y\n" * 4)
    assert (code, document["heard"]) == (0, {"chime": True, "vi": True, "en": True, "loud": True})


def test_a_sound_that_was_not_heard_is_a_warning_with_advice(rig: AlsaRig, tmp_path: Path) -> None:
    command = [*KIOSK, "--home", str(tmp_path), "sound", "test", "--ask", "--text"]
    done = subprocess.run(command, input="n\ny\nn\ny\n", capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["Chime", "English"]


def test_a_missing_loudspeaker_is_reported_without_questions(rig: AlsaRig, tmp_path: Path) -> None:
    rig.unplug()
    code, document = _sound_test(tmp_path, "--ask")
    assert (code, document["status"], document["heard"]) == (2, "missing", None)


def test_a_missing_voice_is_a_warning_and_the_chime_is_played(
    rig: AlsaRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "espeak-ng").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin" / "espeak-ng").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    code, document = _sound_test(tmp_path)
    assert (code, document["status"]) == (1, "no_voice")
    assert rig.heard([Sound.CHIME]) == [Sound.CHIME]


def test_an_unplugged_loudspeaker_and_one_that_is_not_configured(tmp_path: Path) -> None:
    write_home(Home.at(tmp_path), kiosk={"sound.driver": "none"})
    request(Home.at(tmp_path), "unplug")
    for face, status in (("board", "missing"), ("screen", "none")):
        code, document = _sound_test(tmp_path, "--face", face)
        assert (code, document["status"]) == (2, status)
