"""Codes in pictures. A picture is looked at in memory and dropped: nothing of it is ever written."""

from __future__ import annotations

import io
import math
import stat
import struct
import warnings
from pathlib import Path
from typing import cast

from PIL import Image, ImageOps, UnidentifiedImageError

from kiosk.clock import Clock, SystemClock
from kiosk.drivers.scanner import ladder
from kiosk.drivers.scanner.scan import Scan
from kiosk.errors import DeviceError

BUDGET_S = 0.5
"""For a picture from a file, where a technician waits; a camera's frames have less, see `camera`."""

MAX_FILE_BYTES = 32 * 2**20
MAX_PIXELS = 50_000_000
"""As much as a telephone takes; in grey 50 MB of memory, in colour for a moment four times that."""

MAX_SIDE_PX = 65_535
"""As long as a JPEG may be, and as the decoders bear."""

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
    return ladder.climb(in_grey(picture), budget_s, clock or SystemClock())


def open_picture(path: Path) -> Image.Image:
    """Return the picture in a file, wholly read.

    Raises:
        DeviceError: there is none, or it is too large, damaged, or not a picture; the message names the file.
    """
    return read_picture(_read(path), str(path))


def read_picture(content: bytes, name: str) -> Image.Image:
    """Return the picture that a file's content is, wholly read; `name` is what a message calls it.

    Raises:
        DeviceError: it is too large, damaged, or not a picture.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as damaged notes of a camera, which nobody reads here
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_FILE_FORMATS)
            if picture.width * picture.height > MAX_PIXELS or max(picture.size) > MAX_SIDE_PX:
                raise DeviceError(f"{name}: {picture.width}×{picture.height} is too large; make the picture smaller")
            picture.draft("L", picture.size)  # JPEG can be read in grey at once, which is quicker
            picture.load()
    except DeviceError:
        raise
    except UnidentifiedImageError as error:
        raise DeviceError(f"{name}: not a picture (wanted: {', '.join(_FILE_FORMATS)})") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DeviceError(f"{name}: the picture is too large; make it smaller") from error
    except _BROKEN as error:
        raise DeviceError(f"{name}: the picture is damaged ({error}); take or copy it again") from error
    return _upright(picture)


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
        # A pipe would let us wait for ever, a device may have no end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise DeviceError(f"{path}: not a file")
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except DeviceError:
        raise
    except OSError as error:
        raise DeviceError(f"{path}: {error.strerror or error}") from error
    if len(content) > MAX_FILE_BYTES:
        raise DeviceError(f"{path}: more than {MAX_FILE_BYTES // 2**20} MB; make the picture smaller")
    return content


def in_grey(picture: Image.Image) -> Image.Image:
    """Return the picture in grey (mode "L"), on white where it has a ground that can be seen through."""
    if picture.mode == "F" or picture.mode.startswith("I"):
        return _in_eight_bits(picture)
    if not picture.has_transparency_data:
        return picture.convert("L")
    on_white = Image.new("RGBA", picture.size, "white")
    on_white.alpha_composite(picture.convert("RGBA"))
    return on_white.convert("L")


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    """Return a picture of finer greys, its darkest as black and its brightest as white; Pillow would cut them off."""
    fine = picture.convert("F")
    low, high = cast(tuple[float, float], fine.getextrema())
    if not 0 < high - low < math.inf:
        return Image.new("L", picture.size)
    factor = 255 / (high - low)
    return fine.point(lambda grey: grey * factor - low * factor).convert("L")
