"""The control socket of a simulated device: a Unix socket through which it receives its input, in memory only.

A client connects and sends one message: its length in four bytes, big-endian, then the bytes. The answer is one line of
text in the same format, and the connection ends. A message is processed completely or not at all; an invalid one is
answered with `refused: ` and the reason. The owner of the device needs no thread: it waits on `fileno()` and calls
`serve()`.
"""

from __future__ import annotations

import logging
import os
import select
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kiosk.drivers import simulated_cable
from kiosk.drivers.control_file import Watch
from kiosk.errors import DeviceError
from kiosk.files import make_folder

log = logging.getLogger(__name__)

OK, UNPLUGGED = "ok", "unplugged"

_SAID_OF_PLUG = {
    False: (logging.WARNING, "the simulated %s is unplugged"),
    True: (logging.INFO, "the simulated %s is plugged in again"),
}
_LENGTH = struct.Struct(">I")
_REFUSED = "refused: "
_CHUNK_BYTES = 64 * 1024
_MOST_CALLERS = 8
"""Limit of simultaneous clients. A new client replaces the one that has been in the middle of a message longest."""
_MOST_ROUNDS = 32
"""Limit of messages in one call of `serve`."""
_PATIENCE_S = 5.0


class ControlSocket:
    """The device's side: passes messages to `take` and returns its answer, while the device is plugged in."""

    def __init__(self, path: Path, control_file: Path, longest_bytes: int, take: Callable[[bytes], str]) -> None:
        """Open the socket; replace one that a killed process has left behind.

        Args:
            control_file: the file in which `simulated_cable.request` unplugs the device.
            take: returns the answer to a message; raises ValueError with the reason to refuse it. The reason is sent to
                the client and must contain nothing of the message.
        Raises:
            OSError: the run directory cannot be written.
        """
        self._path = path
        self._control_file = control_file
        self._longest = longest_bytes
        self._take = take
        self._callers: dict[int, tuple[socket.socket, bytearray]] = {}
        self._watch = Watch(control_file)
        self._listener = _listening(path)
        self._inode = path.stat().st_ino
        self._epoll = select.epoll()
        for source in (self._watch, self._listener):
            self._epoll.register(source, select.EPOLLIN)
        self._was_plugged = True
        self._note_plug()

    @property
    def is_plugged(self) -> bool:
        """Tell whether the device is plugged in."""
        return not (self._epoll.closed or simulated_cable.is_out(self._control_file))

    def fileno(self) -> int:
        """Return a descriptor that is readable after input or a change of the cable; -1 after `close`."""
        return -1 if self._epoll.closed else self._epoll.fileno()

    def serve(self) -> None:
        """Process and answer the received messages. It never blocks: an incomplete message waits for the next call."""
        for _ in range(_MOST_ROUNDS):
            ready = [] if self._epoll.closed else self._epoll.poll(0)
            for fd, _event in ready:
                if fd in self._callers:
                    self._hear(fd)
                elif fd == self._listener.fileno():
                    self._admit()
                else:
                    self._watch.has_changed()
                    self._note_plug()
            if not ready:
                return

    def close(self) -> None:
        """Close and remove the socket; closing twice is fine."""
        if self._epoll.closed:
            return
        for fd in list(self._callers):
            self._let_go(fd)
        self._epoll.close()
        self._listener.close()
        self._watch.close()
        with suppress(FileNotFoundError):
            if self._path.stat().st_ino == self._inode:  # else another process owns the path
                self._path.unlink()

    def _note_plug(self) -> None:
        if self.is_plugged is self._was_plugged:
            return
        self._was_plugged = not self._was_plugged
        log.log(*_SAID_OF_PLUG[self._was_plugged], self._path.stem)

    def _admit(self) -> None:
        with suppress(BlockingIOError):
            caller, _ = self._listener.accept()
            caller.setblocking(False)
            if len(self._callers) == _MOST_CALLERS:
                self._let_go(next(iter(self._callers)))
            self._callers[caller.fileno()] = caller, bytearray()
            self._epoll.register(caller, select.EPOLLIN)

    def _hear(self, fd: int) -> None:
        """Read more of a message; answer it when it is complete or invalid."""
        caller, heard = self._callers[fd]
        try:
            chunk = caller.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self._let_go(fd)
            return
        heard += chunk
        try:
            answer = self._answer(heard, is_over=not chunk)
        except ValueError as error:
            answer = f"{_REFUSED}{error}"
        if answer:
            with suppress(OSError):  # the client disconnected before the answer
                caller.send(_packed(answer.encode()))
            self._let_go(fd)

    def _answer(self, heard: bytearray, is_over: bool) -> str:
        """Return the answer to the received bytes, or an empty text while the message is incomplete."""
        length = _LENGTH.unpack_from(heard)[0] if len(heard) >= _LENGTH.size else None
        if length is not None and length > self._longest:
            raise ValueError(f"longer than {self._longest} bytes")
        size = None if length is None else _LENGTH.size + length
        if size is not None and len(heard) > size:
            raise ValueError("more than one message")
        if size == len(heard):
            return self._take(bytes(heard[_LENGTH.size :])) if self.is_plugged else UNPLUGGED
        if is_over:
            raise ValueError("the message is incomplete")
        return ""

    def _let_go(self, fd: int) -> None:
        caller, _ = self._callers.pop(fd)
        self._epoll.unregister(fd)
        caller.close()


def send_message(path: Path, message: bytes) -> str | None:
    """Send a message to a device and return its answer, or None when no process has the device open.

    Raises:
        DeviceError: the message was refused, or there was no answer within 5 seconds.
    """
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(_PATIENCE_S)
        try:
            line.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except OSError as error:
            raise DeviceError(f"{path}: {error.strerror or error}") from error
        with suppress(BrokenPipeError, ConnectionResetError):  # the device closed early: the answer gives the reason
            line.sendall(_packed(message))
        answer = _answer_on(line, path)
    if answer.startswith(_REFUSED):
        raise DeviceError(answer.removeprefix(_REFUSED))
    return answer


def _answer_on(line: socket.socket, path: Path) -> str:
    try:
        with line.makefile("rb") as file:
            (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
            answer = file.read(length)
    except (OSError, struct.error) as error:
        raise DeviceError(f"{path}: no answer; is its process stopped or very busy?") from error
    return answer.decode(errors="replace")


def _packed(message: bytes) -> bytes:
    return _LENGTH.pack(len(message)) + message


def _listening(path: Path) -> socket.socket:
    """Return a listening socket at `path` that only its user can connect to."""
    make_folder(path.parent)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    try:
        # Before bind: the file takes the socket's mode. umask would affect the whole process.
        os.fchmod(listener.fileno(), 0o600)
        listener.bind(str(path))
        listener.listen()
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
