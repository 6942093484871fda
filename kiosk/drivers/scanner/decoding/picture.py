"""Codes in pictures. A picture is looked at in memory and dropped: nothing of it is ever written."""

from __future__ import annotations

import errno
import io
import math
import struct
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from PIL import Image, ImageOps, UnidentifiedImageError

from kiosk.clock import Clock, SystemClock
from kiosk.drivers.scanner.decoding import stages
from kiosk.errors import DeviceError
from kiosk.files import read_file
from kiosk.ports.scanner import Scan

BUDGET_S = 0.5
"""For a picture from a file, where a technician waits; a camera's frames have less, see `camera`."""

MAX_FILE_BYTES = 32 * 2**20
MAX_PIXELS = 25_000_000
"""As many as most telephones take; in grey, as it is looked at, 25 MB of memory."""

MAX_DECODING_BYTES = 180_000_000
"""For a moment, while a picture is unpacked."""

MAX_SIDE_PX = 65_535
"""As long as a JPEG may be, and as the decoders bear."""

_STRIP_PIXELS = 1_000_000

_FILE_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "PPM")
"""What cameras and screenshots write. Every further format is one more decoder that a stranger's file can reach."""

_BROKEN = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, struct.error),
    *(NotImplementedError, Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What Pillow's decoders raise about a damaged file, depending on where the damage is."""


def decode(picture: Image.Image, budget_s: float = BUDGET_S, clock: Clock | None = None) -> tuple[Scan, ...]:
    """Return the codes in a picture that hold text, each once; labels only where no QR code is read.

    A code whose bytes are not UTF-8, nor what it declares, makes no scan: a guessed character set turns Vietnamese
    names into others.

    Args:
        budget_s: how long it may take; a picture that is read at a glance takes a few milliseconds of it.
        clock: by which the time is taken.
    """
    return stages.climb(in_grey(picture), budget_s, clock or SystemClock())


def open_picture(path: Path) -> Image.Image:
    """Return the picture in a file, wholly read, in grey (mode "L") and upright.

    Raises:
        DeviceError: there is none, or it is too large, damaged, or not a picture; the message names the file.
    """
    return read_picture(_read(path), str(path))


def read_picture(content: bytes, name: str) -> Image.Image:
    """Return the picture that a file's content is, as `open_picture`; `name` is what a message calls it.

    Raises:
        DeviceError: it is too large, damaged, or not a picture.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as damaged notes of a camera, which nobody reads here
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_FILE_FORMATS)
            if not _is_bearable(picture):
                raise DeviceError(f"{name}: {picture.width}×{picture.height} is too large; make the picture smaller")
            picture.draft("L", picture.size)  # JPEG can be read in grey at once, which is quicker
            grey = in_grey(picture)
    except DeviceError:
        raise
    except UnidentifiedImageError as error:
        raise DeviceError(f"{name}: not a picture (wanted: {', '.join(_FILE_FORMATS)})") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DeviceError(f"{name}: the picture is too large; make it smaller") from error
    except _BROKEN as error:
        raise DeviceError(f"{name}: the picture is damaged ({error}); take or copy it again") from error
    return _upright(grey)


def _is_bearable(picture: Image.Image) -> bool:
    """Tell whether a picture, of which only the head was read, may be unpacked."""
    pixels = picture.width * picture.height
    # Measured: WebP is unpacked through two canvases and a copy. A JPEG that comes in several passes keeps two bytes of
    # each sample until the last one, and only one of four colours is not read in grey. Others are unpacked in place.
    jpeg = 12 if picture.mode == "CMYK" else 7
    bytes_a_pixel = {"WEBP": 16, "JPEG": jpeg}.get(picture.format or "", 4)
    return pixels <= MAX_PIXELS and pixels * bytes_a_pixel <= MAX_DECODING_BYTES and max(picture.size) <= MAX_SIDE_PX


def _upright(picture: Image.Image) -> Image.Image:
    """Return the picture as its camera was held, where the camera says so."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ImageOps.exif_transpose(picture)
    except _BROKEN:
        return picture  # a damaged note of the camera is no reason to refuse its picture


def _read(path: Path) -> bytes:
    try:
        # A pipe would let us wait for ever, a device may have no end. A link is followed: who names it here means it.
        return read_file(path.resolve(), MAX_FILE_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise DeviceError(f"{path}: more than {MAX_FILE_BYTES // 2**20} MB; make the picture smaller") from error
        raise DeviceError(f"{path}: {error.strerror or error}") from error


def in_grey(picture: Image.Image) -> Image.Image:
    """Return the picture in grey (mode "L"), on white where it has a ground that can be seen through.

    A large one is worked on in strips: what lies between its own form and grey would take several times its memory.
    """
    if picture.mode == "L" and not picture.has_transparency_data:
        picture.load()
        return picture
    grey = Image.new("L", picture.size)
    grey.info = dict(picture.info)  # says which way up it was taken
    tone = _tone(picture) if picture.mode == "F" or picture.mode.startswith("I") else _flat
    for top, strip in _strips(picture):
        grey.paste(tone(strip), (0, top))
    return grey


def _strips(picture: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    height = max(1, _STRIP_PIXELS // picture.width)
    for top in range(0, picture.height, height):
        yield top, picture.crop((0, top, picture.width, min(top + height, picture.height)))


def _flat(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("L")
    on_white = Image.new("RGBA", picture.size, "white")
    on_white.alpha_composite(picture.convert("RGBA"))
    return on_white.convert("L")


def _tone(picture: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """Return what turns finer greys into 8 bits, from the darkest to the brightest; Pillow would cut them off."""
    extremes = [cast(tuple[float, float], strip.convert("F").getextrema()) for _, strip in _strips(picture)]
    low, high = min(low for low, _ in extremes), max(high for _, high in extremes)
    if not 0 < high - low < math.inf:
        return lambda strip: Image.new("L", strip.size)
    factor = 255 / (high - low)
    return lambda strip: strip.convert("F").point(lambda grey: grey * factor - low * factor).convert("L")
