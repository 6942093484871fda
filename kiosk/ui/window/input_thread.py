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
    """What else is heard: a scanner, or the panel."""

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
        self._signalled, self._signal = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._before: dict[int, object] = {}
        self._is_main = threading.current_thread() is threading.main_thread()
        if self._is_main:
            # Python runs its handlers in the main thread, which sleeps in SDL: the pipe wakes this thread instead.
            self._wakeup = signal.set_wakeup_fd(self._signal)
            self._before = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
        self._thread = thread("ear", self._listen)
        self._thread.start()

    def __enter__(self) -> InputThread:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and give the signals back."""
        os.write(self._signal, b"\0")
        self._thread.join()
        if self._is_main:
            signal.set_wakeup_fd(self._wakeup)
            for number, handler in self._before.items():
                signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal itself returned
        self._bell.close()
        os.close(self._signalled)
        os.close(self._signal)

    def _listen(self) -> None:
        while True:
            heard = [source.fileno() for source in self._sources]
            ready, _, _ = select.select([self._bell.fileno(), self._signalled, *heard], [], [])
            if self._signalled in ready:
                self._window.end()
                return
            if self._bell.fileno() in ready and self._bell.has_rung():
                self._window.ring()
            for source, fd in zip(self._sources, heard, strict=True):
                if fd in ready:
                    self._hear(source)

    def _hear(self, source: Source) -> None:
        """Pass on what there is; a card that was read is no longer known here when this returns."""
        things = source.read()
        for thing in things:
            self._window.tell(thing)
        if not things:
            self._window.ring()  # it went, or came back
