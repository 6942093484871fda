"""A real scanner: a thread opens it, reads it, and opens it again after a disconnection. Its owner only takes scans.

So a scanner that hangs, or a picture that takes long to decode, never blocks the screen. The owner is woken only by a
scan, a connection, a disconnection or a new hint.
"""

from __future__ import annotations

import logging
import os
import select
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from inotify_simple import INotify, flags

from kiosk.clock import Clock
from kiosk.drivers.scanner.repeats import Repeats
from kiosk.model.hint import Hint
from kiosk.ports.scanner import Scan, ScannerStatus
from kiosk.threads import thread

log = logging.getLogger(__name__)

_MAX_QUEUED = 64
"""Limit of scans that were not taken; the oldest are dropped."""
_FIRST_OPEN_TIMEOUT_S = 0.2
"""A scanner that does not open within this time counts as OFFLINE at first. A camera takes longer and must not delay
the first frame of the screen.
"""
_REOPEN_INTERVAL_S = 5.0
"""Interval between attempts to open a missing scanner. When its file appears in a folder, it is opened at once."""
_REOPEN_PAUSE_S = 0.2
"""Pause before reopening a lost scanner, so that one that fails after every opening causes no busy loop."""
_JOIN_TIMEOUT_S = 5.0


class Try(NamedTuple):
    """One attempt to read a code: the scan, if there was one, and the time it took in seconds."""

    scan: Scan | None
    seconds: float


class Session(Protocol):
    """An open scanner, until it is closed or disconnected."""

    @property
    def hint(self) -> Hint | None:
        """The present advice for the visitor."""
        ...

    def read(self, stop: int) -> Sequence[Try]:
        """Wait for input and return the attempts since the last call; return early when `stop` becomes readable.

        Raises:
            OSError: the scanner is disconnected.
        """
        ...

    def close(self) -> None:
        """Close the scanner."""
        ...


class Source(Protocol):
    """A scanner that can be opened. `name` is for people, `path` the device file that appears when it is plugged in."""

    @property
    def name(self) -> str: ...

    @property
    def path(self) -> Path | None: ...

    def open(self) -> Session:
        """Open the scanner exclusively.

        Raises:
            OSError: it is not connected, or another process uses it.
        """
        ...


@dataclass
class Tally:
    """Statistics of a scanner: attempts, readings, new and repeated codes, and the time they took."""

    tries: int = 0
    hits: int = 0
    seconds: float = 0.0

    def add(self, one: Try) -> None:
        """Count an attempt."""
        self.tries += 1
        self.hits += one.scan is not None
        self.seconds += one.seconds


