"""The visitor's touch screen and the board, drawn with pygame."""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import cast

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
for _unused in ("pygame.mixer", "pygame.mixer_music"):
    # pygame does without what it cannot import. Sounds go through ALSA, and the decoders of music cost 3 MB.
    sys.modules.setdefault(_unused, cast(ModuleType, None))
