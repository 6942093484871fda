"""A true scanner: a thread of its own opens it, reads it, and opens it again when it was gone. Its owner only takes.

So a scanner that hangs, or a picture that is hard to read, never holds up the screen, and whoever listens is woken by
a scan, by the scanner's coming and going and by another hint, and by nothing else.
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

_MOST_WAITING = 64
"""Scans that nobody takes; the oldest go."""
_FIRST_LOOK_S = 0.2
"""So long a new scanner is waited for, that one which is away is OFFLINE from the beginning. A camera takes longer, and
holds up nobody's first picture.
"""
_LOOK_AGAIN_S = 5.0
"""A scanner that is away is looked for so often; where its file appears in a folder, at once."""
_BREATH_S = 0.2
"""Between losing a scanner and looking for it: one that breaks whenever it is opened must not keep us busy."""
_LEAVE_S = 5.0


class Try(NamedTuple):
    """One try to read something: the scan if it was one, and the seconds that it took."""

    scan: Scan | None
    seconds: float


class Session(Protocol):
    """A scanner as long as it is there."""

    @property
    def hint(self) -> Hint | None:
        """What would help it now."""
        ...

    def read(self, stop: int) -> Sequence[Try]:
        """Return what was tried since the last call; wait for it, but no longer than until `stop` is readable.

        Raises:
            OSError: it is gone.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Source(Protocol):
    """A scanner by its place: `name` tells people which, `path` is the file that appears when it is plugged in."""

    @property
    def name(self) -> str: ...

    @property
    def path(self) -> Path | None: ...

    def open(self) -> Session:
        """Return the scanner, opened for this process alone.

        Raises:
            OSError: it is not there, or another process has it.
        """
        ...


@dataclass
class Tally:
    """How well a scanner does: how often it tried and read, what is held up anew or still, and the time all took."""

    tries: int = 0
    hits: int = 0
    seconds: float = 0.0

    def add(self, one: Try) -> None:
        """Count a try."""
        self.tries += 1
        self.hits += one.scan is not None
        self.seconds += one.seconds


class SupervisedScanner:
    """A scanner that a thread attends to; see `port.Scanner`. `trouble` is why it is OFFLINE."""

    def __init__(self, source: Source, clock: Clock) -> None:
        self._source = source
        self._repeats = Repeats(clock)
        self._scans: deque[Scan] = deque(maxlen=_MOST_WAITING)
        self._is_there, self._is_known = False, False
        self._hint: Hint | None = None
        self._is_closed = False
        self.trouble: OSError | None = None
        self.tally = Tally()
        self._news = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._stop = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._has_looked = threading.Event()
        self._thread = thread("scanner", self._attend)
        self._thread.start()
        self._has_looked.wait(_FIRST_LOOK_S)
        self._heard()  # its owner sees how it is without being woken

    @property
    def name(self) -> str:
        """Which scanner it is."""
        return self._source.name

    @property
    def status(self) -> ScannerStatus:
        """Whether it is there; one that is still being opened for the first time is not yet called away."""
        is_opening = not (self._is_known or self._is_closed)
        return ScannerStatus.READY if self._is_there or is_opening else ScannerStatus.OFFLINE

    @property
    def hint(self) -> Hint | None:
        """What would help it to read what is held up."""
        return self._hint

    def fileno(self) -> int:
        """Return what is readable when something was read, or the scanner came or went; -1 once it is closed."""
        return -1 if self._is_closed else self._news

    def read(self) -> list[Scan]:
        """Return what was read since the last call."""
        self._heard()
        return [self._scans.popleft() for _ in range(len(self._scans))]

    def close(self) -> None:
        """Let go of the scanner; closing twice is fine."""
        if self._is_closed:
            return
        os.eventfd_write(self._stop, 1)
        self._thread.join(_LEAVE_S)
        self._is_closed, self._is_there, self._hint = True, False, None
        self._scans.clear()
        if not self._thread.is_alive():  # a camera that hangs keeps what it still looks at
            os.close(self._news)
            os.close(self._stop)

    # ---- the thread

    def _attend(self) -> None:
        pause_s = 0.0
        while not _is_readable(self._stop, pause_s):
            try:
                with closing(_Arrivals(self._source.path)) as arrivals:
                    self._serve(arrivals)
                pause_s = _BREATH_S
            except Exception:  # the top of this thread: what a vendor's library thinks of must not end it
                log.exception("the scanner broke: %s", self.name)
                self._is_away(None)
                pause_s = _LOOK_AGAIN_S

    def _serve(self, arrivals: _Arrivals) -> None:
        """Read from the scanner for as long as it is there; else wait until it may be."""
        try:
            session = self._source.open()
        except OSError as error:
            self._is_away(error)
            arrivals.wait(self._stop, _LOOK_AGAIN_S)
            return
        with closing(session):
            self._is_here()
            try:
                while not _is_readable(self._stop, 0):
                    self._look(session)
            except OSError as error:
                self._is_away(error)

    def _look(self, session: Session) -> None:
        """Take what was read; when this returns, this thread knows nothing of it any more."""
        for one in session.read(self._stop):
            self._take(one)
        self._show(session.hint)

    def _take(self, one: Try) -> None:
        self.tally.add(one)
        if one.scan is not None and not self._repeats.is_again(one.scan.payload):
            self._scans.append(one.scan)
            self._tell()

    def _show(self, hint: Hint | None) -> None:
        if hint is not self._hint:
            self._hint = hint
            self._tell()

    def _is_here(self) -> None:
        log.info("the scanner is there: %s", self.name)
        self.trouble = None
        self._is_there = True
        self._tell()

    def _is_away(self, error: OSError | None) -> None:
        is_news = self._is_there or not self._is_known
        if is_news and error is not None:
            log.warning("the scanner is not there: %s: %s", self.name, error.strerror or error)
        self.trouble = error
        self._is_there, self._hint = False, None
        if is_news:
            self._tell()

    def _tell(self) -> None:
        self._is_known = True  # before its owner wakes and asks
        os.eventfd_write(self._news, 1)
        self._has_looked.set()

    def _heard(self) -> None:
        if not self._is_closed:
            with suppress(BlockingIOError):
                os.eventfd_read(self._news)


class _Arrivals:
    """Tells when a file may have appeared: something was made in its folder, or in the nearest folder there is."""

    def __init__(self, path: Path | None) -> None:
        self._inotify = INotify(nonblocking=True)
        folder = next((one for one in path.parents if one.is_dir()), None) if path is not None else None
        if folder is not None:
            # ATTRIB: udev first makes a device file, and then gives it to us.
            self._inotify.add_watch(folder, flags.CREATE | flags.MOVED_TO | flags.ATTRIB)

    def wait(self, stop: int, longest_s: float) -> None:
        """Wait for it, until `stop` is readable, or so long."""
        select.select([self._inotify, stop], [], [], longest_s)

    def close(self) -> None:
        """Watch no longer."""
        self._inotify.close()


def _is_readable(fd: int, within_s: float) -> bool:
    return bool(select.select([fd], [], [], within_s)[0])
