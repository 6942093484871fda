"""Which program speaks a language, and how it is called.

espeak-ng speaks all of them. Where a voice file is there for a language, piper does, which sounds like a person and
takes more of the machine. Both read the text from standard input: nothing that is said stands on a command line.
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
"""espeak-ng's own 175 is too fast in a hall, and for somebody who hears the language as a second one."""


class _Audio(msgspec.Struct):
    sample_rate: int


class _VoiceSettings(msgspec.Struct):
    audio: _Audio


class Voice(Record):
    """A program that turns text into samples. `rate_hz` is None when a WAV header comes first and says it."""

    name: str
    argv: tuple[str, ...]
    rate_hz: int | None = None


def voices(language: str, files: Mapping[str, str], home: Home) -> list[Voice]:
    """Return the voices of a language, the best first.

    Args:
        files: piper voice files by language; one that is not an absolute path is under the home's `etc/`.
    """
    file = files.get(language)
    best = [_piper(home.etc / file)] if file else []
    return [*best, _espeak(language)]


def _espeak(language: str) -> Voice:
    # Never with -m: then it would obey markup in the text. -b 1 is UTF-8.
    speed = str(_WORDS_A_MINUTE)
    return Voice("espeak-ng", ("espeak-ng", "-v", language, "-s", speed, "-b", "1", "--stdin", "--stdout"))


def _piper(file: Path) -> Voice:
    # Debian's own "piper" configures mice, so the other name is looked for first.
    program = shutil.which("piper-tts") or "piper"
    return Voice(f"piper with {file}", (program, "--model", str(file), "--output_raw"), _rate_hz(file))


def _rate_hz(file: Path) -> int:
    """Return the rate that stands beside a voice file, or 0 when it cannot be read."""
    settings = file.with_name(f"{file.name}.json")
    try:
        return json_of(settings.read_bytes(), _VoiceSettings).audio.sample_rate
    except (OSError, msgspec.DecodeError):
        return 0
