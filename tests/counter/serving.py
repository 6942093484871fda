"""The officers' page as its own process would serve it: a real server, its own lobby on the same home."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socket import create_server

import pytest

from kiosk.clock import Clock
from kiosk.config import Officer, Settings, hash_pin
from kiosk.counter.app import create_app
from kiosk.counter.lobby_thread import LobbyThread
from kiosk.lobby.lobby import Lobby
from kiosk.serving import PageServer

PIN = "246810"
OTHER_PIN = "135799"
OFFICERS = (Officer("lan", hash_pin(PIN)), Officer("minh", hash_pin(OTHER_PIN)))


@dataclass
class Served:
    """A running page. `stop` and `start` stand for a restart of its process; the address stays."""

    start: Callable[[], None]
    stop: Callable[[], None]
    url: str


@contextmanager
def serving(settings: Settings, clock: Clock, officers: tuple[Officer, ...] = OFFICERS) -> Iterator[Served]:
    """Serve the page on a free port from a thread of its own."""
    with create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server: _Server | None = None

    def start() -> None:
        nonlocal server
        server = _Server(settings, clock, officers, port)

    def stop() -> None:
        if server is not None:
            server.stop()

    start()
    try:
        yield Served(start, stop, f"http://127.0.0.1:{port}")
    finally:
        stop()


@contextmanager
def threads_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close in the end the lobbies of applications that no server runs, and so nobody else closes."""
    threads: list[LobbyThread] = []
    begin = LobbyThread.__init__

    def noted(self: LobbyThread, open_lobby: Callable[[], Lobby], name: str) -> None:
        begin(self, open_lobby, name)
        threads.append(self)

    monkeypatch.setattr(LobbyThread, "__init__", noted)
    yield
    for thread in threads:
        thread.close()


class _Server:
    """One run of the server."""

    def __init__(self, settings: Settings, clock: Clock, officers: tuple[Officer, ...], port: int) -> None:
        self._settings = settings
        self._server: PageServer | None = None
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(clock, officers, port), name="counter", daemon=True)
        self._thread.start()
        assert self._started.wait(10)

    def _run(self, clock: Clock, officers: tuple[Officer, ...], port: int) -> None:
        with create_server(("127.0.0.1", port)) as listener:
            app = create_app(self._settings, lambda: officers, clock=clock, progress=self._started.set)
            self._server = PageServer(app, before_end=app.state.live.close)
            self._server.run([listener])

    def stop(self) -> None:
        """Stop as after a signal; stopping twice is fine."""
        assert self._server is not None
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()
