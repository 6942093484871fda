"""Keeps what a process knows in its memory, and erases there what it has let go of.

The screen reads cards. What it frees would lie in its memory until something else is written there by chance: a name
was found 41 s after its visit. Python's texts cannot be overwritten in place, and each is copied on its way (decoded,
split, composed), in C as well as in Python. So the allocator does it: glibc fills what is freed, its caches of small
pieces being off, and Python takes every object from glibc. Both are chosen when a process starts.

Source: The GNU C Library manual, "Memory Allocation Tunables"; Python documentation, PYTHONMALLOC.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Mapping

ERASING: Mapping[str, str] = {
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.perturb=85:glibc.malloc.tcache_count=0",
}
"""The environment in which a process erases what it frees."""

_PR_SET_DUMPABLE = 4
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4


def erase_what_is_freed() -> None:
    """Go on as a process that erases what it frees; where this is none yet, its program begins anew in its place."""
    if not ERASING.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **ERASING})


def keep_memory() -> None:
    """Let nothing of this process's memory out: no core dump, no look by its own user's other programs, no swap.

    Swap is forbidden only where as much memory as may be needed can be locked (`LimitMEMLOCK=infinity`).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY:
        # Pages as they come to be used: all that is only mapped would be taken at once otherwise.
        libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT)
