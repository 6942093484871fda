"""Decodes the codes in a picture. The picture is held in memory only and then dropped."""

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
"""Decoding time for a picture from a file; a camera's frames have less, see `camera`."""

MAX_FILE_BYTES = 32 * 2**20
MAX_PIXELS = 25_000_000
"""The size of most telephones' pictures; in grey, 25 MB of memory."""

MAX_DECODING_BYTES = 180_000_000
"""Peak memory while a picture is decompressed."""

MAX_SIDE_PX = 65_535
"""The limit of JPEG and of the decoders."""

_STRIP_PIXELS = 1_000_000

_FILE_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "PPM")
"""The formats of cameras and screenshots. Each further format would expose one more decoder to untrusted files."""

_BROKEN = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, struct.error),
    *(NotImplementedError, Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""Exceptions of Pillow's decoders for a damaged file."""


def decode(picture: Image.Image, budget_s: float = BUDGET_S, clock: Clock | None = None) -> tuple[Scan, ...]:
    """Return the codes with text in a picture, each once; linear and Data Matrix codes only if no QR code is read.

    A code whose bytes are neither UTF-8 nor in its declared character set gives no scan: a guessed character set would
    change Vietnamese names.

    Args:
        budget_s: the longest decoding time; an easy picture takes a few milliseconds.
        clock: measures the time.
    """
    return stages.run_stages(in_grey(picture), budget_s, clock or SystemClock())


def open_picture(path: Path) -> Image.Image:
    """Return the picture of a file, loaded completely, in grey (mode "L") and upright.

    Raises:
        DeviceError: it is missing, too large, damaged, or not a picture; the message names the file.
    """
    return read_picture(_read(path), str(path))


def read_picture(content: bytes, name: str) -> Image.Image:
    """Return the picture of a file's content, like `open_picture`; `name` identifies it in messages.

    Raises:
        DeviceError: it is too large, damaged, or not a picture.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as damaged camera metadata, which is not used here
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_FILE_FORMATS)
            if not _fits_in_memory(picture):
                raise DeviceError(f"{name}: {picture.width}×{picture.height} is too large; make the picture smaller")
            picture.draft("L", picture.size)  # JPEG can be decoded directly to grey, which is faster
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


def _fits_in_memory(picture: Image.Image) -> bool:
    """Tell whether a picture, of which only the header was read, may be decompressed."""
    pixels = picture.width * picture.height
    # Measured: WebP uses two canvases and a copy. A progressive JPEG keeps two bytes per sample until the last pass,
    # and only a CMYK one is not decoded directly to grey. Other formats are decompressed in place.
    jpeg = 12 if picture.mode == "CMYK" else 7
    bytes_a_pixel = {"WEBP": 16, "JPEG": jpeg}.get(picture.format or "", 4)
    return pixels <= MAX_PIXELS and pixels * bytes_a_pixel <= MAX_DECODING_BYTES and max(picture.size) <= MAX_SIDE_PX


def _upright(picture: Image.Image) -> Image.Image:
    """Return the picture upright, according to the camera's metadata."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ImageOps.exif_transpose(picture)
    except _BROKEN:
        return picture  # damaged metadata is no reason to refuse a picture


def _read(path: Path) -> bytes:
    try:
        # A pipe could block for ever, a device may have no end. A link is followed: the user named it.
        return read_file(path.resolve(), MAX_FILE_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise DeviceError(f"{path}: more than {MAX_FILE_BYTES // 2**20} MB; make the picture smaller") from error
        raise DeviceError(f"{path}: {error.strerror or error}") from error


def in_grey(picture: Image.Image) -> Image.Image:
    """Return the picture in grey (mode "L"); transparent parts become white.

    A large picture is converted in strips: the intermediate format would take several times its memory.
    """
    if picture.mode == "L" and not picture.has_transparency_data:
        picture.load()
        return picture
    grey = Image.new("L", picture.size)
    grey.info = dict(picture.info)  # contains the orientation
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
    """Return the conversion of deeper greys to 8 bits, scaled from darkest to brightest; Pillow would clip them."""
    extremes = [cast(tuple[float, float], strip.convert("F").getextrema()) for _, strip in _strips(picture)]
    low, high = min(low for low, _ in extremes), max(high for _, high in extremes)
    if not 0 < high - low < math.inf:
        return lambda strip: Image.new("L", strip.size)
    factor = 255 / (high - low)
    return lambda strip: strip.convert("F").point(lambda grey: grey * factor - low * factor).convert("L")
