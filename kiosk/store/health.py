"""The health of each process, in small files on tmpfs: cheap to write, gone after a power cut, never in the database.

A process has two files in `run/health/`. `<process>.json` is its report about itself. `<process>.lock` stays locked as
long as the process lives, because another process may have its number by now. The line in it contains that number, and
when (by the machine's uptime) the process last confirmed its report.
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
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosk.closable import Closable
from kiosk.config import Home
from kiosk.decoding import json_of
from kiosk.files import open_file, read_file, replace_file
from kiosk.model.health import HEALTH, ProcessHealth
from kiosk.records import Record

log = logging.getLogger(__name__)

_BEAT_S = 10.0
_BELIEVED_S = 60.0
"""Every process does a round at least every 20 s; systemd ends one without a round for 60 s (WatchdogSec)."""

_FLOCK = "@hhqqi"
_WHOLE = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
_LINE = "{pid:>10} {uptime_s:>15.1f}\n"
"""Always the same length, so that it can be overwritten in place on a full disk."""
_NEVER_S = math.nan
"""Counts as longer ago than any time."""


def health_file(home: Home, process: str) -> Path:
    """Return the health file of a process."""
    return home.run / "health" / f"{process}.json"


Kind = TypeVar("Kind", bound=ProcessHealth)


class ProcessState(Record):
    """A process as other processes see it.

    `is_current`: it confirmed its report within the last minute. `health` is None if nothing is known: the file is
    missing or damaged, or the process runs and cannot write it, or hangs. `pid` is None if unknown.
    """

    is_running: bool
    is_current: bool
    pid: int | None
    health: ProcessHealth | None


class ProcessStates(Record):
    """Every process that was started since the machine booted, by name."""

    states: dict[str, ProcessState]

    def health_of(self, kind: type[Kind]) -> Kind:
        """Return the report of a running process; empty if nothing is known."""
        state = self.states.get(kind.process)
        known = state.health if state is not None and state.is_running else None
        return known if isinstance(known, kind) else kind()


class Health(Closable):
    """The health file of this process. One thread uses it."""

    def __init__(self, home: Home, process: str) -> None:
        """Prepare; the first report creates the files.


        Args:
            process: `screen`, `board`, `counter`, `printer`, `sync` or `city`.
        """
        self._file = health_file(home, process)
        self._lock = -1
        self._told: ProcessHealth | None = None
        self._beats_at_s = 0.0
        self._is_well = True

    def tell(self, health: ProcessHealth) -> None:
        """Write this process's report, after each round of its work; this costs almost nothing while the report stays
        the same.

        It never fails: a kiosk issues numbers also if this cannot be written. The log says so once, and once when it
        works again; until then nobody believes the last report. The file also gets `pid`, and `uptime_s` (of the
        machine, when this was written).
        """
        now_s = _uptime_s()
        if health == self._told and now_s < self._beats_at_s:
            return
        try:
            if health != self._told:
                self._told = None
                said = {**msgspec.to_builtins(health), "pid": os.getpid(), "uptime_s": round(now_s, 1)}
                replace_file(self._file, msgspec.json.encode(said))
                self._told = health
            self._beat(now_s)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._beat(_NEVER_S)
            self._note(error)
        else:
            self._note(None)

    def close(self) -> None:
        """Release the lock, as the end of the process would; closing twice is fine."""
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


def read_health(home: Home) -> ProcessStates:
    """Return the report of each process; processes that never started are missing."""
    found: dict[str, ProcessState] = {}
    for file in sorted({file.with_suffix(".json") for file in (home.run / "health").glob("[!.]*.*")}):
        pid, told_at_s = _life(file.with_suffix(".lock"))
        is_running = told_at_s is not None
        is_current = told_at_s is not None and _uptime_s() - told_at_s < _BELIEVED_S
        health = _read(file) if is_current or not is_running else None
        if is_running or health is not None:
            found[file.stem] = ProcessState(is_running, is_current and health is not None, pid, health)
    return ProcessStates(found)


def _read(file: Path) -> ProcessHealth | None:
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return json_of(read_file(file), HEALTH.get(file.stem, ProcessHealth))
    return None


def _locked(file: Path) -> int:
    """Return the descriptor of a file that stays locked as long as this process lives.


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
    """Return a living process's number and the time of its last confirmation; None, None for one that has ended."""
    try:
        handle = open_file(file)
    except OSError:
        return None, None
    try:
        # Query, not try: even a short lock of ours would keep a process from its own.
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
