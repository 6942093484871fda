"""Control files of simulated devices: requests of other processes, replaced atomically and noticed at once."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
from inotify_simple import INotify, flags

from kiosk.decoding import json_of
from kiosk.files import make_folder, open_file, read_file, replace_file

log = logging.getLogger(__name__)

_T = TypeVar("_T", bound=msgspec.Struct)


def load(file: Path, kind: type[_T]) -> _T:
    """Return the content of the control file; the defaults when it is missing or cannot be read."""
    try:
        return json_of(read_file(file), kind)
    except FileNotFoundError:
        return kind()
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s cannot be read and is ignored: %s", file, error)
        return kind()


def change(file: Path, kind: type[_T], edit: Callable[[_T], _T]) -> None:
    """Edit the control file under a lock, so that two processes at once lose no change.

    Raises:
        OSError: the run directory cannot be written.
    """
    with os.fdopen(open_file(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT), "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        replace_file(file, msgspec.json.encode(edit(load(file, kind))))


class Watch:
    """Detects that a control file was replaced, without polling."""

    def __init__(self, file: Path) -> None:
        make_folder(file.parent)
        self._name = file.name
        self._inotify = INotify(nonblocking=True)
        self._inotify.add_watch(file.parent, flags.MOVED_TO | flags.CLOSE_WRITE)

    def fileno(self) -> int:
        """Return a descriptor that becomes readable, for poll and asyncio."""
        return int(self._inotify.fileno())

    def has_changed(self) -> bool:
        """Return whether the file was replaced since the last call."""
        with contextlib.suppress(BlockingIOError):
            return any(event.name == self._name for event in self._inotify.read(timeout=0))
        return False

    def close(self) -> None:
        """Stop watching; closing twice is fine."""
        self._inotify.close()
