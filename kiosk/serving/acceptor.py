"""Accepting connections: few at a time, and without log floods when the process runs out of descriptors.

asyncio's own server accepts its whole backlog before anything else runs. When descriptors run out, it logs a traceback
every second for each place in the backlog.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable

_log = logging.getLogger(__name__)

_BACKLOG = 128
_ACCEPTS_PER_ROUND = 16
_RETRY_S = 1.0
_SEND_BUFFER_BYTES = 128 * 1024
"""The kernel's buffer for a client that does not read; by default it grows to megabytes."""
_UNACKNOWLEDGED_MS = 60_000
"""The connection of a browser that acknowledges nothing, such as an unplugged one, ends after this."""


class Acceptor:
    """A listening socket in the event loop. Has `close` and `wait_closed`, as uvicorn's shutdown expects."""

    def __init__(
        self, listener: socket.socket, protocol: Callable[[], asyncio.Protocol], make_room: Callable[[], bool]
    ) -> None:
        """Start accepting.

        Args:
            make_room: called when no descriptor is left; ends other connections and returns whether it ended any.
        """
        self._loop = asyncio.get_running_loop()
        self._listener = listener
        self._protocol = protocol
        self._make_room = make_room
        self._starting: set[asyncio.Task[None]] = set()
        self._retry_timer: asyncio.TimerHandle | None = None
        listener.setblocking(False)
        # Accepted connections inherit these options.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
        listener.listen(_BACKLOG)
        self._open()

    def close(self) -> None:
        """Stop accepting; closing twice is fine. The caller closes the socket."""
        if self._retry_timer is not None:
            self._retry_timer.cancel()
        if self._listener.fileno() >= 0:
            self._loop.remove_reader(self._listener)

    async def wait_closed(self) -> None:
        """Wait until every accepted connection has started."""
        if self._starting:
            await asyncio.wait(self._starting)

    def _open(self) -> None:
        self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(_ACCEPTS_PER_ROUND):
            try:
                connection, _address = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                _log.warning("cannot accept connections now: %s", error.strerror or error)
                if not self._make_room():
                    self._loop.remove_reader(self._listener)
                    self._retry_timer = self._loop.call_later(_RETRY_S, self._open)
                return
            starting = self._loop.create_task(self._start(connection))
            self._starting.add(starting)
            starting.add_done_callback(self._starting.discard)

    async def _start(self, connection: socket.socket) -> None:
        try:
            connection.setblocking(False)
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError as error:  # the client has already disconnected
            connection.close()
            _log.debug("a connection ended before it started: %s", error)
