"""Sounds without words, and volume scaling: 16-bit mono samples, computed on first use."""

from __future__ import annotations

import math
from array import array
from functools import cache

from kiosk.model.spoken import Sound

RATE_HZ = 22_050
"""Sample rate of the sounds."""

_FULL = 32_767
_TONES = {
    # A falling third, E5 to C5, which does not alarm. Each tone fades under the next.
    Sound.CHIME: ((659.26, 0.0, 0.16), (523.25, 0.28, 0.22)),
    Sound.TICK: ((1200.0, 0.0, 0.006),),
    # The sound of a shop scanner, softer.
    Sound.BEEP: ((1975.53, 0.0, 0.03),),
}
"""Per tone: frequency in Hz, start in seconds, and the time in seconds in which it fades to a third."""
_LOUDNESS = 0.35
_FADED = 4.0
"""A tone is inaudible after this many fading times."""
_ATTACK_S = 0.004
"""Attack time: a tone that starts abruptly clicks."""


def silence(seconds: float, rate_hz: int) -> bytes:
    """Return samples of silence."""
    return bytes(2 * round(seconds * rate_hz))


def seconds(sound: Sound) -> float:
    """Return the duration of a sound."""
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
    """Return samples at a lower volume; half the percentage sounds about half as loud.

    Args:
        pcm: whole 16-bit samples.
    """
    if percent >= 100:
        return pcm
    gain = (percent / 100) ** 2
    return array("h", [int(sample * gain) for sample in array("h", pcm)]).tobytes()
