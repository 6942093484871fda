"""The last items of the simulated loudspeakers, read from their records."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec

from kiosk.decoding import json_of
from kiosk.files import read_file
from kiosk.model.spoken import Sound
from kiosk.ports.simulation import Simulation

_SHOWN = 40
_NAMES = ("screen", "board")


class Line(msgspec.Struct, frozen=True):
    """One item: a sentence in a language, or a sound; `at` is its start time."""

    at: str
    text: str = ""
    language: str = ""
    sound: str = ""
    volume_percent: int = 100


class SpeakerLog:
    """The records of the two loudspeakers of a home; `look` is called repeatedly."""

    def __init__(self, hardware: Simulation) -> None:
        self._files = {name: hardware.heard_file(name) for name in _NAMES}
        self._seen_at: dict[str, tuple[int, int]] = {}
        self._lines: dict[str, Sequence[Line]] = dict.fromkeys(_NAMES, ())

    def look(self) -> dict[str, Any]:
        """Return the last items of each loudspeaker, newest first."""
        for name in _NAMES:
            self._look_at(name)
        return dict(self._lines)

    def _look_at(self, name: str) -> None:
        file = self._files[name]
        try:
            # A record is replaced atomically: a new file has a new inode number, whatever its time is.
            state = file.lstat()
            if (state.st_ino, state.st_mtime_ns) != self._seen_at.get(name):
                self._lines[name] = _read(read_file(file))
                self._seen_at[name] = (state.st_ino, state.st_mtime_ns)
        except OSError:
            self._lines[name] = ()
            self._seen_at.pop(name, None)


def _read(record: bytes) -> Sequence[Line]:
    lines: list[Line] = []
    for written in reversed(record.splitlines()):
        with suppress(msgspec.DecodeError):  # of another release, or damaged: show the other lines
            line = json_of(written, Line)
            if line.sound != Sound.TICK:  # one per touch: too many to show
                lines.append(line)
    return tuple(lines[:_SHOWN])
