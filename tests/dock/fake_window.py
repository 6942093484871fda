"""A kiosk window that only exists on its mirror socket, as the screen's and the board's processes open one."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import suppress
from pathlib import Path

from PIL import Image

_LONG_POLL_S = 10.0


class FakeWindow:
    """Shows whatever picture the test puts on it, and remembers the fingers that touched it."""

    def __init__(self, path: Path, picture: Image.Image) -> None:
        self.touches: list[str] = []
        self.scene: dict[str, object] = {"screen": "welcome", "language": "vi", "targets": [], "texts": ["Xin chào!"]}
        self._version = 1
        self._picture = picture
        self._news = threading.Condition()
        self._is_closed = False
        self._connections: list[socket.socket] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._path = path
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def show(self, picture: Image.Image) -> None:
        """Paint another picture."""
        with self._news:
            self._picture = picture
            self._version += 1
            self._news.notify_all()

    def wait_for_touches(self, count: int, timeout_s: float = 5.0) -> list[str]:
        """Return the touches once there are `count` of them, or what there is when time is up."""
        with self._news:
            self._news.wait_for(lambda: len(self.touches) >= count, timeout_s)
            return list(self.touches)

    def close(self) -> None:
        """Go away as a killed process does: every connection drops, the socket file stays."""
        with self._news:
            self._is_closed = True
            self._news.notify_all()
        for connection in [self._listener, *self._connections]:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # The other side may go, or the test close us.
        with suppress(OSError, ValueError), connection.makefile("rwb") as line:
            for request in line:
                line.write(self._answer(request.decode().strip()))
                line.flush()

    def _answer(self, request: str) -> bytes:
        verb, *words = request.split()
        if verb == "scene":
            return json.dumps({"version": self._version, **self.scene}).encode() + b"\n"
        if verb != "frame":
            with self._news:
                self.touches.append(request)
                self._news.notify_all()
            return b""
        last = int(words[0])
        with self._news:
            self._news.wait_for(lambda: self._version != last or self._is_closed, _LONG_POLL_S)
            rgb = b"" if self._version == last else self._picture.convert("RGB").tobytes()
            size = {"width": self._picture.width, "height": self._picture.height}
            return json.dumps({"version": self._version, **size, "bytes": len(rgb)}).encode() + b"\n" + rgb
