"""Codes in pictures by zbar, which reads some that zxing-cpp does not: moiré, glare, a worn corner.

It comes with the Debian package libzbar0 and the Python package pyzbar; where either is missing, there is no second
opinion. Only QR codes are asked of it: its linear codes have but one check digit, and stripes are everywhere.
"""

from __future__ import annotations

import ctypes
import functools
import logging
from collections.abc import Iterator
from types import ModuleType

from PIL import Image

from kiosk.drivers.scanner.scan import scan_of
from kiosk.ports.scanner import Scan, Symbology

_log = logging.getLogger(__name__)

_BINARY = 4
"""ZBAR_CFG_BINARY, which pyzbar does not name. Without it zbar guesses a character set, and Vietnamese names come out
as others (mchehab/zbar #212); it came with zbar 0.23.1.
"""
_ALL = 0
_GREY = int.from_bytes(b"Y800", "little")
"""One byte a pixel (fourcc.org)."""


def scans(picture: Image.Image) -> tuple[Scan, ...]:
    """Return the QR codes in a grey picture that hold UTF-8, each once; none where zbar is missing.

    Args:
        picture: of mode "L".
    """
    zbar = _zbar()
    if zbar is None:
        return ()
    found = (scan_of(Symbology.QR, content) for content in _contents(zbar, picture))
    return tuple(dict.fromkeys(scan for scan in found if scan is not None))


@functools.cache
def _zbar() -> ModuleType | None:
    """Return zbar's functions, or None where it is missing or too old to be believed; it says so once."""
    try:
        from pyzbar import wrapper as zbar
    except ImportError as error:
        _log.warning("pictures get no second opinion: %s; install libzbar0 and pyzbar", error)
        return None
    module: ModuleType = zbar
    scanner = module.zbar_image_scanner_create()
    can_binary = _configure(module, scanner)
    module.zbar_image_scanner_destroy(scanner)
    if not can_binary:
        _log.warning("pictures get no second opinion: this zbar is older than 0.23.1 and guesses character sets")
        return None
    return module


def _configure(zbar: ModuleType, scanner: object) -> bool:
    """Have only QR codes read, byte for byte; tell whether it can."""
    enable, qr = zbar.ZBarConfig.CFG_ENABLE, zbar.ZBarSymbol.QRCODE
    zbar.zbar_image_scanner_set_config(scanner, _ALL, enable, 0)
    zbar.zbar_image_scanner_set_config(scanner, qr, enable, 1)
    refused: int = zbar.zbar_image_scanner_set_config(scanner, qr, _BINARY, 1)
    return refused == 0


def _contents(zbar: ModuleType, picture: Image.Image) -> list[bytes]:
    pixels = picture.tobytes()  # zbar keeps no copy: it must live until the image is destroyed
    scanner, image = zbar.zbar_image_scanner_create(), zbar.zbar_image_create()
    try:
        _configure(zbar, scanner)
        zbar.zbar_image_set_format(image, _GREY)
        zbar.zbar_image_set_size(image, *picture.size)
        zbar.zbar_image_set_data(image, pixels, len(pixels), None)
        zbar.zbar_scan_image(scanner, image)
        return list(_symbols(zbar, image))
    finally:
        zbar.zbar_image_destroy(image)
        zbar.zbar_image_scanner_destroy(scanner)


def _symbols(zbar: ModuleType, image: object) -> Iterator[bytes]:
    symbol = zbar.zbar_image_first_symbol(image)
    while symbol:
        # With its length: pyzbar's own `decode` ends at the first NUL.
        yield ctypes.string_at(zbar.zbar_symbol_get_data(symbol), zbar.zbar_symbol_get_data_length(symbol))
        symbol = zbar.zbar_symbol_next(symbol)
