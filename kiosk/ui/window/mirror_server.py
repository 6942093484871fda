"""The mirror: a Unix socket through which the dock and the demo see and touch a window.

A client writes lines:

    frame LAST      answered as soon as the version differs from LAST, after 10 s at the latest: one JSON line
                    {version, width, height, bytes}, then `bytes` bytes of RGB (0 when nothing has changed)
    scene           one JSON line: {screen, version, language, targets: [{id, label, rect, is_main}], texts, spoken}
    down X Y        a finger comes down, in pixels; no answer
    up X Y          it is lifted; no answer
    key NAME        one of the four keys: previous, next, choose or speak; no answer

A touch passes through SDL's event queue, like a real one. Without clients the mirror costs one sleeping thread.
"""

from __future__ import annotations

import math
import os
import socket
import threading
from contextlib import suppress
from io import BufferedRWPair
from pathlib import Path
from typing import Any

import msgspec

from kiosk.closable import Closable
from kiosk.files import make_folder
from kiosk.ports.panel import Key
from kiosk.threads import thread
from kiosk.ui.drawing.canvas import Canvas
from kiosk.ui.window.window import Touch, Window

_LONG_POLL_S = 10.0
_LINE_BYTES = 256


class Mirror(Closable):
    """Serves one window on a socket that only its owner can open."""

    def __init__(self, path: Path, window: Window) -> None:
        self._path = path
        self._window = window
        self._clients: dict[socket.socket, threading.Thread] = {}
        make_folder(path.parent)
        path.unlink(missing_ok=True)  # a killed process leaves its socket file
        self._listener = socket.socket(socket.AF_UNIX)
        try:
            os.fchmod(self._listener.fileno(), 0o600)  # before bind: the file takes the socket's mode
            self._listener.bind(str(path))
            self._listener.listen()
        except OSError:
            self._listener.close()
            raise
        self._accepting = thread("mirror", self._accept)
        self._accepting.start()

    def close(self) -> None:
        """Disconnect all clients, wait for their threads, and remove the socket; closing twice is fine."""
        self._window.canvas.close()
        _hang_up(self._listener)
        self._accepting.join()
        for client, serving in list(self._clients.items()):
            _hang_up(client)
            serving.join()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        with self._listener:
            while True:
                try:
                    client, _ = self._listener.accept()
                except OSError:
                    return
                self._clients[client] = thread("mirror-client", self._serve, client)
                self._clients[client].start()

    def _serve(self, client: socket.socket) -> None:
        """Answer requests until the client disconnects or sends an invalid line."""
        try:
            with client, suppress(OSError, ValueError), client.makefile("rwb") as file:
                while self._answer(file):
                    file.flush()
        finally:
            del self._clients[client]

    def _answer(self, file: BufferedRWPair) -> bool:
        match file.readline(_LINE_BYTES).decode("ascii").split():
            case ["frame", last]:
                header, rgb = _frame_answer(self._window.canvas, int(last))
                file.write(msgspec.json.encode(header) + b"\n")
                file.write(rgb)
            case ["scene"]:
                file.write(msgspec.json.encode(_scene_answer(self._window.canvas)) + b"\n")
            case ["down" | "up" as way, x, y]:
                if not (math.isfinite(at_x := float(x)) and math.isfinite(at_y := float(y))):
                    return False
                self._window.touch(Touch(way == "down", at_x, at_y))
            case ["key", name]:
                self._window.tell(Key(name))
            case _:
                return False
        return True


def _hang_up(line: socket.socket) -> None:
    """Shut a connection down, which wakes the thread that waits on it."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _frame_answer(canvas: Canvas, last: int) -> tuple[dict[str, int], bytes]:
    version, rgb = canvas.frame(last, _LONG_POLL_S)
    width, height = canvas.size
    return {"version": version, "width": width, "height": height, "bytes": len(rgb)}, rgb


def _scene_answer(canvas: Canvas) -> dict[str, Any]:
    version, scene = canvas.look()
    targets = [
        {"id": target.id, "label": target.label, "rect": target.box, "is_main": target.is_main}
        for target in (scene.targets if scene else ())
    ]
    return {
        "screen": scene.name if scene else "",
        "version": version,
        "language": scene.language if scene else "",
        "targets": targets,
        "texts": scene.texts if scene else (),
        "spoken": scene.spoken if scene else (),
    }
