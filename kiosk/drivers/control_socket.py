"""A hatch: the Unix socket through which a simulated device is handed what a real one would read, in memory only.

A client connects and sends one message: its length in four bytes, big-endian, and so many bytes. It is answered by one
line of text in the same form, and the connection ends. A message is taken whole or not at all; what is no message is
answered with `refused: ` and the reason. Whoever owns the device owns the hatch, and needs no thread for it: it sleeps
on `fileno()` and calls `serve()`.
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
"""More than one person has hands; whoever has waited longest in the middle of a message gives way to a new one."""
_MOST_ROUNDS = 32
"""One call of `serve` takes no more than this, however fast it is handed things."""
_PATIENCE_S = 5.0


class ControlSocket:
    """The device's side: messages go to `take`, whose answer goes back, as long as the cable is in."""

    def __init__(self, path: Path, control_file: Path, longest_bytes: int, take: Callable[[bytes], str]) -> None:
        """Open the hatch, in the place of one that a killed process has left behind.

        Args:
            control_file: where `plug.request` asks for the cable to be out.
            take: returns the answer to a message; raises ValueError with the reason to refuse it, which goes out of
                this process and so holds nothing of the message.
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
        """Tell whether the device is there."""
        return not (self._epoll.closed or simulated_cable.is_out(self._control_file))

    def fileno(self) -> int:
        """Return what is readable when something was handed in, or the cable was moved; -1 once it is closed."""
        return -1 if self._epoll.closed else self._epoll.fileno()

    def serve(self) -> None:
        """Take what has come and answer it. It never waits: half a message is looked at again when more has come."""
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
        """Close the hatch and take its socket away; closing twice is fine."""
        if self._epoll.closed:
            return
        for fd in list(self._callers):
            self._let_go(fd)
        self._epoll.close()
        self._listener.close()
        self._watch.close()
        with suppress(FileNotFoundError):
            if self._path.stat().st_ino == self._inode:  # or another process has opened its own in our place
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
        """Read on in a message; answer it when it is whole, or cannot become a message any more."""
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
            with suppress(OSError):  # it hung up without waiting for an answer
                caller.send(_packed(answer.encode()))
            self._let_go(fd)

    def _answer(self, heard: bytearray, is_over: bool) -> str:
        """Return the answer to what was heard, or nothing while the message goes on."""
        length = _LENGTH.unpack_from(heard)[0] if len(heard) >= _LENGTH.size else None
        if length is not None and length > self._longest:
            raise ValueError(f"longer than {self._longest} bytes")
        size = None if length is None else _LENGTH.size + length
        if size is not None and len(heard) > size:
            raise ValueError("more than one message")
        if size == len(heard):
            return self._take(bytes(heard[_LENGTH.size :])) if self.is_plugged else UNPLUGGED
        if is_over:
            raise ValueError("the message ended before its time")
        return ""

    def _let_go(self, fd: int) -> None:
        caller, _ = self._callers.pop(fd)
        self._epoll.unregister(fd)
        caller.close()


def send_message(path: Path, message: bytes) -> str | None:
    """Hand a message to the device behind a hatch and return its answer, or None when nobody has the device open.

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
        with suppress(BrokenPipeError, ConnectionResetError):  # it heard enough: the answer says why
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
    """Return a socket at `path` that only this user can hand things to."""
    make_folder(path.parent)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    try:
        # Before bind, which gives the file the socket's own mode; umask would be the whole process's for a moment.
        os.fchmod(listener.fileno(), 0o600)
        listener.bind(str(path))
        listener.listen()
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
