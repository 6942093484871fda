"""Keeping a process's data in its memory, and erasing what it frees.

The screen reads cards. Freed memory would keep their data until it is overwritten by chance: a name was found 41 s
after its visit. Python's strings cannot be overwritten in place, and each is copied several times (decoded, split,
composed), in C as well as in Python. So the allocator does it: glibc fills freed memory, with its caches of small
pieces off, and Python allocates every object from glibc. Both are selected when a process starts. Source: The GNU C
Library manual, "Memory Allocation Tunables"; Python documentation, PYTHONMALLOC.
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
"""The environment of a process that erases freed memory."""

_PR_SET_DUMPABLE = 4
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4


def erase_what_is_freed() -> None:
    """Restart this program in an environment that erases freed memory, unless it runs in one already."""
    if not ERASING.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **ERASING})


def keep_memory() -> None:
    """Prevent this process's memory from leaving it: no core dump, no access by its own user's other programs, no swap.
    Swap is prevented only if enough memory may be locked (`LimitMEMLOCK=infinity`).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY:
        # pages when they are first used: otherwise all mapped memory would be allocated at once
        libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT)
