"""Codes in pictures, by zxing-cpp. A picture is looked at in memory and dropped: nothing of it is ever written."""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import warnings
from pathlib import Path

import zxingcpp
from PIL import Image, UnidentifiedImageError

from kiosk.drivers.scanner.scan import Scan, Symbology
from kiosk.errors import DeviceError

MAX_FILE_BYTES = 32 * 2**20
MAX_PIXELS = 50_000_000
"""As much as a telephone takes; in grey 50 MB of memory, in colour for a moment four times that."""

_FILE_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "PPM")
"""What cameras and screenshots write. Every further format is one more decoder that a stranger's file can reach."""

_SYMBOLOGIES = {
    zxingcpp.BarcodeFormat.QRCode: Symbology.QR,
    zxingcpp.BarcodeFormat.DataMatrix: Symbology.DATA_MATRIX,
    zxingcpp.BarcodeFormat.Code128: Symbology.CODE_128,
}

_FORMATS = zxingcpp.BarcodeFormats(list(_SYMBOLOGIES))

_BROKEN = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, struct.error),
    *(NotImplementedError, Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What Pillow's decoders raise about a damaged file, depending on where the damage is."""


def decode(picture: Image.Image) -> tuple[Scan, ...]:
    """Return the codes in a picture that hold text, each once.

    A code whose bytes are not UTF-8 makes no scan: a guessed character set turns Vietnamese names into others.
    """
    # Not `.text`: it guesses the character set, and spells a NUL as "<NUL>".
    codes = zxingcpp.read_barcodes(_in_grey(picture), formats=_FORMATS)
    scans = (_scan(code) for code in codes)
    return tuple(dict.fromkeys(scan for scan in scans if scan is not None))


def open_picture(path: Path) -> Image.Image:
    """Return the picture in a file, wholly read.

    Raises:
        DeviceError: there is none, or it is too large, damaged, or not a picture; the message names the file.
    """
    content = io.BytesIO(_read(path))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as damaged notes of a camera, which nobody reads here
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(content, formats=_FILE_FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise DeviceError(f"{path}: {picture.width}×{picture.height} is too large; make the picture smaller")
            picture.draft("L", picture.size)  # JPEG can be read in grey at once, which is quicker
            picture.load()
    except DeviceError:
        raise
    except UnidentifiedImageError as error:
        raise DeviceError(f"{path}: not a picture (wanted: {', '.join(_FILE_FORMATS)})") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DeviceError(f"{path}: the picture is too large; make it smaller") from error
    except _BROKEN as error:
        raise DeviceError(f"{path}: the picture is damaged ({error}); take or copy it again") from error
    return picture


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


def _in_grey(picture: Image.Image) -> Image.Image:
    """Return the picture in grey on white, where it has a ground that can be seen through."""
    if not picture.has_transparency_data:
        return picture.convert("L")
    on_white = Image.new("RGBA", picture.size, "white")
    on_white.alpha_composite(picture.convert("RGBA"))
    return on_white.convert("L")


def _scan(code: zxingcpp.Barcode) -> Scan | None:
    # Not `.format`, which tells Micro QR and its like apart though only QR was asked for.
    symbology = _SYMBOLOGIES.get(code.symbology)
    try:
        text = code.bytes.decode()
    except UnicodeDecodeError:
        return None
    return Scan(symbology, unicodedata.normalize("NFC", text)) if symbology else None
