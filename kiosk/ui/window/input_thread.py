"""The ear: hears commits, signals, keys and scans for a window that sleeps inside SDL, and wakes it."""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol

from kiosk.ports.bell import Bell
from kiosk.ports.panel import Felt
from kiosk.threads import thread
from kiosk.ui.window.window import Scanned, Window

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Source(Protocol):
    """What else is source_fds: a scanner, or the panel."""

    def fileno(self) -> int:
        """Return a descriptor that is readable once there may be something; another one after the device came back."""
        ...

    def read(self) -> Sequence[Felt | Scanned]:
        """Return what there is, without waiting."""
        ...


class InputThread:
    """A thread that sleeps until the bell rings, a device speaks or a signal comes, and tells the window."""

    def __init__(self, bell: Bell, window: Window, sources: Sequence[Source] = ()) -> None:
        self._bell = bell
        self._sources = sources
        self._window = window
        self._stop_reader, self._stop_writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._before: dict[int, object] = {}
        self._is_main = threading.current_thread() is threading.main_thread()
        if self._is_main:
            # Python runs its handlers in the main thread, which sleeps in SDL: the pipe wakes this thread instead.
            self._wakeup = signal.set_wakeup_fd(self._stop_writer)
            self._before = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
        self._thread = thread("input", self._listen)
        self._thread.start()

    def __enter__(self) -> InputThread:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and give the signals back."""
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
        """Pass on what there is; a card that was read is no longer known here when this returns."""
        items = source.read()
        for item in items:
            self._window.tell(item)
        if not items:
            self._window.ring()  # it went, or came back
