"""A minimal Wayland client: requests and events on a Unix socket, without a library.

Source: the Wayland protocol, "Wire Format", and wayland.xml (wl_display, wl_registry).
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

_PATIENCE_S = 2.0
_CHUNK_BYTES = 65_536
_HEADER = struct.Struct("=IHH")
"""Header of each message: object, opcode, and length in bytes including the header."""
_WORD = struct.Struct("=I")
_DISPLAY, _REGISTRY = 1, 2
"""Fixed objects; further ones get the next numbers."""
_SYNC, _GET_REGISTRY, _BIND = 0, 1, 0
_ERROR, _GLOBAL, _GLOBAL_REMOVE = 0, 0, 1

Hear = Callable[[int, bytes], None]
"""A callback for events: opcode and arguments."""


class Line:
    """A connection to the compositor that listens at `path`; not thread-safe.

    Args:
        come: called with number and interface of each global object, now and later.
        gone: called with the number of a removed global object.
    Raises:
        OSError: there is no compositor, or it does not answer.
    """

    def __init__(self, path: Path, come: Callable[[int, str], None], gone: Callable[[int], None]) -> None:
        self._come, self._gone = come, gone
        self._received = b""
        self._last_object = _REGISTRY
        self._heard_by: dict[int, Hear] = {_DISPLAY: _hear_display, _REGISTRY: self._hear_registry}
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_PATIENCE_S)
        try:
            self._socket.connect(str(path))
            self.send(_DISPLAY, _GET_REGISTRY, word(_REGISTRY))
        except OSError:
            self.close()
            raise

    def fileno(self) -> int:
        """Return a descriptor that is readable when the compositor has sent something."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close the connection; closing twice is fine."""
        self._socket.close()

    def new(self, hear: Hear | None = None) -> int:
        """Return the number of a new object; `hear` is called with its events."""
        self._last_object += 1
        if hear is not None:
            self._heard_by[self._last_object] = hear
        return self._last_object

    def forget(self, object_id: int) -> None:
        """Ignore further events of an object."""
        self._heard_by.pop(object_id, None)

    def bind(self, number: int, interface: str, version: int) -> int:
        """Bind a global object; return the number of the new object."""
        bound = self.new()
        spelt = interface.encode() + b"\0"
        padded = spelt + bytes(-len(spelt) % 4)
        self.send(_REGISTRY, _BIND, word(number) + word(len(spelt)) + padded + word(version) + word(bound))
        return bound

    def send(self, object_id: int, opcode: int, arguments: bytes = b"") -> None:
        """Send a request."""
        self._socket.sendall(_HEADER.pack(object_id, opcode, _HEADER.size + len(arguments)) + arguments)

    def round_trip(self) -> None:
        """Wait until the compositor has processed all requests.

        Raises:
            OSError: it does not answer, has closed the connection, or refuses a request.
        """
        answers: list[int] = []
        callback = self.new(lambda opcode, _arguments: answers.append(opcode))
        self.send(_DISPLAY, _SYNC, word(callback))
        while not answers:
            self._take()
        self.forget(callback)

    def read(self) -> None:
        """Process pending events without blocking; errors as in `round_trip`."""
        with suppress(BlockingIOError):
            self._take(socket.MSG_DONTWAIT)

    def _take(self, flags: int = 0) -> None:
        chunk = self._socket.recv(_CHUNK_BYTES, flags)
        if not chunk:
            raise ConnectionResetError("the compositor has closed the connection")
        self._received += chunk
        for object_id, opcode, arguments in self._messages():
            if object_id in self._heard_by:
                try:
                    self._heard_by[object_id](opcode, arguments)
                except struct.error as error:
                    raise ConnectionAbortedError("the listener does not speak the Wayland protocol") from error

    def _messages(self) -> Iterator[tuple[int, int, bytes]]:
        while len(self._received) >= _HEADER.size:
            object_id, opcode, size = _HEADER.unpack_from(self._received)
            if size < _HEADER.size:
                raise ConnectionAbortedError("the listener is not a Wayland compositor")
            if len(self._received) < size:
                return
            arguments, self._received = self._received[_HEADER.size : size], self._received[size:]
            yield object_id, opcode, arguments

    def _hear_registry(self, opcode: int, arguments: bytes) -> None:
        if opcode == _GLOBAL:
            self._come(number(arguments), text(arguments[4:]))
        elif opcode == _GLOBAL_REMOVE:
            self._gone(number(arguments))


def word(value: int) -> bytes:
    """Encode a number as an argument."""
    return _WORD.pack(value)


def number(arguments: bytes) -> int:
    """Decode the number at the beginning of the arguments."""
    return int(_WORD.unpack_from(arguments)[0])


def text(arguments: bytes) -> str:
    """Decode the text at the beginning of the arguments: length including the final NUL, then bytes."""
    return arguments[4 : 3 + number(arguments)].decode(errors="replace")


def _hear_display(opcode: int, arguments: bytes) -> None:
    if opcode == _ERROR:
        raise ConnectionAbortedError(f"the compositor refused a request: {text(arguments[8:])}")
