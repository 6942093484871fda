"""How each process is, as small files on tmpfs: cheap to write, gone with the power, never in the database.

A process has two files in `run/health/`. `<process>.json` is what it says of itself. `<process>.lock` it keeps locked
as long as it lives: a process number alone may be another process's by now. The line in it tells that number, and when
(by the machine's uptime) the process last said that its words still hold.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import math
import os
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from kiosk.closable import Closable
from kiosk.config import Home
from kiosk.decoding import json_of
from kiosk.files import open_file, read_file, replace_file

log = logging.getLogger(__name__)

_BEAT_S = 10.0
_BELIEVED_S = 60.0
"""Every process does a round at least every 20 s; systemd ends one that has done none for 60 s (WatchdogSec)."""

_FLOCK = "@hhqqi"
_WHOLE = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
_LINE = "{pid:>10} {uptime_s:>15.1f}\n"
"""Always as long, so that it can be written anew in its place when the disk is full."""
_NEVER_S = math.nan
"""Longer ago than anything."""


def health_file(home: Home, process: str) -> Path:
    """Return where a process says how it is."""
    return home.run / "health" / f"{process}.json"


class Health(Closable):
    """What this process says of itself. One thread uses it."""

    def __init__(self, home: Home, process: str) -> None:
        """Prepare; the files come with the first word.

        Args:
            process: `screen`, `board`, `counter`, `printer`, `sync` or `city`.
        """
        self._file = health_file(home, process)
        self._lock = -1
        self._told: dict[str, Any] | None = None
        self._beats_at_s = 0.0
        self._is_well = True

    def tell(self, facts: Mapping[str, Any]) -> None:
        """Say how this process is, after each round of its work; next to nothing is done while that stays the same.

        It never fails: a kiosk gives numbers also while this cannot be written. The log says so once, and once when it
        can be again; meanwhile nobody believes what was said before.

        Args:
            facts: JSON values; `pid` and `uptime_s` (of the machine, when this was written) are added.
        """
        now_s = _uptime_s()
        if facts == self._told and now_s < self._beats_at_s:
            return
        try:
            if facts != self._told:
                self._told = None
                said = {**facts, "pid": os.getpid(), "uptime_s": round(now_s, 1)}
                replace_file(self._file, msgspec.json.encode(said))
                self._told = dict(facts)
            self._beat(now_s)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._beat(_NEVER_S)
            self._note(error)
        else:
            self._note(None)

    def close(self) -> None:
        """Let everybody know that this process is gone, as its end would; closing twice is fine."""
        if self._lock >= 0:
            os.close(self._lock)
        self._lock = -1

    def _beat(self, uptime_s: float) -> None:
        if self._lock < 0:
            self._lock = _locked(self._file.with_suffix(".lock"))
        os.pwrite(self._lock, _LINE.format(pid=os.getpid(), uptime_s=uptime_s).encode(), 0)
        self._beats_at_s = uptime_s + _BEAT_S

    def _note(self, error: OSError | None) -> None:
        if error is not None and self._is_well:
            log.warning("%s; the work goes on, and `kiosk status` cannot tell how it does", error)
        elif error is None and not self._is_well:
            log.info("%s can be written again", self._file)
        self._is_well = error is None


def read_health(home: Home) -> dict[str, dict[str, Any]]:
    """Return what each process says of itself, by its name; nothing of one that never started.

    Each has `is_running`, and `is_current`: within the last minute it said that its words hold. The words of one that
    runs and is not current are left out: it could not write them, or hangs. `pid` is None where nobody knows it.
    """
    found: dict[str, dict[str, Any]] = {}
    for file in sorted({file.with_suffix(".json") for file in (home.run / "health").glob("[!.]*.*")}):
        pid, told_at_s = _life(file.with_suffix(".lock"))
        is_current = told_at_s is not None and _uptime_s() - told_at_s < _BELIEVED_S
        is_running = told_at_s is not None
        facts: dict[str, Any] = {}
        with contextlib.suppress(OSError, msgspec.DecodeError):
            facts = json_of(read_file(file), dict[str, Any])
        if not facts and not is_running:
            continue
        if is_running and not is_current:
            facts = {}
        found[file.stem] = {**facts, "is_running": is_running, "is_current": is_current and bool(facts), "pid": pid}
    return found


def _locked(file: Path) -> int:
    """Return the descriptor of a file that is ours as long as we live.

    Raises:
        OSError: it cannot be made, or another process has it.
    """
    handle = open_file(file, os.O_RDWR | os.O_CREAT, 0o660)
    try:
        if os.fstat(handle).st_uid == os.geteuid():
            os.fchmod(handle, 0o660)  # after one that root started by hand comes one of its own user
        fcntl.fcntl(handle, fcntl.F_OFD_SETLK, _WHOLE)
    except OSError as error:
        os.close(handle)
        if error.errno == errno.EAGAIN:
            raise OSError(errno.EBUSY, "another process of this name runs", str(file)) from error
        raise
    return handle


def _life(file: Path) -> tuple[int | None, float | None]:
    """Return a living process's number and when it last stood by its words; None, None for one that is gone."""
    try:
        handle = open_file(file)
    except OSError:
        return None, None
    try:
        # Asked and not tried: a lock of ours, however short, would keep a process from its own.
        (kind, *_) = struct.unpack(_FLOCK, fcntl.fcntl(handle, fcntl.F_OFD_GETLK, _WHOLE))
        if kind == fcntl.F_UNLCK:
            return None, None
        pid, told_at_s = os.pread(handle, 100, 0).split()
        return int(pid), float(told_at_s)
    except ValueError:
        return None, _NEVER_S
    finally:
        os.close(handle)


def _uptime_s() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)
