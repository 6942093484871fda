"""The simulated loudspeaker: records what would be heard, and takes as long as a voice.

Each home has two, `screen` and `board`. Their records are `run/sim/sound/<name>.jsonl`, one line per item:
`{"at": …, "language": …, "text": …, "volume_percent": …}`, or `"sound"` in place of language and text. `at` is the
start time. Queued items are recorded too, with a start time in the future, and are removed when they are stopped.
"""

from __future__ import annotations

import logging
from collections import deque
from datetime import timedelta
from pathlib import Path

import msgspec

from kiosk.clock import Clock
from kiosk.config import Home
from kiosk.config.types import Sound as SoundSettings
from kiosk.drivers.control_file import change, load
from kiosk.drivers.speaker import tones
from kiosk.drivers.speaker.ducking import Announcement
from kiosk.errors import UnknownNameError
from kiosk.files import read_file, replace_file
from kiosk.model.spoken import Sound, Utterance, aloud
from kiosk.ports.speaker import SpeakerStatus

log = logging.getLogger(__name__)

_ACTIONS = {"unplug": "the loudspeakers are gone", "plug": "they are back", "ok": "ends unplug"}
_LETTERS_PER_S = 15.0
_SHORTEST_S = 0.6
_KEPT = 200


class Wiring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the simulated loudspeakers are plugged in."""

    is_unplugged: bool = False


def control_file(home: Home) -> Path:
    """Return the control file of a home's simulated loudspeakers."""
    return home.run / "sim" / "sound" / "control.json"


def record_file(home: Home, name: str) -> Path:
    """Return the record of a simulated loudspeaker; `name` is `screen` or `board`."""
    return home.run / "sim" / "sound" / f"{name}.jsonl"


def actions() -> dict[str, str]:
    """Return all actions and their descriptions."""
    return dict(_ACTIONS)


def request(home: Home, action: str) -> None:
    """Unplug or plug in the simulated loudspeakers of a home: `unplug`, `plug`, `ok`.

    Raises:
        UnknownNameError: there is no such action.
    """
    if action not in _ACTIONS:
        raise UnknownNameError("action of the simulated loudspeaker", action, tuple(_ACTIONS))
    change(control_file(home), Wiring, lambda _before: Wiring(is_unplugged=action == "unplug"))


class SimulatedSpeaker:
    """A simulated loudspeaker. It has no thread: the start times follow from the clock."""

    def __init__(self, settings: SoundSettings, home: Home, name: str, clock: Clock) -> None:
        self._settings = settings
        self._home = home
        self._name = name
        self._file = record_file(home, name)
        self._clock = clock
        self._name = name
        self._percent = settings.volume_percent
        self._announcement = Announcement(home, clock.monotonic)
        self._is_closed = False
        self._was = SpeakerStatus.READY
        self._ends_at = float("-inf")
        # Items of earlier processes stay in the record.
        self._lines = deque(((self._ends_at, line) for line in _lines(self._file)), maxlen=_KEPT)

    @property
    def status(self) -> SpeakerStatus:
        """Whether the loudspeaker is plugged in."""
        wiring = load(control_file(self._home), Wiring)
        was, self._was = self._was, SpeakerStatus.MISSING if wiring.is_unplugged else SpeakerStatus.READY
        if self._was is not was and wiring.is_unplugged:
            log.warning("the simulated loudspeaker of the %s is missing", self._name)
        elif self._was is not was:
            log.info("the simulated loudspeaker of the %s is back", self._name)
        return self._was

    @property
    def is_busy(self) -> bool:
        """Tell whether something is being played or is queued."""
        return self._ends_at > self._clock.monotonic() and self.status is SpeakerStatus.READY

    def say(self, *items: Utterance | Sound) -> None:
        """Record items."""
        if self._is_closed or self.status is SpeakerStatus.MISSING:
            self.stop()
            return
        for item in items:
            is_late = isinstance(item, Sound) and item.is_answer and self.is_busy
            if not is_late:
                self._queue(item)
        self._write()
        self._announce()

    def stop(self) -> None:
        """Stop now and remove the items that have not started."""
        now = self._clock.monotonic()
        if self._ends_at > now:
            self._ends_at = now
            self._lines = deque((line for line in self._lines if line[0] <= now), maxlen=_KEPT)
            self._write()
            self._announce()

    def volume(self, percent: int) -> None:
        """Set the volume from the next item on."""
        self._percent = max(0, min(100, percent))

    def reset(self) -> None:
        """Restore the volume of the settings."""
        self._percent = self._settings.volume_percent

    def close(self) -> None:
        """Stop and close the loudspeaker."""
        self.stop()
        self._is_closed = True

    def _queue(self, item: Utterance | Sound) -> None:
        text = aloud(item.text, item.language) if isinstance(item, Utterance) else ""
        if isinstance(item, Sound):
            what, lasts_s = {"sound": item.value}, tones.seconds(item)
        elif text:
            what, lasts_s = {"language": item.language, "text": text}, max(_SHORTEST_S, len(text) / _LETTERS_PER_S)
        else:
            return
        now = self._clock.monotonic()
        begins = max(now, self._ends_at)
        at = self._clock.read().wall + timedelta(seconds=begins - now)
        line = msgspec.json.encode({"at": at, **what, "volume_percent": self._loudness()})
        self._lines.append((begins, line))
        self._ends_at = begins + lasts_s

    def _loudness(self) -> int:
        """Return the volume in percent, like the real loudspeaker."""
        is_ducked = self._name == "screen" and self._announcement.is_on
        return self._percent * self._settings.ducked_percent // 100 if is_ducked else self._percent

    def _announce(self) -> None:
        if self._name == "board":
            self._announcement.lasts(max(0.0, self._ends_at - self._clock.monotonic()))

    def _write(self) -> None:
        """Replace the record atomically."""
        try:
            replace_file(self._file, b"".join(line + b"\n" for _, line in self._lines))
        except OSError as error:
            log.warning("%s cannot be written: %s", self._file, error)


def _lines(file: Path) -> list[bytes]:
    try:
        return read_file(file).splitlines()
    except OSError:
        return []
