"""Loudspeakers on a test bench: the simulated one, and real programs before an ALSA device that is a file.

The real one is espeak-ng and aplay as Debian has them. What aplay plays is told apart by its samples: they are those
that espeak-ng makes of the same text, or those of a sound.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import msgspec
import pytest

from kiosk.config import Home
from kiosk.config.types import Sound as SoundSettings
from kiosk.drivers.speaker import tones
from kiosk.drivers.speaker.alsa import AlsaSpeaker
from kiosk.drivers.speaker.ducking import Announcement
from kiosk.drivers.speaker.simulated import SimulatedSpeaker, record_file, request
from kiosk.drivers.speaker.voices import voices
from kiosk.model.spoken import Sound, Utterance, aloud
from kiosk.ports.speaker import Speaker
from tests.clocks import FakeClock
from tests.waiting import until

Item = Utterance | Sound

_PATIENCE_S = 5.0


class Rig(Protocol):
    """One loudspeaker on the bench, as loud as it gets when it is opened."""

    speaker: Speaker
    announcement: Announcement
    """What the speakers of its home tell each other."""

    def heard(self, among: Sequence[Item], percent: int = 100) -> list[Item]:
        """Return which of these were heard so loud, in the order in which they were."""
        ...

    def pass_on(self) -> None:
        """Wait until it is silent."""
        ...

    def hold(self) -> None:
        """Let nothing that begins from now on come to its end."""
        ...

    def release(self) -> None:
        """Let what is held go on."""
        ...

    def unplug(self) -> None:
        """Take the loudspeaker away."""
        ...

    def plug(self) -> None:
        """Put it back."""
        ...


class SimulatedRig:
    """The simulated loudspeaker as it ships; its clock stands still until it is passed on."""

    def __init__(self, home: Home, name: str = "board") -> None:
        self.home = home
        self.clock = FakeClock()
        self.announcement = Announcement(home, self.clock.monotonic)
        self._name = name
        self.speaker: Speaker = SimulatedSpeaker(SoundSettings(volume_percent=100), home, name, self.clock)

    def heard(self, among: Sequence[Item], percent: int = 100) -> list[Item]:
        """Read the record up to now."""
        now = self.clock.read().wall.isoformat().replace("+00:00", "Z")
        told = record(self.home, self._name)
        lines = [line for line in told if str(line["at"]) <= now and line["volume_percent"] == percent]
        names: dict[tuple[object, object], Item] = {_name(item): item for item in among}
        found = [names.get((line.get("language"), line.get("text", line.get("sound")))) for line in lines]
        return [item for item in found if item is not None]

    def pass_on(self) -> None:
        """Turn the clock."""
        while self.speaker.is_busy:
            self.clock.pass_time(seconds=0.5)

    def hold(self) -> None:
        """The clock stands still anyway."""

    def release(self) -> None:
        """It goes on when it is passed on."""

    def unplug(self) -> None:
        """Ask for it as another process would."""
        request(self.home, "unplug")

    def plug(self) -> None:
        """Ask for it as another process would."""
        request(self.home, "plug")


class AlsaRig:
    """Real programs. The device is a line in ALSA's configuration, which aplay reads anew each time."""

    def __init__(
        self,
        folder: Path,
        stall_s: float = _PATIENCE_S,
        voice_files: dict[str, str] | None = None,
        name: str = "board",
    ) -> None:
        self._folder = folder
        self._samples = folder / "heard.raw"
        self._gate = folder / "gate"
        os.mkfifo(self._gate)
        self._open_gate = os.open(self._gate, os.O_RDWR)  # both ends are ours, so that opening waits for nobody
        self.plug()
        settings = SoundSettings(driver="alsa", device="hall", volume_percent=100, voices=voice_files or {})
        self.speaker: Speaker = AlsaSpeaker(settings, Home.at(folder), name, stall_s)
        self.announcement = Announcement(Home.at(folder), time.monotonic)

    def close(self) -> None:
        """Clear the bench."""
        self.speaker.close()
        os.close(self._open_gate)

    @property
    def config(self) -> Path:
        """ALSA's configuration; a test points ALSA_CONFIG_PATH at it."""
        return config_file(self._folder)

    @property
    def samples(self) -> bytes:
        """All that was played."""
        return self._samples.read_bytes() if self._samples.exists() else b""

    def heard(self, among: Sequence[Item], percent: int = 100) -> list[Item]:
        """Look for the samples of each in what was played."""
        places: list[tuple[int, Item]] = []
        for item in among:
            pcm = tones.scaled(pcm_of(item), percent)
            place = self.samples.find(pcm)
            while place >= 0:
                places.append((place, item))
                place = self.samples.find(pcm, place + len(pcm))
        return [item for _, item in sorted(places, key=lambda place: place[0])]

    def pass_on(self) -> None:
        """Wait for the real programs."""
        until(lambda: not self.speaker.is_busy, "silence", _PATIENCE_S)

    def hold(self) -> None:
        """Let the device take no more than its pipe holds, before somebody opens the gate."""
        self._wire(f"|read gate < {self._gate}; exec cat >> {self._samples}")

    def release(self) -> None:
        """Open the gate to whoever stands before it or comes later."""
        self.plug()
        os.write(self._open_gate, b"\n" * 8)

    def unplug(self, others: str = "") -> None:
        """Let ALSA know no device, or only others."""
        self._configure(others)

    def plug(self) -> None:
        """Let ALSA know a device that is a file."""
        self._wire(f"|cat >> {self._samples}")

    def _wire(self, file: str) -> None:
        self._configure(f'pcm.hall {{ type file slave.pcm null file "{file}" format raw }}')

    def _configure(self, device: str) -> None:
        part = self.config.with_suffix(".part")
        part.write_text(f"pcm.null {{ type null }}\n{device}\n", encoding="ascii")
        part.replace(self.config)


def config_file(folder: Path) -> Path:
    """Return where a rig has ALSA's configuration."""
    return folder / "asound.conf"


@contextlib.contextmanager
def simulated_rig(folder: Path, _patch: pytest.MonkeyPatch, name: str = "board") -> Iterator[Rig]:
    """The simulated loudspeaker."""
    rig = SimulatedRig(Home.at(folder), name)
    yield rig
    rig.speaker.close()


@contextlib.contextmanager
def alsa_rig(
    folder: Path,
    patch: pytest.MonkeyPatch,
    stall_s: float = _PATIENCE_S,
    voice_files: dict[str, str] | None = None,
    name: str = "board",
) -> Iterator[AlsaRig]:
    """A real one."""
    patch.setenv("ALSA_CONFIG_PATH", str(config_file(folder)))
    rig = AlsaRig(folder, stall_s, voice_files, name)
    yield rig
    rig.close()


def record(home: Home, name: str = "board") -> list[dict[str, object]]:
    """Return the lines of a simulated loudspeaker's record."""
    file = record_file(home, name)
    return [msgspec.json.decode(line) for line in file.read_bytes().splitlines()] if file.exists() else []


def pcm_of(item: Item) -> bytes:
    """Return the samples of a sound, or those that espeak-ng makes of a text."""
    return tones.samples(item) if isinstance(item, Sound) else _spoken(aloud(item.text, item.language), item.language)


@cache
def _spoken(words: str, language: str) -> bytes:
    argv = voices(language, {}, Home.at(None))[-1].argv
    return subprocess.run(argv, input=words.encode() + b"\n", capture_output=True, check=True).stdout[44:]


def _name(item: Item) -> tuple[str | None, str]:
    return (None, item.value) if isinstance(item, Sound) else (item.language, aloud(item.text, item.language))
