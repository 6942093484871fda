"""systemd's end of the watchdog, for one process: how often it is fed, and how long it had to wait."""

from __future__ import annotations

import os
import socket
import threading
import time
from types import TracebackType


class FakeSystemd:
    """Hears what a process says to systemd. Give the process `environment`."""

    def __init__(self, process: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        name = f"kiosk-{process}-{os.getpid()}-{id(self)}"
        self._socket.bind(f"\0{name}")
        self.environment = {"NOTIFY_SOCKET": f"@{name}"}
        self.fed = 0
        self._last = self._longest_s = 0.0
        self._thread = threading.Thread(target=self._listen, name=f"systemd-{process}", daemon=True)
        self._thread.start()

    def __enter__(self) -> FakeSystemd:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RD)
        self._thread.join()
        self._socket.close()

    @property
    def longest_silence_s(self) -> float:
        """The longest that the watchdog was ever not fed, up to now, since it was fed first."""
        return max(self._longest_s, time.monotonic() - self._last) if self.fed else 0.0

    def _listen(self) -> None:
        while message := self._socket.recv(4096):
            if b"WATCHDOG=1" in message:
                now = time.monotonic()
                self._longest_s = max(self._longest_s, now - self._last) if self.fed else 0.0
                self._last, self.fed = now, self.fed + 1
