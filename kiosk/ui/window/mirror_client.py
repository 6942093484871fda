"""The other side of the mirror: see and touch a window of another process. No pygame here."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, NamedTuple, TypeVar

import msgspec

from kiosk.decoding import json_of
from kiosk.ports.panel import Key

_TIMEOUT_S = 15.0
"""Longer than the mirror's own long poll."""
_MAX_PICTURE_BYTES = 3 * 7680 * 4320
"""A picture of the largest display there is."""

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


class MirrorClient:
    """One connection to a window's mirror. Not for several threads at once.

    Raises, from every method:
        OSError: no window listens there, or it has gone.
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

    def __enter__(self) -> MirrorClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; closing twice is fine."""
        with contextlib.suppress(OSError):  # what was still to be said to a window that has gone
            self._file.close()
        self._socket.close()

    def frame(self, last: int = -1) -> Frame | None:
        """Return the picture once its version is not `last`, or None when it still was after ten seconds."""
        header = self._ask(f"frame {last}", _Header)
        rgb = self._file.read(header.bytes)
        if len(rgb) < header.bytes:
            raise ConnectionResetError("the window closed in the middle of a frame")
        return Frame(header.version, header.width, header.height, rgb) if rgb else None

    def scene(self) -> dict[str, Any]:
        """Return what the window shows: screen, version, language, targets, texts and spoken, as `mirror` says."""
        return self._ask("scene", dict[str, Any])

    def touch(self, x: float, y: float) -> None:
        """Touch a pixel and lift the finger again."""
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
            raise ConnectionAbortedError(f"what listens there is no window: {error}") from error

    def _say(self, line: str) -> None:
        self._file.write(line.encode("ascii") + b"\n")
        self._file.flush()
