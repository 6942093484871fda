"""A real loudspeaker: a speech program writes samples, this module scales their volume, and aplay plays them.

One thread plays one item after the other. A failure of a program or of the device sets the status and writes one log
line. What could not be played is dropped: a late announcement is worse than none.
"""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections import deque

from kiosk.config import Home
from kiosk.config.types import Sound as SoundSettings
from kiosk.drivers.speaker import tones
from kiosk.drivers.speaker.child_process import Child
from kiosk.drivers.speaker.ducking import Announcement
from kiosk.drivers.speaker.voices import Voice, voices
from kiosk.errors import DeviceError
from kiosk.model.spoken import Sound, Utterance, aloud
from kiosk.ports.speaker import SpeakerStatus
from kiosk.threads import thread

log = logging.getLogger(__name__)

_STALL_S = 15.0
"""A program without progress for this long counts as hanging. piper needs seconds to load its voice file on a Pi."""
_LONGEST_S = 120.0
_LOOK_AGAIN_S = 30.0
_MOST_WAITING = 64
_ANNOUNCED_S = 3.0
"""Longer than the pause between two sentences. A board killed in a call keeps the screen's volume low this long."""
_WARM_UP_S = 0.1
"""Silence before a sound: a television on HDMI drops the beginning."""
_BUFFER_US = 200_000
"""Short, so that a change of volume takes effect at once."""
_WAV_HEADER_BYTES = 44
_WAV_RATE = slice(24, 28)
"""Position of the sample rate in a WAV header. Source: Multimedia Programming Interface 1.0, "WAVE format chunk"."""


