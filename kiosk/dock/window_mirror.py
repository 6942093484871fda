"""Watches and touches a kiosk window through the mirror socket of its process.

The screen and the board each listen on a Unix stream socket under the home's `run/`. A client writes lines:

    frame LAST      the next frame whose version differs from LAST: a JSON line {version, width, height, bytes},
                    then `bytes` of RGB; after 10 s without a change the same version and no bytes
    scene           one JSON line {screen, version, language, targets: [{id, label, rect}], texts}
    down X Y        a finger touches, in the window's pixels; no answer
    up X Y          it lifts; no answer
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Literal

import msgspec

from kiosk.decoding import json_of
from kiosk.records import Record

_LONG_POLL_S = 10.0
_ANSWER_S = 5.0
_RETRY_S = 0.5
_LINE_BYTES = 1 << 20
_SIDE_PX = 7680


class Frame(Record):
    """One picture of a window: `rgb` is `height` rows of `width` pixels of 3 bytes."""

    width: int
    height: int
    rgb: bytes


class Target(msgspec.Struct, frozen=True):
    """A touch target of the window; `rect` is x, y, width, height in pixels."""

    id: str
    label: str
    rect: tuple[float, float, float, float]


class Scene(msgspec.Struct, frozen=True):
    """The content of a window as text."""

    screen: str
    language: str = ""
    targets: tuple[Target, ...] = ()
    texts: tuple[str, ...] = ()


class _Header(msgspec.Struct, frozen=True):
    version: int
    width: int
    height: int
    bytes: int


_GONE = (OSError, EOFError, ValueError)
"""No such socket, no listener, closed midway, a line too long, or a protocol error (msgspec's errors are ValueErrors).
For a watcher all of them mean that the window is not available now."""


class _Line:
    """One connection to a window."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, socket: Path) -> _Line:
        return cls(*await asyncio.open_unix_connection(socket, limit=_LINE_BYTES))

    def close(self) -> None:
        self._writer.close()

    async def say(self, line: str) -> None:
        self._writer.write(line.encode() + b"\n")
        await self._writer.drain()

    async def frame(self, last: int) -> tuple[int, Frame | None]:
        await self.say(f"frame {last}")
        header = json_of(await self._reader.readline(), _Header)
        if not header.bytes:
            return header.version, None
        sides = range(1, _SIDE_PX + 1)
        is_whole = header.width in sides and header.height in sides
        if not is_whole or header.bytes != header.width * header.height * 3:
            raise ValueError(f"a frame of {header.width} × {header.height} pixels in {header.bytes} bytes")
        rgb = await self._reader.readexactly(header.bytes)
        return header.version, Frame(header.width, header.height, rgb)

    async def scene(self) -> Scene:
        await self.say("scene")
        return json_of(await self._reader.readline(), Scene)


class Mirror:
    """Client of one window's mirror; waits for a window that is not running."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._finger: _Line | None = None

    async def watch(self) -> AsyncGenerator[tuple[Frame, Scene] | None, None]:
        """Yield each new frame with its scene, for ever, and None each time the window becomes unavailable."""
        while True:
            line, version = None, -1
            try:
                line = await _Line.open(self._socket)
                while True:
                    async with asyncio.timeout(_LONG_POLL_S + _ANSWER_S):
                        version, frame = await line.frame(version)
                        scene = await line.scene() if frame else None
                    if frame and scene:
                        yield frame, scene
            except _GONE:
                yield None
            finally:
                if line is not None:
                    line.close()
            await asyncio.sleep(_RETRY_S)

    async def touch(self, kind: Literal["down", "up"], x: int, y: int) -> bool:
        """Touch or release a pixel of the window; return False when the window is not available.

        Each tap uses its own connection: one from before a restart of the window would lose the next touch.
        """
        if kind == "down":
            self.close()
        try:
            self._finger = self._finger or await _Line.open(self._socket)
            await self._finger.say(f"{kind} {x} {y}")
        except OSError:
            self.close()
            return False
        if kind == "up":
            self.close()
        return True

    def close(self) -> None:
        """Close the connection."""
        if self._finger is not None:
            self._finger.close()
            self._finger = None
