"""The client of the mirror: see and touch a window of another process. Does not import pygame."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

import msgspec

from kiosk.closable import Closable
from kiosk.decoding import json_of
from kiosk.ports.panel import Key

_TIMEOUT_S = 15.0
"""Longer than the mirror's long poll."""
_MAX_PICTURE_BYTES = 3 * 7680 * 4320
"""One RGB picture of an 8K display."""

_T = TypeVar("_T")


class Frame(NamedTuple):
    """One picture of a window: `rgb` holds `height` rows of `width` pixels, 3 bytes each."""

    version: int
    width: int
    height: int
    rgb: bytes


class _Header(msgspec.Struct, frozen=True):
    version: int
    width: int
    height: int
    bytes: Annotated[int, msgspec.Meta(ge=0, le=_MAX_PICTURE_BYTES)]


class MirrorClient(Closable):
    """One connection to a window's mirror. Not thread-safe.

    Raises, from every method:
        OSError: no window listens on the socket, or it has closed.
    """

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_TIMEOUT_S)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self._file = self._socket.makefile("rwb")

    def close(self) -> None:
        """Close the connection; closing twice is fine."""
        with contextlib.suppress(OSError):  # unsent data to a window that has closed
            self._file.close()
        self._socket.close()

    def frame(self, last: int = -1) -> Frame | None:
        """Return the picture as soon as its version differs from `last`, or None after ten seconds without a change."""
        header = self._ask(f"frame {last}", _Header)
        rgb = self._file.read(header.bytes)
        if len(rgb) < header.bytes:
            raise ConnectionResetError("the window closed in the middle of a frame")
        return Frame(header.version, header.width, header.height, rgb) if rgb else None

    def scene(self) -> dict[str, Any]:
        """Return the window's scene: screen, version, language, targets, texts and spoken; see `mirror_server`."""
        return self._ask("scene", dict[str, Any])

    def touch(self, x: float, y: float) -> None:
        """Touch a pixel and release it."""
        self._say(f"down {x} {y}\nup {x} {y}")

    def key(self, key: Key) -> None:
        """Press one of the four keys."""
        self._say(f"key {key}")

    def _ask(self, line: str, kind: type[_T]) -> _T:
        self._say(line)
        answer = self._file.readline()
        if not answer.endswith(b"\n"):
            raise ConnectionResetError("the window closed")
        try:
            return json_of(answer, kind)
        except msgspec.DecodeError as error:
            raise ConnectionAbortedError(f"the listener on this socket is not a window: {error}") from error

    def _say(self, line: str) -> None:
        self._file.write(line.encode("ascii") + b"\n")
        self._file.flush()