class SupervisedScanner:
    """A scanner that a thread reads; see the Scanner port. `trouble` is the reason for OFFLINE."""

    def __init__(self, source: Source, clock: Clock) -> None:
        self._source = source
        self._repeats = Repeats(clock)
        self._scans: deque[Scan] = deque(maxlen=_MAX_QUEUED)
        self._is_there, self._is_known = False, False
        self._hint: Hint | None = None
        self._is_closed = False
        self.trouble: OSError | None = None
        self.tally = Tally()
        self._news = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._stop = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._has_looked = threading.Event()
        self._thread = thread("scanner", self._run)
        self._thread.start()
        self._has_looked.wait(_FIRST_OPEN_TIMEOUT_S)
        self._reset_notification()  # its owner sees how it is without being woken

    @property
    def name(self) -> str:
        """The name of the scanner."""
        return self._source.name

    @property
    def status(self) -> ScannerStatus:
        """Whether the scanner is connected. While it is opened for the first time it does not count as OFFLINE."""
        is_opening = not (self._is_known or self._is_closed)
        return ScannerStatus.READY if self._is_there or is_opening else ScannerStatus.OFFLINE

    @property
    def hint(self) -> Hint | None:
        """The present advice for the visitor."""
        return self._hint

    def fileno(self) -> int:
        """Return a descriptor that is readable after a scan or a change of status or hint; -1 after `close`."""
        return -1 if self._is_closed else self._news

    def read(self) -> list[Scan]:
        """Return the scans since the last call."""
        self._reset_notification()
        return [self._scans.popleft() for _ in range(len(self._scans))]

    def close(self) -> None:
        """Stop the thread and close the scanner; closing twice is fine."""
        if self._is_closed:
            return
        os.eventfd_write(self._stop, 1)
        self._thread.join(_JOIN_TIMEOUT_S)
        self._is_closed, self._is_there, self._hint = True, False, None
        self._scans.clear()
        if not self._thread.is_alive():  # a hanging camera driver still uses its descriptors
            os.close(self._news)
            os.close(self._stop)

    # ---- the thread

    def _run(self) -> None:
        pause_s = 0.0
        while not _is_readable(self._stop, pause_s):
            try:
                with closing(_Arrivals(self._source.path)) as arrivals:
                    self._serve(arrivals)
                pause_s = _REOPEN_PAUSE_S
            except Exception:  # the top of this thread: an error of a vendor's library must not end it
                log.exception("the scanner failed: %s", self.name)
                self._note_offline(None)
                pause_s = _REOPEN_INTERVAL_S

    def _serve(self, arrivals: _Arrivals) -> None:
        """Read from the scanner while it is connected; otherwise wait until it may be connected."""
        try:
            session = self._source.open()
        except OSError as error:
            self._note_offline(error)
            arrivals.wait(self._stop, _REOPEN_INTERVAL_S)
            return
        with closing(session):
            self._note_connected()
            try:
                while not _is_readable(self._stop, 0):
                    self._read_once(session)
            except OSError as error:
                self._note_offline(error)

    def _read_once(self, session: Session) -> None:
        """Queue the scans. This thread keeps no reference to them when this returns."""
        for one in session.read(self._stop):
            self._take(one)
        self._show(session.hint)

    def _take(self, one: Try) -> None:
        self.tally.add(one)
        if one.scan is not None and not self._repeats.is_again(one.scan.payload):
            self._scans.append(one.scan)
            self._notify()

    def _show(self, hint: Hint | None) -> None:
        if hint is not self._hint:
            self._hint = hint
            self._notify()

    def _note_connected(self) -> None:
        log.info("the scanner is connected: %s", self.name)
        self.trouble = None
        self._is_there = True
        self._notify()

    def _note_offline(self, error: OSError | None) -> None:
        is_news = self._is_there or not self._is_known
        if is_news and error is not None:
            log.warning("the scanner is offline: %s: %s", self.name, error.strerror or error)
        self.trouble = error
        self._is_there, self._hint = False, None
        if is_news:
            self._notify()

    def _notify(self) -> None:
        self._is_known = True  # before its owner wakes and asks
        os.eventfd_write(self._news, 1)
        self._has_looked.set()

    def _reset_notification(self) -> None:
        if not self._is_closed:
            with suppress(BlockingIOError):
                os.eventfd_read(self._news)


class _Arrivals:
    """Detects when a file may have appeared: a change in its folder, or in the nearest existing folder."""

    def __init__(self, path: Path | None) -> None:
        self._inotify = INotify(nonblocking=True)
        folder = next((one for one in path.parents if one.is_dir()), None) if path is not None else None
        if folder is not None:
            # ATTRIB: udev first creates a device file, then sets its owner.
            self._inotify.add_watch(folder, flags.CREATE | flags.MOVED_TO | flags.ATTRIB)

    def wait(self, stop: int, longest_s: float) -> None:
        """Wait for a change, until `stop` is readable, or for `longest_s`."""
        select.select([self._inotify, stop], [], [], longest_s)

    def close(self) -> None:
        """Stop watching."""
        self._inotify.close()


def _is_readable(fd: int, within_s: float) -> bool:
    return bool(select.select([fd], [], [], within_s)[0])
