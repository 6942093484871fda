"""Converts a camera's frame from its pixel format to grey."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from kiosk.drivers.scanner.decoding.picture import read_picture
from kiosk.errors import DeviceError

Size = tuple[int, int]


def _plain(raw: memoryview, size: Size, stride: int) -> Image.Image:
    """One byte per pixel; colour planes after it are ignored."""
    return Image.frombytes("L", size, bytes(raw[: stride * size[1]]), "raw", "L", stride, 1)


def _every_second(raw: memoryview, size: Size, stride: int) -> Image.Image:
    """Alternating grey and colour bytes, as in YUYV."""
    return _plain(memoryview(bytes(raw[: stride * size[1] : 2])), size, stride // 2)


def _jpeg(raw: memoryview, size: Size, stride: int) -> Image.Image:
    return read_picture(bytes(raw), "a frame")


FORMATS: dict[str, Callable[[memoryview, Size, int], Image.Image]] = {
    "GREY": _plain,
    "NV12": _plain,
    "YU12": _plain,
    "YUYV": _every_second,
    "MJPG": _jpeg,
}
"""Pixel formats by four-character code, the cheapest first. Source: Linux media documentation, "Image Formats"."""


def grey(form: str, raw: memoryview, size: Size, stride: int) -> Image.Image | None:
    """Return a frame in grey (mode "L"); None when it is damaged or truncated, as the first of a stream often are.

    Args:
        form: one of `FORMATS`.
        stride: bytes from one line to the next.
    """
    try:
        return FORMATS[form](raw, size, stride)
    except (DeviceError, ValueError):
        return None
