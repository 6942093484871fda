"""Disks that are full, or may only be read, without harming this machine's own."""

from __future__ import annotations

import contextlib
import os
import resource
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def no_room(beyond_bytes: int = 0) -> Iterator[None]:
    """Let this process write nothing to a regular file beyond so many bytes, as on a full disk: an OSError (EFBIG)."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (beyond_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def own_mounts(script: str, *command: str) -> list[str]:
    """Return a command that runs `script` (mounts, in sh) and then `command`, in mounts that nobody else has."""
    return ["unshare", "--mount", "--propagation", "private", "sh", "-ec", f'{script}\nexec "$@"', "sh", *command]


def tmpfs(folder: Path, size_bytes: int, options: str = "") -> str:
    """Return the line of a script that mounts a small file system of its own on a folder."""
    return f"mount -t tmpfs -o size={size_bytes},mode=0755{options} none {shlex.quote(str(folder))}"


def _may_mount() -> bool:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    tried = subprocess.run(own_mounts("mount -t tmpfs none /mnt", "true"), capture_output=True, check=False)
    return tried.returncode == 0


needs_mounts = pytest.mark.skipif(not _may_mount(), reason="only root may mount, and not in every container")
