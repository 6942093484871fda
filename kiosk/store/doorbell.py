"""Notification of commits: a thread that notices every commit of any process on the same database file.

inotify reports a write to the write-ahead log, which is a moment before the commit is visible (SQLite writes, syncs,
then publishes). So the thread then reads `PRAGMA data_version` at growing intervals until it has changed. It uses no
processor time while nothing is written.
"""

from __future__ import annotations

import os
import select
import signal
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from kiosk.closable import Closable
from kiosk.files import make_folder
from kiosk.threads import thread

_LOOKS_S = (0.0, *(0.0005 * 1.5**n for n in range(32)))
"""Pauses before each check after a write to the log. A commit is noticed after at most one and a half times the
duration of its disk sync, however long that is. All checks together take 2 ms of processor time.
"""


class Doorbell(Closable):
    """Rings after every commit. It has a file descriptor, for select, asyncio and a plain wait."""

    def __init__(self, database: Path, health: Path | None = None) -> None:
        """Watch a database file. It need not exist yet, nor be sound; its folder must exist.


        Args:
            health: a health file whose news ring too; it need not be there yet either.
        """
        self._database = database
        self._rung = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._stop = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        from inotify_simple import INotify, flags  # brings ctypes: commands hear no bell

        self._inotify = INotify()
        # The folder, not the file: SQLite may delete the log and create it again.
        folder = self._inotify.add_watch(str(database.parent), flags.MODIFY | flags.CREATE | flags.MOVED_TO)
        self._written = {(folder, database.name), (folder, f"{database.name}-wal")}
        self._told: set[tuple[int, str]] = set()
        if health is not None:
            make_folder(health.parent)
            self._told.add((self._inotify.add_watch(str(health.parent), flags.MOVED_TO), health.name))
        self._is_closed = False
        self._thread = thread("doorbell", self._listen)
        self._thread.start()

    def fileno(self) -> int:
        """Return a descriptor that is readable from a commit until `has_rung` is called."""
        return self._rung

    def has_rung(self) -> bool:
        """Tell whether anything was committed since the last call, and reset that."""
        try:
            return os.eventfd_read(self._rung) > 0
        except BlockingIOError:
            return False

    def wait(self, timeout_s: float | None) -> bool:
        """Wait for a ring, at most `timeout_s` seconds (None: without limit); return whether it came."""
        select.select([self._rung], [], [], timeout_s)
        return self.has_rung()

    def ring(self) -> None:
        """Wake the waiting thread of this process, like a commit; safe in a signal handler."""
        os.eventfd_write(self._rung, 1)

    def close(self) -> None:
        """Stop listening; closing twice is fine."""
        if self._is_closed:
            return
        self._is_closed = True
        os.eventfd_write(self._stop, 1)
        self._thread.join()
        self._inotify.close()
        os.close(self._rung)
        os.close(self._stop)

    def _listen(self) -> None:
        # A commit between the caller's opening and this moment would otherwise be missed.
        self.ring()
        with _Versions(self._database) as versions:
            versions.has_changed()
            looks: Iterator[float] = iter(())
            while True:
                ready = select.select([self._inotify, self._stop], [], [], next(looks, None))[0]
                if self._stop in ready:
                    return
                heard = self._heard() if self._inotify in ready else set()
                if heard & self._written:
                    looks = iter(_LOOKS_S)  # also during earlier checks: the next commit may come at once
                if heard & self._told:
                    self.ring()
                if versions.has_changed():
                    self.ring()

    def _heard(self) -> set[tuple[int, str]]:
        """Return which of the watched files changed."""
        return {(event.wd, event.name) for event in self._inotify.read(timeout=0)}


class _Versions:
    """The data version of a file, as one connection sees it; a file that cannot be read has none."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = None
        self._seen: int | None = None

    def __enter__(self) -> _Versions:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def has_changed(self) -> bool:
        """Tell whether anything was committed since the last call, or the file became readable or unreadable."""
        seen, self._seen = self._seen, self._version()
        return self._seen != seen

    def _version(self) -> int | None:
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, isolation_level=None)
            # The header is read first: a damaged file has a data version too.
            self._connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.DatabaseError:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return None


def set_by_signals(bell: Doorbell) -> threading.Event:
    """Return an event that SIGTERM and Ctrl-C set; they also ring the bell, so that its waiter checks."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()
        bell.ring()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return ended
