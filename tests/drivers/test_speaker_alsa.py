"""The real loudspeaker when programs, voices or the device are not as they should be."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.drivers.speaker import alsa, tones
from kiosk.model.spoken import Sound, Utterance, call
from kiosk.ports.speaker import SpeakerStatus
from tests.drivers.speaker_rigs import AlsaRig, alsa_rig
from tests.waiting import soon

VI = Utterance(call("A042", 3, "vi"), "vi")
EN = Utterance(call("A042", 3, "en"), "en")
STALL_S = 0.4

Program = Callable[[str, str], None]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Put a stand-in for a program before the real one; an empty script takes it away again."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def put(name: str, script: str) -> None:
        file = folder / name
        file.unlink(missing_ok=True)
        if script:
            part = folder / f"{name}.part"
            part.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            part.chmod(0o755)
            part.replace(file)

    return put


def _say(rig: AlsaRig, *items: Utterance | Sound) -> None:
    rig.speaker.say(*items)
    rig.pass_on()


@pytest.mark.parametrize("script", ["exit 1", "cat >/dev/null; echo nonsense", "cat >/dev/null", "kill -9 $$"])
def test_a_broken_voice_leaves_the_chime_and_is_one_line_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, program: Program, script: str
) -> None:
    program("espeak-ng", script)
    with alsa_rig(tmp_path, monkeypatch) as rig, caplog.at_level(logging.INFO):
        _say(rig, Sound.CHIME, VI, VI)
        assert rig.speaker.status == "no_voice"
        program("espeak-ng", "")
        _say(rig, VI)
        assert rig.speaker.status == "ready"
        assert rig.heard([Sound.CHIME, VI]) == [Sound.CHIME, VI]
    assert [one.getMessage() for one in caplog.records] == ["no voice for vi: espeak-ng is missing or broken"]


def test_a_voice_that_hangs_is_ended_and_the_next_one_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Program
) -> None:
    program("espeak-ng", 'case "$*" in *" vi "*) exec sleep 60;; esac; exec /usr/bin/espeak-ng "$@"')
    with alsa_rig(tmp_path, monkeypatch, STALL_S) as rig:
        _say(rig, VI, EN)
        assert rig.heard([VI, EN]) == [EN]
        assert rig.speaker.status is SpeakerStatus.NO_VOICE


def test_without_any_program_it_is_missing_and_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "bin").mkdir()
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with alsa_rig(tmp_path, monkeypatch) as rig, caplog.at_level(logging.INFO):
        _say(rig, Sound.CHIME, VI)
        _say(rig, Sound.CHIME)
        assert rig.speaker.status == "missing"
        monkeypatch.setenv("PATH", path)
        _say(rig, VI)
        assert rig.speaker.status == "ready"
    lines = [one.getMessage() for one in caplog.records if "hall" in one.getMessage()]
    assert lines == [
        "the loudspeaker of the board (hall) is missing: aplay cannot be run: No such file or directory",
        "the loudspeaker of the board (hall) is back",
    ]


def test_a_device_that_does_not_exist_is_named_beside_those_that_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with alsa_rig(tmp_path, monkeypatch) as rig:
        _say(rig, Sound.TICK)
        rig.unplug("pcm.door { type null hint { show on description Door } }")
        with caplog.at_level(logging.INFO):
            _say(rig, Sound.CHIME)
            _say(rig, Sound.CHIME)
    (line,) = [one.getMessage() for one in caplog.records]
    assert line.startswith("the loudspeaker of the board (hall) is missing: ")
    assert line.endswith("; there are: door")


@pytest.mark.parametrize("script", ["exec sleep 60", "head -c 20000 >/dev/null; exit 1", "cat >/dev/null; exit 1"])
def test_a_device_that_hangs_or_goes_midway_is_missing_and_the_call_is_not_said_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Program, script: str
) -> None:
    with alsa_rig(tmp_path, monkeypatch, STALL_S) as rig:
        _say(rig, Sound.TICK)
        program("aplay", script)
        _say(rig, VI, EN)
        assert rig.speaker.status == "missing"
        program("aplay", "")
        _say(rig, Sound.CHIME)
        assert rig.heard([VI, EN, Sound.CHIME]) == [Sound.CHIME]
        assert rig.speaker.status == "ready"


def test_a_loudspeaker_plugged_in_again_is_found_without_being_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alsa, "_LOOK_AGAIN_S", 0.02)
    with alsa_rig(tmp_path, monkeypatch) as rig:
        rig.unplug()
        _say(rig, VI)
        assert _becomes(rig, SpeakerStatus.MISSING)
        rig.plug()
        assert _becomes(rig, SpeakerStatus.READY)


def _becomes(rig: AlsaRig, status: SpeakerStatus) -> bool:
    return soon(lambda: rig.speaker.status is status, 3)


def test_nothing_that_is_said_stands_on_a_command_line_or_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, program: Program
) -> None:
    program("espeak-ng", f'echo "$@" >> {tmp_path}/words; cat >&2; exit 1')
    with alsa_rig(tmp_path, monkeypatch) as rig, caplog.at_level(logging.DEBUG):
        _say(rig, Utterance("Nguyễn Văn An", "vi"))
    assert (tmp_path / "words").read_text() == "-v vi -s 150 -b 1 --stdin --stdout\n"
    assert "Nguy" not in caplog.text


def test_a_voice_file_is_spoken_by_piper_at_its_own_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Program
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "vi.onnx.json").write_text('{"audio": {"sample_rate": 16000, "quality": "medium"}}')
    program("piper-tts", f'echo "$@" > {tmp_path}/words; cat > {tmp_path}/text; head -c 9999 /dev/zero | tr "\\0" Z')
    program("aplay", f'echo "$@" >> {tmp_path}/played; exec /usr/bin/aplay "$@"')
    with alsa_rig(tmp_path, monkeypatch, voice_files={"vi": "vi.onnx"}) as rig:
        _say(rig, VI, EN)
        assert b"Z" * 9998 in rig.samples
        assert rig.heard([VI, EN]) == [EN]
        assert rig.speaker.status is SpeakerStatus.READY
    assert (tmp_path / "words").read_text() == f"--model {tmp_path}/etc/vi.onnx --output_raw\n"
    assert (tmp_path / "text").read_text(encoding="utf-8") == f"{VI.text}\n"
    assert "-r 16000" in (tmp_path / "played").read_text()


@pytest.mark.parametrize("settings", ["", "{}", '{"audio": {"sample_rate": 22050}}'])
def test_a_broken_voice_file_is_a_fault_and_espeak_speaks_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Program, settings: str
) -> None:
    (tmp_path / "vi.onnx.json").write_text(settings)
    program("piper-tts", "exit 1")
    with alsa_rig(tmp_path, monkeypatch, voice_files={"vi": str(tmp_path / "vi.onnx")}) as rig:
        _say(rig, VI)
        assert rig.heard([VI]) == [VI]
        assert rig.speaker.status is SpeakerStatus.NO_VOICE


def test_a_voice_that_never_ends_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Program) -> None:
    monkeypatch.setattr(alsa, "_LONGEST_S", 0.1)
    (tmp_path / "vi.onnx.json").write_text('{"audio": {"sample_rate": 22050}}')
    program("piper-tts", "exec cat /dev/zero")
    with alsa_rig(tmp_path, monkeypatch, voice_files={"vi": str(tmp_path / "vi.onnx")}) as rig:
        _say(rig, VI, EN)
        assert rig.heard([EN]) == [EN]


def test_a_loudspeaker_louder_in_the_middle_of_a_sound_loses_no_sample() -> None:
    pcm = tones.samples(Sound.CHIME)
    assert len(tones.scaled(pcm, 30)) == len(pcm)
    assert tones.scaled(pcm, 0) == bytes(len(pcm))
