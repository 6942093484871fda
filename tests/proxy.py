"""A TCP forwarder between a client and a server, for tests that need the line to misbehave.

with Proxy(broker.port) as proxy:      # connect to proxy.port
    proxy.hold_up = True               # what the client says is kept back; what the server says still arrives
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

_HOST = "127.0.0.1"
_LOOK_S = 0.02

Greeting = Callable[[bytes], bytes | None]
"""Looks at a client's first bytes: None forwards them, anything else is answered before hanging up."""


class Proxy:
    """Forwards every connection to a port of loopback. What is held while its connection ends is lost."""

    def __init__(self, target_port: int, greeting: Greeting | None = None) -> None:
        self.hold_up = False
        self.hold_down = False
        self._target_port = target_port
        self._greeting = greeting
        self._server = socket.create_server((_HOST, 0))
        self._ended = threading.Event()
        self._cuts = 0
        self.connections = 0
        """How many were let in."""
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self.port: int = self._server.getsockname()[1]

    def __enter__(self) -> Proxy:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self._server.close()

    def cut(self) -> None:
        """End every connection that is open now; new ones are let in."""
        self._cuts += 1

    def _accept(self) -> None:
        while not self._ended.is_set():
            if select.select([self._server], [], [], _LOOK_S)[0]:
                client, _ = self._server.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            first = client.recv(65_536) if self._greeting else b""
            answer = self._greeting(first) if self._greeting else None
            if answer is not None:
                client.sendall(answer)
                return
            with socket.create_connection((_HOST, self._target_port)) as server:
                server.sendall(first)
                self._forward(client, server)

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        cuts = self._cuts
        while not self._ended.is_set() and self._cuts == cuts:
            ways = [(client, server, self.hold_up), (server, client, self.hold_down)]
            for readable in select.select([source for source, _, is_held in ways if not is_held], [], [], _LOOK_S)[0]:
                source, target = (client, server) if readable is client else (server, client)
                told = source.recv(65_536)
                if not told:
                    return
                target.sendall(told)
