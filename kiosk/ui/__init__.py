"""The visitor's touch screen and the board, drawn with pygame; no other room imports it."""

from __future__ import annotations

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
