"""The QR code on a slip: whole dots per module, a quiet zone, and an error when it does not fit."""

from __future__ import annotations

from PIL import Image

from kiosk.errors import EncodingError
from kiosk.qr_code import QUIET_MODULES, modules_of

_SMALLEST_MODULE_DOTS = 3
"""0.375 mm at 203 dpi. Phones do not read smaller modules reliably on thermal paper."""


def qr_image(text: str, wanted_dots: int, limit_dots: int) -> Image.Image:
    """Return the code of `text` without its quiet zone as a 1-bit image; ink is 255.

    It is about `wanted_dots` wide; a long text may make it wider, up to `limit_dots` with its quiet zone. A module has
    an even number of dots if there is room, so that the printer can double them.

    Raises:
        EncodingError: it does not fit.
    """
    modules = _modules(text)
    limit = limit_dots // (modules.width + 2 * QUIET_MODULES)
    if limit < _SMALLEST_MODULE_DOTS:
        raise EncodingError(f"slip: a QR code of {len(text)} characters does not fit on {limit_dots} dots: shorten it")
    wanted = max(_SMALLEST_MODULE_DOTS + 1, 2 * round(wanted_dots / modules.width / 2))
    return _enlarged(modules, min(limit, wanted))


def code_image(text: str, module_dots: int) -> Image.Image:
    """Return the code of `text` without its quiet zone, with `module_dots` per module; 1-bit, ink is 255.

    Raises:
        EncodingError: no QR code holds it.
    """
    return _enlarged(_modules(text), module_dots)


def _enlarged(modules: Image.Image, module_dots: int) -> Image.Image:
    return modules.resize((modules.width * module_dots,) * 2, Image.Resampling.NEAREST)


def _modules(text: str) -> Image.Image:
    rows = modules_of(text)
    return Image.frombytes("L", (len(rows),) * 2, b"".join(rows)).point([0] + [255] * 255, "1")
