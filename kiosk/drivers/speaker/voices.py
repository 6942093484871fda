"""The speech program of each language, and its command line.

espeak-ng speaks all languages. piper is preferred when there is a voice file for the language: it sounds more natural
and needs more CPU time and memory. Both read the text from standard input, so that no text appears on a command line.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from kiosk.config import Home
from kiosk.decoding import json_of
from kiosk.records import Record

_WORDS_A_MINUTE = 150
"""espeak-ng's default of 175 is too fast in a hall and for listeners whose first language is another one."""


class _Audio(msgspec.Struct):
    sample_rate: int


class _VoiceSettings(msgspec.Struct):
    audio: _Audio


class Voice(Record):
    """A program that turns text into samples. `rate_hz` is None when its output begins with a WAV header."""

    name: str
    argv: tuple[str, ...]
    rate_hz: int | None = None


def voices(language: str, files: Mapping[str, str], home: Home) -> list[Voice]:
    """Return the voices of a language, the best first.

    Args:
        files: piper voice files by language; a relative path is under the home's `etc/`.
    """
    file = files.get(language)
    best = [_piper(home.etc / file)] if file else []
    return [*best, _espeak(language)]


def _espeak(language: str) -> Voice:
    # Without -m, which would interpret markup in the text. -b 1 is UTF-8.
    speed = str(_WORDS_A_MINUTE)
    return Voice("espeak-ng", ("espeak-ng", "-v", language, "-s", speed, "-b", "1", "--stdin", "--stdout"))


def _piper(file: Path) -> Voice:
    # Debian's package "piper" is a tool for mice, so the other name is tried first.
    program = shutil.which("piper-tts") or "piper"
    return Voice(f"piper with {file}", (program, "--model", str(file), "--output_raw"), _rate_hz(file))


def _rate_hz(file: Path) -> int:
    """Return the sample rate from the settings file of a voice file, or 0 when it cannot be read."""
    settings = file.with_name(f"{file.name}.json")
    try:
        return json_of(settings.read_bytes(), _VoiceSettings).audio.sample_rate
    except (OSError, msgspec.DecodeError):
        return 0