class AlsaSpeaker:
    """A loudspeaker by its ALSA name. `stall_s` is the longest time without progress of its programs."""

    def __init__(self, settings: SoundSettings, home: Home, name: str, stall_s: float = _STALL_S) -> None:
        self._settings = settings
        self._home = home
        self._name = name
        self._stall_s = stall_s
        self._percent = settings.volume_percent
        self._announcement = Announcement(home, time.monotonic)
        self._status = SpeakerStatus.READY
        self._mute: set[tuple[str, str]] = set()
        self._changed = threading.Condition()
        self._queue: deque[Utterance | Sound] = deque()
        self._children: list[Child] = []
        self._turn = 0
        self._is_playing = False
        self._is_closed = False
        self._thread = thread(f"speaker-{name}", self._work)
        self._thread.start()

    @property
    def status(self) -> SpeakerStatus:
        """The status at the last use."""
        return self._status

    @property
    def is_busy(self) -> bool:
        """Tell whether something is being played or is queued."""
        with self._changed:
            return self._is_playing or bool(self._queue)

    def say(self, *items: Utterance | Sound) -> None:
        """Queue items."""
        with self._changed:
            for item in items:
                is_late = isinstance(item, Sound) and item.is_answer and (self._is_playing or self._queue)
                if not self._is_closed and not is_late and len(self._queue) < _MOST_WAITING:
                    self._queue.append(item)
                    self._announce(_ANNOUNCED_S)
            self._changed.notify()

    def stop(self) -> None:
        """Stop now and clear the queue."""
        with self._changed:
            self._turn += 1
            self._queue.clear()
            self._is_playing = False
            for child in self._children:
                child.kill()
        self._announce(0.0)

    def volume(self, percent: int) -> None:
        """Set the volume."""
        self._percent = max(0, min(100, percent))

    def reset(self) -> None:
        """Restore the volume of the settings."""
        self._percent = self._settings.volume_percent

    def close(self) -> None:
        """Stop and close the loudspeaker."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self.stop()
        self._thread.join(self._stall_s)

    # ---- the thread

    def _work(self) -> None:
        try:
            self._play(None, self._turn)
            while (taken := self._next()) is not None:
                self._play(*taken)
        except Exception:  # the top of this thread
            log.exception("the loudspeaker of the %s failed", self._name)
            self._is_closed = True
            self.stop()
            self._status = SpeakerStatus.MISSING

    def _next(self) -> tuple[Utterance | Sound | None, int] | None:
        """Wait for an item; return it with its turn. None means that it is time to look for a missing loudspeaker."""
        with self._changed:
            while not self._is_closed:
                if self._queue:
                    self._is_playing = True
                    return self._queue.popleft(), self._turn
                is_missing = self._status is SpeakerStatus.MISSING
                if not self._changed.wait(_LOOK_AGAIN_S if is_missing else None):
                    return None, self._turn
        return None

    def _play(self, item: Utterance | Sound | None, turn: int) -> None:
        try:
            if isinstance(item, Utterance):
                self._speak(item, turn)
            else:
                self._sound(tones.samples(item) if item else b"", turn)
        except DeviceError as error:
            self._lose(turn, str(error))
        with self._changed:
            if turn == self._turn:
                self._is_playing = False
                if item is not None and not self._queue:
                    self._announce(0.0)

    def _sound(self, pcm: bytes, turn: int) -> None:
        sink = self._sink(tones.RATE_HZ, turn)
        try:
            self._pour(pcm, sink)
            self._drain(sink, turn)
        finally:
            self._release(sink)

    def _speak(self, utterance: Utterance, turn: int) -> None:
        """Speak a text with the best voice that works."""
        words = aloud(utterance.text, utterance.language).encode()
        able = voices(utterance.language, self._settings.voices, self._home) if words else []
        for voice in able:
            is_said = self._say_with(voice, words, turn)
            if turn != self._turn:
                return
            self._note(voice, utterance.language, is_said=is_said)
            if is_said:
                return

    def _say_with(self, voice: Voice, words: bytes, turn: int) -> bool:
        """Speak with one voice; return whether it produced samples."""
        try:
            source = self._start(Child(voice.argv, self._stall_s, words=words + b"\n", has_secrets=True), turn)
        except OSError:
            return False
        try:
            rate_hz = _rate_hz(source) if voice.rate_hz is None else voice.rate_hz
            first = source.read() if rate_hz else b""
            if not first:
                return False
            self._carry(first, source, self._sink(rate_hz, turn), turn)
        finally:
            self._release(source)
        return True

    def _carry(self, first: bytes, source: Child, sink: Child, turn: int) -> None:
        """Play a voice's samples to their end."""
        ends = time.monotonic() + _LONGEST_S
        try:
            pcm = first
            while pcm and time.monotonic() < ends:
                whole = len(pcm) & ~1
                if not self._pour(pcm[:whole], sink):
                    break
                more = source.read()
                pcm = pcm[whole:] + more if more else b""
            self._drain(sink, turn)
        finally:
            self._release(sink)

    # ---- the device

    def _sink(self, rate_hz: int, turn: int) -> Child:
        device = self._settings.device
        argv = ["aplay", "-q", "-D", device, "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(rate_hz)]
        try:
            sink = Child([*argv, f"--buffer-time={_BUFFER_US}"], self._stall_s)
        except OSError as error:
            raise DeviceError(f"aplay cannot be run: {error.strerror}") from error
        self._start(sink, turn)
        sink.write(tones.silence(_WARM_UP_S, rate_hz))
        return sink

    def _pour(self, pcm: bytes, sink: Child) -> bool:
        """Write samples at the present volume. When that fails, `_drain` reports the reason."""
        if pcm:
            self._announce(_ANNOUNCED_S)  # while samples are played, and a little longer
        return sink.write(tones.scaled(pcm, self._loudness()))

    def _loudness(self) -> int:
        """Return the volume in percent: that of the screen is lower while the board announces a call."""
        is_ducked = self._name == "screen" and self._announcement.is_on
        return self._percent * self._settings.ducked_percent // 100 if is_ducked else self._percent

    def _announce(self, seconds: float) -> None:
        """Publish how long the board will be heard, for the screen's volume."""
        if self._name == "board":
            self._announcement.lasts(seconds)

    def _drain(self, sink: Child, turn: int) -> None:
        """Wait until everything was played.

        Raises:
            DeviceError: playing failed.
        """
        is_played = sink.end()
        if turn != self._turn:
            return
        if not is_played:
            raise DeviceError(sink.complaint() or "aplay accepts no samples")
        if self._status is SpeakerStatus.MISSING:
            log.info("the loudspeaker of the %s (%s) is back", self._name, self._settings.device)
        self._status = SpeakerStatus.NO_VOICE if self._mute else SpeakerStatus.READY

    def _lose(self, turn: int, why: str) -> None:
        with self._changed:
            if turn != self._turn:
                return
            self._queue.clear()
            was, self._status = self._status, SpeakerStatus.MISSING
        if was is not SpeakerStatus.MISSING:
            there = f"; there are: {', '.join(names)}" if (names := _device_names(self._stall_s)) else ""
            log.warning(
                "the loudspeaker of the %s (%s) is missing: %s%s", self._name, self._settings.device, why, there
            )

    def _note(self, voice: Voice, language: str, *, is_said: bool) -> None:
        """Record whether a voice works; a failure is logged once until the voice works again."""
        name = voice.name, language
        if is_said:
            self._mute.discard(name)
        elif name not in self._mute:
            self._mute.add(name)
            log.warning("no voice for %s: %s is missing or broken", language, voice.name)
        if self._status is not SpeakerStatus.MISSING:
            self._status = SpeakerStatus.NO_VOICE if self._mute else SpeakerStatus.READY

    def _start(self, child: Child, turn: int) -> Child:
        """Register a program so that `stop` kills it, also when `stop` was called just before."""
        with self._changed:
            self._children.append(child)
            if turn != self._turn:
                child.kill()
        return child

    def _release(self, child: Child) -> None:
        with self._changed:
            self._children.remove(child)
        child.close()


def _device_names(stall_s: float) -> list[str]:
    """Return the device names that `aplay -L` lists; none when it fails."""
    try:
        listed = subprocess.run(["aplay", "-L"], capture_output=True, text=True, timeout=stall_s, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return [line for line in listed.splitlines() if line and not line[0].isspace()]


def _rate_hz(source: Child) -> int:
    """Return the sample rate in a voice's WAV header, or 0 without a header."""
    header = source.read_exactly(_WAV_HEADER_BYTES)
    is_wav = len(header) == _WAV_HEADER_BYTES and header.startswith(b"RIFF")
    return int.from_bytes(header[_WAV_RATE], "little") if is_wav else 0
