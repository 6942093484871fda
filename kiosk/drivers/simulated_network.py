"""The simulated network: a TCP proxy between the kiosk and the broker that can be slow, silent, or offline.

Sync connects to it instead of to the broker. It forwards bytes unchanged. `kiosk sim network ACTION` changes its
conditions from another process, with immediate effect.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from pathlib import Path
from typing import Literal, cast

import msgspec

from kiosk.config import Home
from kiosk.drivers.control_file import Watch, change, load
from kiosk.errors import UnknownNameError

log = logging.getLogger(__name__)

_ACTIONS = {
    "online": "a good line",
    "slow": "32 kbit/s and 300 ms each way; slow:N for N bytes a second",
    "silent": "connections open and stay, and nothing gets through until it is online again",
    "offline": "every connection is cut and none is made",
}
_SLOW_BYTES_PER_S = 4000
"""32 kbit/s."""
_PACKET_BYTES = 1400
_QUICK_BYTES = 64 * 1024
_CHUNKS_UNDER_WAY = 16


class Conditions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The conditions of the network. The two numbers apply while it is slow."""

    mode: Literal["online", "slow", "silent", "offline"] = "online"
    bytes_per_s: int = _SLOW_BYTES_PER_S
    delay_ms: int = 300


def control_file(home: Home) -> Path:
    """Return the control file of a home's simulated network."""
    return home.run / "sim" / "network.json"


def actions() -> dict[str, str]:
    """Return all actions and their descriptions."""
    return dict(_ACTIONS)


def conditions(home: Home) -> Conditions:
    """Return the conditions of a home's simulated network."""
    return load(control_file(home), Conditions)


def request(home: Home, action: str) -> None:
    """Set the conditions of a home's simulated network: `online`, `slow`, `slow:1000`, `silent` or `offline`.

    Raises:
        UnknownNameError: there is no such action.
    """
    name, colon, figure = action.partition(":")
    has_figure = name == "slow" and figure.isascii() and figure.isdigit() and int(figure) > 0
    if name not in _ACTIONS or (colon and not has_figure):
        raise UnknownNameError("action of the simulated network", action, tuple(_ACTIONS))
    asked = msgspec.convert({"mode": name, **({"bytes_per_s": int(figure)} if has_figure else {})}, Conditions)
    change(control_file(home), Conditions, lambda _before: asked)


class SimulatedNetwork:
    """Forwards connections from a port on loopback to a target; `port` is the port it listens on.

    Args:
        listen_port: 0 chooses a free port.
    Raises:
        OSError: the port is in use.
    """

    def __init__(self, listen_port: int, target_host: str, target_port: int, home: Home) -> None:
        # Bound but not listening: reserves the port while the network is offline, so that connections are refused.
        self._holder = _bound(listen_port)
        self.port: int = self._holder.getsockname()[1]
        self._target = target_host, target_port
        self._file = control_file(home)
        self._conditions = Conditions()
        self._changed = asyncio.Event()
        self._carriers: set[asyncio.Task[None]] = set()
        self._lanes = {"up": 0.0, "down": 0.0}

    async def serve(self) -> None:
        """Forward connections until cancelled; then close all of them and the port."""
        watch = Watch(self._file)
        news = asyncio.Event()
        loop = asyncio.get_running_loop()

        def look() -> None:
            if watch.has_changed():
                news.set()

        loop.add_reader(watch.fileno(), look)
        server: asyncio.Server | None = None
        try:
            while True:
                self._conditions = load(self._file, Conditions)
                self._wake()
                if self._conditions.mode == "offline":
                    await self._cut(server)
                    server = None
                elif server is None:
                    server = await asyncio.start_server(self._carry, sock=_bound(self.port))
                await news.wait()
                news.clear()
        finally:
            loop.remove_reader(watch.fileno())
            watch.close()
            await self._cut(server)
            self._holder.close()

    async def _cut(self, server: asyncio.Server | None) -> None:
        if server is not None:
            server.close()
        carriers = list(self._carriers)
        for carrier in carriers:
            carrier.cancel()
        await asyncio.gather(*carriers, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection until it ends or is cut."""
        carrier = cast("asyncio.Task[None]", asyncio.current_task())
        self._carriers.add(carrier)
        far_writer: asyncio.StreamWriter | None = None
        try:
            await self._until_open()
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._carry_way(reader, far_writer, "up"))
                ways.create_task(self._carry_way(far_reader, writer, "down"))
        except* OSError as lost:
            log.debug("simulated network: a connection ended: %r", lost)
        finally:
            self._carriers.discard(carrier)
            for end in (writer, far_writer):
                if end is not None:
                    end.transport.abort()

    async def _carry_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lane: str) -> None:
        """Forward one direction until its sender ends it."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_CHUNKS_UNDER_WAY)

        async def send() -> None:
            while True:
                is_slow = self._conditions.mode == "slow"
                chunk = await reader.read(_PACKET_BYTES if is_slow else _QUICK_BYTES)
                await self._until_open()
                await under_way.put((self._arrives_at(lane, len(chunk)), chunk))
                if not chunk:
                    return

        async def arrive() -> None:
            while True:
                due, chunk = await under_way.get()
                await self._until(due)
                await self._until_open()
                if not chunk:
                    writer.write_eof()
                    return
                writer.write(chunk)
                await writer.drain()

        async with asyncio.TaskGroup() as ends:
            ends.create_task(send())
            ends.create_task(arrive())

    def _arrives_at(self, lane: str, size: int) -> float:
        """Return when a chunk that is sent now arrives; all connections share the bandwidth."""
        now = asyncio.get_running_loop().time()
        if self._conditions.mode != "slow":
            return now
        self._lanes[lane] = max(now, self._lanes[lane]) + size / self._conditions.bytes_per_s
        return self._lanes[lane] + self._conditions.delay_ms / 1000

    async def _until(self, due: float) -> None:
        """Wait until a time, or until the network is no longer slow."""
        while (left := due - asyncio.get_running_loop().time()) > 0 and self._conditions.mode == "slow":
            with contextlib.suppress(TimeoutError):
                # Not wait_for: before Python 3.12 it loses a cancellation that coincides with the change
                # (https://github.com/python/cpython/issues/86296).
                async with asyncio.timeout(left):
                    await self._changed.wait()

    async def _until_open(self) -> None:
        while self._conditions.mode == "silent":
            await self._changed.wait()

    def _wake(self) -> None:
        """Wake all waiting tasks to check the conditions again."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(("127.0.0.1", port))
    except OSError:
        bound.close()
        raise
    return bound
