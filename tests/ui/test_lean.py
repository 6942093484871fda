"""A window loads no part of pygame that it does not use: on a Pi each costs memory for months."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """\
import kiosk.ui.window.window
import pygame.image, pygame.font
print(open("/proc/self/maps").read())
"""


def test_a_window_loads_no_decoder_of_music() -> None:
    maps = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True).stdout
    assert "libSDL2" in maps
    assert "mixer" not in maps
    assert "fluidsynth" not in maps
