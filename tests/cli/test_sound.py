"""`kiosk sound test`: what it plays, what it asks, and how it ends."""

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
SAID = {language: Utterance(call("A042", 3, language), language) for language in ("vi", "en", "ko")}


_DEVICE: dict[str, str | int] = {"driver": "alsa", "device": "hall", "volume_percent": 100}


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AlsaRig]:
    """A device that writes down what is played, and a home whose two loudspeakers it is."""
    with alsa_rig(tmp_path, monkeypatch) as rig:
        devices = {f"{face}.{key}": value for face in ("sound", "board_sound") for key, value in _DEVICE.items()}
        write_home(Home.at(tmp_path), kiosk=devices)
        yield rig


def _told(folder: Path, *arguments: str, answers: str = "") -> tuple[int, dict[str, Any]]:
    """Return the exit code and the document of a command."""
    command = [*KIOSK, "--home", str(folder), "sound", "test", *arguments, "--json"]
    done = subprocess.run(command, input=answers, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize(("face", "languages"), [("board", ["vi", "en"]), ("screen", ["vi", "en", "ko"])])
def test_a_chime_and_each_language_of_the_face_are_played(
    rig: AlsaRig, tmp_path: Path, face: str, languages: list[str]
) -> None:
    code, document = _told(tmp_path, "--face", face)
    assert (code, document["status"], document["device"], document["heard"]) == (0, "ready", "hall", None)
    assert rig.heard([Sound.CHIME, *SAID.values()]) == [Sound.CHIME, *(SAID[one] for one in languages)]


def test_a_technician_who_heard_it_all_is_told_that_it_is_well(rig: AlsaRig, tmp_path: Path) -> None:
    code, document = _told(tmp_path, "--ask", answers="y\n" * 4)
    assert (code, document["heard"]) == (0, {"chime": True, "vi": True, "en": True, "loud": True})


def test_what_was_not_heard_is_a_warning_with_what_to_do(rig: AlsaRig, tmp_path: Path) -> None:
    command = [*KIOSK, "--home", str(tmp_path), "sound", "test", "--ask", "--text"]
    done = subprocess.run(command, input="n\ny\nn\ny\n", capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["Chime", "English"]


def test_a_missing_loudspeaker_is_told_and_nobody_is_asked(rig: AlsaRig, tmp_path: Path) -> None:
    rig.unplug()
    code, document = _told(tmp_path, "--ask")
    assert (code, document["status"], document["heard"]) == (2, "missing", None)


def test_without_a_voice_the_chime_is_heard_and_the_rest_is_a_warning(
    rig: AlsaRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "espeak-ng").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin" / "espeak-ng").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    code, document = _told(tmp_path)
    assert (code, document["status"]) == (1, "no_voice")
    assert rig.heard([Sound.CHIME]) == [Sound.CHIME]


def test_one_that_is_unplugged_and_one_that_is_not_there_by_choice(tmp_path: Path) -> None:
    write_home(Home.at(tmp_path), kiosk={"sound.driver": "none"})
    request(Home.at(tmp_path), "unplug")
    for face, status in (("board", "missing"), ("screen", "none")):
        code, document = _told(tmp_path, "--face", face)
        assert (code, document["status"]) == (2, status)
