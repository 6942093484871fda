"""The input thread: waits for commits, signals, keys and scans, and wakes the window, which sleeps inside SDL."""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Sequence
from typing import Protocol

from kiosk.closable import Closable
from kiosk.ports.bell import Bell
from kiosk.ports.panel import Felt
from kiosk.threads import thread
from kiosk.ui.window.window import Scanned, Window

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Source(Protocol):
    """Another input: a scanner, a panel, or a display."""

    def fileno(self) -> int:
        """Return a descriptor that is readable when there may be input. It may change when the device reconnects."""
        ...

    def read(self) -> Sequence[Felt | Scanned]:
        """Return the pending input without blocking."""
        ...


class InputThread(Closable):
    """A thread that waits for a commit, device input or a signal, and forwards it to the window."""

    def __init__(self, bell: Bell, window: Window, sources: Sequence[Source] = ()) -> None:
        self._bell = bell
        self._sources = sources
        self._window = window
        self._stop_reader, self._stop_writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._before: dict[int, object] = {}
        self._is_main = threading.current_thread() is threading.main_thread()
        if self._is_main:
            # Python runs signal handlers in the main thread, which sleeps in SDL. The pipe wakes this thread instead.
            self._wakeup = signal.set_wakeup_fd(self._stop_writer)
            self._before = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
        self._thread = thread("input", self._listen)
        self._thread.start()

    def close(self) -> None:
        """Stop the thread and restore the signal handlers."""
        os.write(self._stop_writer, b"\0")
        self._thread.join()
        if self._is_main:
            signal.set_wakeup_fd(self._wakeup)
            for number, handler in self._before.items():
                signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal itself returned
        self._bell.close()
        os.close(self._stop_reader)
        os.close(self._stop_writer)

    def _listen(self) -> None:
        while True:
            source_fds = [source.fileno() for source in self._sources]
            ready, _, _ = select.select([self._bell.fileno(), self._stop_reader, *source_fds], [], [])
            if self._stop_reader in ready:
                self._window.end()
                return
            if self._bell.fileno() in ready and self._bell.has_rung():
                self._window.ring()
            for source, fd in zip(self._sources, source_fds, strict=True):
                if fd in ready:
                    self._forward(source)

    def _forward(self, source: Source) -> None:
        """Forward the pending input. No reference to a scanned card remains here when this returns."""
        items = source.read()
        for item in items:
            self._window.tell(item)
        if not items:
            self._window.ring()  # the device was disconnected or reconnected
