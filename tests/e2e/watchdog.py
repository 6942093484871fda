"""systemd's end of the watchdog: which process feeds it how often, and how long it had to wait."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from types import TracebackType

_CREDENTIALS = struct.Struct("iII")
"""Process, user and group of who sent a message. Source: unix(7), SCM_CREDENTIALS."""


class FakeSystemd:
    """Hears what processes say to systemd. Give them `environment`."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        name = f"kiosk-systemd-{os.getpid()}-{id(self)}"
        self._socket.bind(f"\0{name}")
        self.environment = {"NOTIFY_SOCKET": f"@{name}"}
        self._fed: dict[int, tuple[float, float]] = {}
        self._thread = threading.Thread(target=self._listen, name="systemd", daemon=True)
        self._thread.start()

    def __enter__(self) -> FakeSystemd:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RD)
        self._thread.join()
        self._socket.close()

    def longest_silence_s(self, pid: int) -> float:
        """Return the longest that a process did not feed it, up to now, since it did so first.

        Raises:
            KeyError: it never did.
        """
        last, longest_s = self._fed[pid]
        return max(longest_s, time.monotonic() - last)

    def _listen(self) -> None:
        while True:
            message, ancillary, _, _ = self._socket.recvmsg(4096, socket.CMSG_SPACE(_CREDENTIALS.size))
            if not message:
                return
            pid = _CREDENTIALS.unpack(ancillary[0][2])[0]
            if b"WATCHDOG=1" in message:
                now = time.monotonic()
                last, longest_s = self._fed.get(pid, (now, 0.0))
                self._fed[pid] = now, max(longest_s, now - last)
