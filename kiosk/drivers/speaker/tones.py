"""Sounds that are no words, and how loud they are: 16-bit mono samples made when they are first needed."""

from __future__ import annotations

import math
from array import array
from functools import cache

from kiosk.model.spoken import Sound

RATE_HZ = 22_050
"""Samples a second of what is made here."""

_FULL = 32_767
_TONES = {
    # A falling third, E5 to C5: it calls without alarming. Each tone rings on under the next.
    Sound.CHIME: ((659.26, 0.0, 0.16), (523.25, 0.28, 0.22)),
    Sound.TICK: ((1200.0, 0.0, 0.006),),
    # What every till's scanner sounds like, made softer.
    Sound.BEEP: ((1975.53, 0.0, 0.03),),
}
"""Of each tone: its hertz, the second it begins at, and the seconds in which it fades to a third."""
_LOUDNESS = 0.35
_FADED = 4.0
"""After so many times its fading a tone is no longer heard."""
_ATTACK_S = 0.004
"""A tone that begins at once clicks."""


def silence(seconds: float, rate_hz: int) -> bytes:
    """Return samples of nothing."""
    return bytes(2 * round(seconds * rate_hz))


def seconds(sound: Sound) -> float:
    """Return how long a sound is heard."""
    return max(start + _FADED * fade for _, start, fade in _TONES[sound])


@cache
def samples(sound: Sound) -> bytes:
    """Return a sound as little-endian samples at `RATE_HZ`."""
    wave = [0.0] * round(seconds(sound) * RATE_HZ)
    for hertz, start_s, fade_s in _TONES[sound]:
        turn = 2 * math.pi * hertz / RATE_HZ
        first = round(start_s * RATE_HZ)
        for step in range(min(len(wave) - first, round(_FADED * fade_s * RATE_HZ))):
            swing = math.sin(turn * step) + 0.25 * math.sin(2 * turn * step)
            wave[first + step] += swing * math.exp(-step / (fade_s * RATE_HZ)) * min(1.0, step / (_ATTACK_S * RATE_HZ))
    return array("h", (round(_LOUDNESS * _FULL * swing) for swing in wave)).tobytes()


def scaled(pcm: bytes, percent: int) -> bytes:
    """Return samples made quieter; half as many percent are about half as loud to the ear.

    Args:
        pcm: whole 16-bit samples.
    """
    if percent >= 100:
        return pcm
    gain = (percent / 100) ** 2
    return array("h", [int(sample * gain) for sample in array("h", pcm)]).tobytes()
