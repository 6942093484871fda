"""The connections of a page server: how many there may be, who must go when there are too many, and when one is late.

A connection costs a descriptor and memory, and opening one costs a stranger nothing. So each has a deadline for what
its far side has to do, and when there is no room the newcomer takes the place of the connection that deserves it least.
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
"""A hall has a dozen browsers, with six connections each at worst."""
MOST_OF_ADDRESS = 64
"""Ten browsers behind one router, with their six connections each, look like one address."""
HEADER_S = 10.0
"""From the connection, or from the first byte of a further request, to the end of its header."""
BODY_S = 10.0
BODY_BYTES_PER_S = 500
"""A body has 10 s, and as much again as its bytes need on a slow line."""
UNREAD_S = 60.0
"""How long a far side may leave 48 kB unread; on a line of 2G they take 20 s."""
_SPARE_DESCRIPTORS = 24
"""How many descriptors are kept free once they have run out: more than are accepted at once."""
_KEY = "kiosk.connection"
_BAD_REQUEST = b"".join(
    [
        b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n",
        *(f"{name}: {value}\r\n".encode() for name, value in page_headers().items()),
        b"\r\n",
    ]
)


class Standing(IntEnum):
    """What a connection is doing. When there are too many, those with the lowest standing go first."""

    SILENT = 0
    """Nothing was asked yet, or nothing since the last answer."""
    ANSWERED = 1
    """Somebody is being answered; a stream is an answer that does not end."""
    SIGNED_IN = 2
    """Somebody who is signed in is being answered."""


class Connection(H11Protocol):
    """One connection, with deadlines. `Connections.end_late_ones` looks at them."""

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
        """Take a place, or end at once when there is none."""
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self.since_monotonic_s = self._header_since_monotonic_s = self.loop.time()
        if not self._all.admit(self):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self._all.forget(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Go on with the request, and note how far it is."""
        if self._header_since_monotonic_s is None and self.standing is Standing.SILENT:
            self._header_since_monotonic_s = self.loop.time()
        super().data_received(data)
        self._body_bytes += len(data)

    def handle_events(self) -> None:
        """Hand on what has come; a request of which the header is whole begins to be answered."""
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
        """Refuse what is not HTTP; in the middle of an answer the connection just ends."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.write(_BAD_REQUEST)
        self.transport.close()

    def pause_writing(self) -> None:
        """Note that the far side does not read."""
        self._unread_since_monotonic_s = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Note that it reads."""
        self._unread_since_monotonic_s = None
        super().resume_writing()

    def is_late(self, now_monotonic_s: float) -> bool:
        """Tell whether the far side has not done in time what it had to do."""
        if self.transport.is_closing() and self._unread_since_monotonic_s is None:
            self._unread_since_monotonic_s = now_monotonic_s  # the transport keeps open until the last of it is read
        if self._unread_since_monotonic_s is not None:
            return now_monotonic_s - self._unread_since_monotonic_s > UNREAD_S
        if self._header_since_monotonic_s is not None:
            return now_monotonic_s - self._header_since_monotonic_s > HEADER_S
        if self.conn.their_state is not h11.SEND_BODY:
            return False
        if self.standing is Standing.SILENT:  # answered before its body was whole: nobody needs the rest
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
        """Give a connection a place, if need be that of another, and tell whether there was one.

        An address that has all it may have loses one of its own; else the address loses one that has most of all.
        """
        own = self._by_address.get(newcomer.address, set())
        is_free = len(own) < self._most_of_address and self._count < self._most
        if not is_free and not self._make_room(own if len(own) >= self._most_of_address else None):
            return False
        self._by_address[newcomer.address].add(newcomer)
        self._count += 1
        return True

    def shrink(self) -> bool:
        """Do with fewer connections, because descriptors have run out, and tell whether some were freed."""
        self._most = max(self._count - _SPARE_DESCRIPTORS, _SPARE_DESCRIPTORS)
        while self._count > self._most:
            if not self._make_room():
                return False
        return self._count > 0

    def _make_room(self, group: set[Connection] | None = None) -> bool:
        """End the connection that deserves its place least, of a group or of the address that has most.

        A connection of somebody who is signed in is never ended for a newcomer: False when there are no others.
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
        """Take a connection off the list; doing it twice is fine."""
        group = self._by_address.get(connection.address)
        if group is None:
            return
        if connection in group:
            group.remove(connection)
            self._count -= 1
        if not group:
            del self._by_address[connection.address]

    def abort_late_connections(self, now_monotonic_s: float) -> None:
        """End each connection of which the far side is late; called every second, with the event loop's time."""
        self._most = min(self._most + 1, MOST_CONNECTIONS)  # what took the descriptors may be over
        late = [
            connection
            for group in self._by_address.values()
            for connection in group
            if connection.is_late(now_monotonic_s)
        ]
        for connection in late:
            connection.transport.abort()


def keep_place(scope: Scope) -> None:
    """Let the connection of a request keep its place until it is answered: somebody who is signed in has asked.

    Without effect where no `PageServer` serves.
    """
    connection = scope.get("state", {}).get(_KEY)
    if connection is not None:
        cast(Connection, connection).standing = Standing.SIGNED_IN


def _eviction_key(connection: Connection) -> tuple[Standing, float]:
    """Return by what connections are compared: of the silent the oldest goes first, of the others the newest."""
    is_silent = connection.standing is Standing.SILENT
    return connection.standing, connection.since_monotonic_s if is_silent else -connection.since_monotonic_s
