"""A camera in the kernel's place: it answers the requests of Video4Linux2 in their order, and refuses others.

Its memory is a file that is truly mapped; only `ioctl` is ours, for no file but a camera's takes these requests.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from errno import EAGAIN, EINVAL, ENODEV, ENOTTY
from pathlib import Path

from kiosk.drivers.scanner import v4l2

_PAGE = 4096


class FakeV4l2:
    """A camera that sends one form of frames; `frames` are those to come, None for a moment without one."""

    def __init__(self, path: Path, form: str, size: tuple[int, int], stride: int, able: int = 0x0400_0001) -> None:
        self.form, self.size, self.stride, self.able = form, size, stride, able
        self.frames: deque[bytes | None] = deque()
        self.flags = 0
        self.is_gone = False
        self.asked: list[int] = []
        self._length = -(-stride * size[1] * 2 // _PAGE) * _PAGE
        self._queued: deque[int] = deque()
        self._is_streaming = False
        self._file = path
        path.write_bytes(bytes(2 * self._length))

    def ioctl(self, _fd: int, request: int, told: bytearray) -> None:
        """Answer one request, as ioctl(2) does."""
        self.asked.append(request)
        if self.is_gone:
            raise OSError(ENODEV, os.strerror(ENODEV))
        answers: dict[int, Callable[[bytearray], None]] = {
            v4l2.QUERYCAP: self._capability,
            v4l2.S_FMT: self._format,
            v4l2.REQBUFS: lambda _: None,
            v4l2.QUERYBUF: self._where,
            v4l2.QBUF: self._queue,
            v4l2.DQBUF: self._deliver,
            v4l2.STREAMON: lambda _: self._stream(True),
            v4l2.STREAMOFF: lambda _: self._stream(False),
        }
        if request not in answers:
            raise OSError(ENOTTY, os.strerror(ENOTTY))
        answers[request](told)

    def _capability(self, told: bytearray) -> None:
        v4l2.CAPABILITY.pack_into(told, 0, b"fake", b"Fake camera", b"usb-1", 0x060000, 0x8420_0001, self.able)

    def _format(self, told: bytearray) -> None:
        width, height = self.size
        sent = (width, height, self.form.encode(), 1, self.stride, self.stride * height, *[0] * 6)
        v4l2.FORMAT.pack_into(told, 0, v4l2.CAPTURE, *sent)

    def _where(self, told: bytearray) -> None:
        index = v4l2.BUFFER.unpack(told)[0]
        v4l2.BUFFER.pack_into(
            told, 0, index, 1, 0, 0, 0, b"", b"", 0, v4l2.MMAP, index * self._length, 0, self._length, 0, 0
        )

    def _queue(self, told: bytearray) -> None:
        index = v4l2.BUFFER.unpack(told)[0]
        if index in self._queued:
            raise OSError(EINVAL, "it is queued already")
        self._queued.append(index)

    def _deliver(self, told: bytearray) -> None:
        if not self._is_streaming:
            raise OSError(EINVAL, "it does not stream")
        frame = self.frames.popleft() if self.frames and self._queued else None
        if frame is None:
            raise OSError(EAGAIN, os.strerror(EAGAIN))
        index = self._queued.popleft()
        with self._file.open("r+b") as memory:
            memory.seek(index * self._length)
            memory.write(frame)
        sent = (index, 1, len(frame), self.flags, 0, b"", b"", 0, v4l2.MMAP, index * self._length)
        v4l2.BUFFER.pack_into(told, 0, *sent, 0, self._length, 0, 0)

    def _stream(self, is_on: bool) -> None:
        self._is_streaming = is_on
        if not is_on:
            self._queued.clear()
