"""The page server: it binds the port first, publishes its address in a file while it serves, and shuts down cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from kiosk.config import Web
from kiosk.errors import ConfigError
from kiosk.files import read_file, replace_file
from kiosk.serving.acceptor import Acceptor
from kiosk.serving.connections import MOST_OF_ADDRESS, Connection, Connections
from kiosk.serving.guard import framers
from kiosk.serving.rate_limit import RateLimit

_log = logging.getLogger(__name__)

DOCK_FILE = "dock.origin"
"""The file under the home's `run/` with the dock's address without its secret, readable by the pages it frames."""

_SHUTDOWN_TIMEOUT_S = 2
"""How long open connections may delay the shutdown."""


class PageServer(uvicorn.Server):
    """Serves an application until SIGTERM or Ctrl-C, then returns."""

    def __init__(
        self,
        app: ASGIApp,
        before_end: Callable[[], None] = lambda: None,
        *,
        most_of_address: int = MOST_OF_ADDRESS,
    ) -> None:
        """Make a server that does not run yet.

        Args:
            before_end: closes streams that never end by themselves.
            most_of_address: how many connections one address may have.
        """
        self._before_end = before_end
        self._connections = Connections(most_of_address)
        config = uvicorn.Config(
            app,
            log_config=None,  # the process configures its own log
            access_log=False,
            proxy_headers=False,  # PIN tries are counted by the connecting address
            server_header=False,
            http="h11",
            ws="none",
            timeout_graceful_shutdown=_SHUTDOWN_TIMEOUT_S,
        )
        super().__init__(config)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve on listening sockets until the end."""
        rate_limit = RateLimit()
        handlers = logging.getLogger().handlers[:]
        for handler in handlers:
            handler.addFilter(rate_limit)
        try:
            super().run(sockets)
        finally:
            for handler in handlers:
                handler.removeFilter(rate_limit)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, then accept connections on each socket."""
        await super().startup(sockets=[])

        def begin() -> Connection:
            return Connection(self.config, self.server_state, self.lifespan.state, self._connections)

        self.servers = [Acceptor(listener, begin, self._connections.shrink) for listener in sockets or []]  # type: ignore[misc]

    async def main_loop(self) -> None:
        """Check once a second for shutdown and late connections.

        The loop of uvicorn does so ten times a second, which would wake an idle Pi too often.
        """
        tick_tenths = 0  # what `on_tick` counts
        while not await self.on_tick(tick_tenths):
            tick_tenths += 10
            await asyncio.sleep(1.0)
            self._connections.abort_late_connections(asyncio.get_running_loop().time())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close all connections."""
        self._before_end()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on signals and return; uvicorn would raise them again before the process has cleaned up."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(web: Web, key: str) -> socket.socket:
    """Bind the port of a page.

    Args:
        key: the place of `web` in the settings, for the error message, such as `kiosk.toml: counter_page`.
    Raises:
        ConfigError: the port is in use or not permitted.
    """
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    try:
        return socket.create_server((web.host, web.port), family=family)
    except OSError as error:
        message = f"{key}: cannot listen on {web.host} port {web.port}: {error.strerror or error}"
        raise ConfigError(f"{message}; choose another port, or 0 for any free one", key=key) from error


@contextlib.contextmanager
def published_address(listener: socket.socket, file: Path, *, path: str = "", mode: int | None = None) -> Iterator[str]:
    """Keep the page's URL for this machine in a file while the page is served.

    Args:
        mode: the file's permissions; None for 0666 less the umask.
    """
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    url = f"http://[{host}]:{port}{path}" if ":" in host else f"http://{host}:{port}{path}"
    try:
        replace_file(file, f"{url}\n".encode(), mode=mode)
    except OSError as error:
        _log.warning("serving %s, but its address file cannot be written: %s", url, error)
    try:
        yield url
    finally:
        file.unlink(missing_ok=True)


def dock_origins(run: Path) -> list[str]:
    """Return the origins of this home's dock, which shows the other pages in frames; empty if none is open."""
    try:
        return framers([read_file(run / DOCK_FILE).decode("ascii").strip()])
    except (OSError, UnicodeDecodeError):
        return []
