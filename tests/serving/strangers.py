"""Hostile clients on plain sockets: they connect from any loopback address, send anything, and may not read."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

PATIENCE_S = 15.0


class Strangers:
    """Connections to one server, each from the address it is told."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._to = (parts.hostname or "", parts.port or 0)
        self._open: list[socket.socket] = []

    def connect(self, words: bytes = b"", address: str = "127.0.0.1") -> socket.socket:
        """Connect and say something."""
        connection = socket.create_connection(self._to, PATIENCE_S, (address, 0))
        self._open.append(connection)
        if words:
            with contextlib.suppress(ConnectionError):
                connection.sendall(words)
        return connection

    def ask(self, path: str, address: str = "127.0.0.1", headers: str = "") -> socket.socket:
        """Connect and ask for a path; the answer is not read."""
        host = f"{self._to[0]}:{self._to[1]}"
        return self.connect(f"GET {path} HTTP/1.1\r\nhost: {host}\r\n{headers}\r\n".encode(), address)

    def status(self, path: str, address: str = "127.0.0.1") -> int:
        """Ask for a path and return the answer's status; 0 when the connection ends without one."""
        return status_of(self.ask(path, address))

    def close(self) -> None:
        """Go."""
        for connection in self._open:
            connection.close()


@contextlib.contextmanager
def strangers(url: str) -> Iterator[Strangers]:
    """Give strangers at a server's address, who leave in the end."""
    them = Strangers(url)
    try:
        yield them
    finally:
        them.close()


def status_of(connection: socket.socket) -> int:
    """Read an answer's first line and return its status; 0 when the connection ends without one."""
    with contextlib.suppress(ConnectionError):
        line = connection.recv(4096).split(b"\r\n")[0].split()
        return int(line[1]) if len(line) > 1 else 0
    return 0


def has_ended(connection: socket.socket) -> bool:
    """Wait until the server has ended the connection; False if it has not within `PATIENCE_S`."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True
