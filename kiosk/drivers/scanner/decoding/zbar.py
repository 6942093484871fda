"""Decoding with zbar, which reads some codes that zxing-cpp does not: moiré, glare, a worn corner.

It needs the Debian package libzbar0 and the Python package pyzbar; without them its stages read nothing. Only QR codes
are read: linear codes have only one check digit, and stripes are common.
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
"""ZBAR_CFG_BINARY, which pyzbar does not define. Without it zbar guesses a character set and changes Vietnamese names
(mchehab/zbar #212). Available since zbar 0.23.1.
"""
_ALL = 0
_GREY = int.from_bytes(b"Y800", "little")
"""One byte per pixel (fourcc.org)."""


def scans(picture: Image.Image) -> tuple[Scan, ...]:
    """Return the QR codes with UTF-8 text in a grey picture, each once; none without zbar.

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
    """Return zbar's functions, or None, with one log line, when it is missing or too old to be reliable."""
    try:
        from pyzbar import wrapper as zbar
    except ImportError as error:
        _log.warning("zbar is not used: %s; install libzbar0 and pyzbar", error)
        return None
    module: ModuleType = zbar
    scanner = module.zbar_image_scanner_create()
    can_binary = _configure(module, scanner)
    module.zbar_image_scanner_destroy(scanner)
    if not can_binary:
        _log.warning("zbar is not used: it is older than 0.23.1 and guesses character sets")
        return None
    return module


def _configure(zbar: ModuleType, scanner: object) -> bool:
    """Configure zbar to read only QR codes, as bytes; return whether that is possible."""
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
