"""The connections of a page server: their limits, their deadlines, and which one ends when there are too many.

A connection costs the server a descriptor and memory, and opening one costs a client almost nothing. So each step of a
client has a deadline. When the limit is reached, a new connection replaces the one with the lowest standing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from enum import IntEnum
from typing import Any, cast

import h11
from starlette.types import Scope
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from kiosk.serving.headers import page_headers

_log = logging.getLogger(__name__)

MOST_CONNECTIONS = 256
"""A hall has a dozen browsers with at most six connections each."""
MOST_OF_ADDRESS = 64
"""Ten browsers behind one router, with six connections each, share one address."""
HEADER_S = 10.0
"""The deadline for a request's header, from the connection or from the first byte of a further request."""
BODY_S = 10.0
BODY_BYTES_PER_S = 500
"""A body has 10 s plus the time for its bytes at this rate."""
UNREAD_S = 60.0
"""How long a client may leave 48 kB unread; a 2G connection needs 20 s for them."""
_SPARE_DESCRIPTORS = 24
"""The descriptors to keep free after they have run out: more than are accepted in one round."""
_KEY = "kiosk.connection"
_BAD_REQUEST = b"".join(
    [
        b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n",
        *(f"{name}: {value}\r\n".encode() for name, value in page_headers().items()),
        b"\r\n",
    ]
)


class Standing(IntEnum):
    """The state of a connection. When there are too many, those with the lowest standing end first."""

    SILENT = 0
    """It has no request: none yet, or none since the last response."""
    ANSWERED = 1
    """A response is being sent; a stream is a response without end."""
    SIGNED_IN = 2
    """A response to a signed-in user is being sent."""


class Connection(H11Protocol):
    """One connection with deadlines, which `Connections.abort_late_connections` checks."""

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any], all: Connections) -> None:
        super().__init__(config, server_state, {**app_state, _KEY: self})
        self._all = all
        self.standing = Standing.SILENT
        self.address = ""
        self.since_monotonic_s = 0.0
        self._header_since_monotonic_s: float | None = None
        self._body_since_monotonic_s = 0.0
        self._body_bytes = 0
        self._answered_monotonic_s = 0.0
        self._unread_since_monotonic_s: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Register the connection; end it at once if the limit is reached."""
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self.since_monotonic_s = self._header_since_monotonic_s = self.loop.time()
        if not self._all.admit(self):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Unregister the connection."""
        self._all.forget(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Process received bytes, and update the request's progress."""
        if self._header_since_monotonic_s is None and self.standing is Standing.SILENT:
            self._header_since_monotonic_s = self.loop.time()
        super().data_received(data)
        self._body_bytes += len(data)

    def handle_events(self) -> None:
        """Process received events; a request with a complete header gets the standing ANSWERED."""
        requests = self.cycle
        super().handle_events()
        if self.cycle is not requests and not self.cycle.response_complete:
            self._header_since_monotonic_s = None
            self._body_since_monotonic_s, self._body_bytes = self.loop.time(), 0
            self.standing = max(self.standing, Standing.ANSWERED)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self.standing = Standing.SILENT
        self._answered_monotonic_s = self.loop.time()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse bytes that are not HTTP; in the middle of a response, only end the connection."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.write(_BAD_REQUEST)
        self.transport.close()

    def pause_writing(self) -> None:
        """Record that the client does not read."""
        self._unread_since_monotonic_s = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Record that the client reads again."""
        self._unread_since_monotonic_s = None
        super().resume_writing()

    def is_late(self, now_monotonic_s: float) -> bool:
        """Return whether the client has missed a deadline."""
        if self.transport.is_closing() and self._unread_since_monotonic_s is None:
            self._unread_since_monotonic_s = (
                now_monotonic_s  # the transport stays open until the client has read everything
            )
        if self._unread_since_monotonic_s is not None:
            return now_monotonic_s - self._unread_since_monotonic_s > UNREAD_S
        if self._header_since_monotonic_s is not None:
            return now_monotonic_s - self._header_since_monotonic_s > HEADER_S
        if self.conn.their_state is not h11.SEND_BODY:
            return False
        if self.standing is Standing.SILENT:  # answered before its body was complete: the rest is not needed
            return now_monotonic_s - self._answered_monotonic_s > BODY_S
        is_reading = not self.flow.read_paused
        return (
            is_reading and now_monotonic_s - self._body_since_monotonic_s > BODY_S + self._body_bytes / BODY_BYTES_PER_S
        )


class Connections:
    """All connections of one server."""

    def __init__(self, most_of_address: int = MOST_OF_ADDRESS) -> None:
        self._most_of_address = most_of_address
        self._most = MOST_CONNECTIONS
        self._by_address: dict[str, set[Connection]] = defaultdict(set)
        self._count = 0

    def admit(self, newcomer: Connection) -> bool:
        """Register a connection, if necessary in place of another one; return whether that was possible.

        An address at its own limit loses one of its connections. Otherwise the address with the most connections does.
        """
        own = self._by_address.get(newcomer.address, set())
        is_free = len(own) < self._most_of_address and self._count < self._most
        if not is_free and not self._make_room(own if len(own) >= self._most_of_address else None):
            return False
        self._by_address[newcomer.address].add(newcomer)
        self._count += 1
        return True

    def shrink(self) -> bool:
        """End some connections after descriptors have run out; return False if that fails or none is left."""
        self._most = max(self._count - _SPARE_DESCRIPTORS, _SPARE_DESCRIPTORS)
        while self._count > self._most:
            if not self._make_room():
                return False
        return self._count > 0

    def _make_room(self, group: set[Connection] | None = None) -> bool:
        """End the connection with the lowest standing, of a group or of the address with the most connections.

        A signed-in user's connection is never ended for a new one: returns False when there are no others.
        """
        group = group or max(self._by_address.values(), key=len, default=set())
        victim = min(group, key=_eviction_key, default=None)
        if victim is None or victim.standing is Standing.SIGNED_IN:
            return False
        _log.warning("too many connections: one of %s was ended", victim.address)
        self.forget(victim)
        victim.transport.abort()
        return True

    def forget(self, connection: Connection) -> None:
        """Unregister a connection; doing it twice is fine."""
        group = self._by_address.get(connection.address)
        if group is None:
            return
        if connection in group:
            group.remove(connection)
            self._count -= 1
        if not group:
            del self._by_address[connection.address]

    def abort_late_connections(self, now_monotonic_s: float) -> None:
        """Abort each connection whose client missed a deadline; called every second with the event loop's time."""
        self._most = min(self._most + 1, MOST_CONNECTIONS)  # the shortage of descriptors may be over
        late = [
            connection
            for group in self._by_address.values()
            for connection in group
            if connection.is_late(now_monotonic_s)
        ]
        for connection in late:
            connection.transport.abort()


def keep_place(scope: Scope) -> None:
    """Protect the connection of a signed-in user's request from being replaced, until the response is complete.

    It has no effect outside a `PageServer`.
    """
    connection = scope.get("state", {}).get(_KEY)
    if connection is not None:
        cast(Connection, connection).standing = Standing.SIGNED_IN


def _eviction_key(connection: Connection) -> tuple[Standing, float]:
    """Return the sort key for ending connections: the oldest silent one first, among others the newest first."""
    is_silent = connection.standing is Standing.SILENT
    return connection.standing, connection.since_monotonic_s if is_silent else -connection.since_monotonic_s
