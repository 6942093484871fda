"""USB cameras through the kernel's interface (Video4Linux2), with the standard library only.

Two buffers are shared with the kernel. A camera stops when both are full, so their frames may be old when a new one is
wanted. Therefore both are returned to the kernel first, and the next frame is awaited.
Source: Linux media documentation, "Video for Linux API"; numbers and sizes of linux/videodev2.h on 64-bit machines.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import select
import struct
from collections.abc import Callable
from contextlib import suppress
from errno import EAGAIN, EINVAL, ENODEV, ENOTTY
from pathlib import Path

from PIL import Image

from kiosk.drivers.scanner.decoding.luma import FORMATS, grey

QUERYCAP, S_FMT, REQBUFS, QUERYBUF = 0x80685600, 0xC0D05605, 0xC0145608, 0xC0585609
QBUF, DQBUF, STREAMON, STREAMOFF = 0xC058560F, 0xC0585611, 0x40045612, 0x40045613

CAPABILITY = struct.Struct("<16s32s32sIII12x")
"""driver, card, bus, version, capabilities of the device and of this file"""
FORMAT = struct.Struct("<I4xII4sIIIIIIIII152x")
"""type, width, height, pixel format, field, bytes per line, bytes per frame, and fields that we leave to the camera"""
REQUEST = struct.Struct("<III8x")
"""count, type, memory"""
BUFFER = struct.Struct("<IIIII4x16s16sIIIIIII4x")
"""index, type, bytes used, flags, field, time, timecode, sequence, memory, offset, its upper half, length, …"""

CAPTURE, MMAP = 1, 1
CAN_CAPTURE, CAN_STREAM = 0x1, 0x0400_0000
IS_DAMAGED = 0x40
"""V4L2_BUF_FLAG_ERROR"""

_WANTED_PX = 1280, 720
"""Enough for a card of 57 modules that fills a third of the height."""
_BUFFERS = 2
_FRAME_TIMEOUT_S = 3.0
"""A camera that sends no frame for this long counts as disconnected."""

Ioctl = Callable[[int, int, bytearray], object]


class V4l2Camera:
    """A camera by its device file; tests replace `ioctl`."""

    def __init__(self, path: Path, ioctl: Ioctl = fcntl.ioctl) -> None:
        self.path = path
        self.name = f"camera {path}"
        self._ioctl = ioctl

    def open(self) -> V4l2Frames:
        """Open the camera and start streaming.

        Raises:
            OSError: it is not connected, is no camera, or another process uses it.
        """
        fd = os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return V4l2Frames(fd, self._ioctl)
        except BaseException:
            os.close(fd)
            raise


class V4l2Frames:
    """A streaming camera."""

    def __init__(self, fd: int, ioctl: Ioctl) -> None:
        self._fd = fd
        self._ioctl = ioctl
        self._maps: list[mmap.mmap] = []
        self._poll = select.poll()
        self._check()
        self._form, self._size, self._stride = self._negotiate()
        try:
            self._map_buffers()
            self._ask(STREAMON, bytearray(struct.pack("<I", CAPTURE)))
        except BaseException:
            self._unmap_buffers()
            raise

    def grab(self, stop: int) -> Image.Image | None:
        """Return the next frame in grey; None when it is damaged, or `stop` became readable first.

        Raises:
            OSError: the camera is disconnected.
        """
        for _ in self._maps:
            if (old := self._dequeued()) is not None:
                self._queue_buffer(old[0])
        self._poll.register(self._fd, select.POLLIN)
        self._poll.register(stop, select.POLLIN)
        ready = dict(self._poll.poll(_FRAME_TIMEOUT_S * 1000))
        if not ready or ready.get(self._fd, 0) & select.POLLERR:
            raise OSError(ENODEV, "the camera has stopped sending frames")
        taken = self._dequeued() if self._fd in ready else None
        if taken is None:
            return None
        index, used, flags = taken
        with memoryview(self._maps[index]) as shared, shared[:used] as raw:
            picture = None if flags & IS_DAMAGED else grey(self._form, raw, self._size, self._stride)
        self._queue_buffer(index)
        return picture

    def close(self) -> None:
        """Close the camera."""
        with suppress(OSError):
            self._ask(STREAMOFF, bytearray(struct.pack("<I", CAPTURE)))
        self._unmap_buffers()
        os.close(self._fd)

    # ---- inside

    def _ask(self, request: int, argument: bytearray) -> bytearray:
        self._ioctl(self._fd, request, argument)
        return argument

    def _check(self) -> None:
        try:
            argument = self._ask(QUERYCAP, bytearray(CAPABILITY.size))
        except OSError as error:
            if error.errno in (ENOTTY, EINVAL):
                reason = "this is no camera: set scanner.address to one such as /dev/video0"
                raise OSError(error.errno, reason) from error
            raise
        able = CAPABILITY.unpack(argument)[5]
        if not (able & CAN_CAPTURE and able & CAN_STREAM):
            raise OSError(ENODEV, "no capture device; a camera has several device files: try the next number")

    def _negotiate(self) -> tuple[str, tuple[int, int], int]:
        """Negotiate a supported pixel format; return it, the size, and the bytes per line."""
        for form in FORMATS:
            argument = self._ask(S_FMT, bytearray(FORMAT.pack(CAPTURE, *_WANTED_PX, form.encode(), *[0] * 9)))
            _, width, height, got, _, stride, *_ = FORMAT.unpack(argument)
            if got == form.encode():
                return form, (width, height), stride
        raise OSError(ENODEV, f"it sends none of {', '.join(FORMATS)}")

    def _map_buffers(self) -> None:
        argument = self._ask(REQBUFS, bytearray(REQUEST.pack(_BUFFERS, CAPTURE, MMAP)))
        for index in range(REQUEST.unpack(argument)[0]):
            *_, offset, _, length, _, _ = BUFFER.unpack(self._ask(QUERYBUF, _buffer(index)))
            self._maps.append(mmap.mmap(self._fd, length, offset=offset))
            self._queue_buffer(index)

    def _unmap_buffers(self) -> None:
        for shared in self._maps:
            shared.close()

    def _queue_buffer(self, index: int) -> None:
        self._ask(QBUF, _buffer(index))

    def _dequeued(self) -> tuple[int, int, int] | None:
        """Return the index, byte count and flags of a full buffer, or None when there is none yet."""
        try:
            index, _, used, flags, *_ = BUFFER.unpack(self._ask(DQBUF, _buffer(0)))
        except OSError as error:
            if error.errno == EAGAIN:
                return None
            raise
        return index, used, flags


def _buffer(index: int) -> bytearray:
    return bytearray(BUFFER.pack(index, CAPTURE, 0, 0, 0, b"", b"", 0, MMAP, 0, 0, 0, 0, 0))
