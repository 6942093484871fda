"""How many descriptors this process has: what comes and goes may leave none behind, so it may not be more after it.

It may be fewer: what an earlier test let go of is closed when its thread ends, or when it is collected.
"""

from __future__ import annotations

import gc
import time
from pathlib import Path

_LOOKS, _PAUSE_S = 5, 0.01


def open_descriptors() -> int:
    """Return the least of a few looks: a thread that reads a file has one more for that moment."""
    gc.collect()
    return min(_look() for _ in range(_LOOKS))


def _look() -> int:
    time.sleep(_PAUSE_S)
    return len(list(Path("/proc/self/fd").iterdir()))
