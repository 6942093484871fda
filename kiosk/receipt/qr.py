"""The QR code on a slip: whole dots for every module, a quiet zone, and an honest error when it cannot fit."""

from __future__ import annotations

from PIL import Image

from kiosk.errors import EncodingError

QUIET_MODULES = 4
"""White modules around the code. Source: ISO/IEC 18004, "Quiet zone"."""
_SMALLEST_MODULE_DOTS = 3
"""0.375 mm at 203 dpi: below it a phone's camera and the spread of thermal ink meet."""


def qr_image(text: str, wanted_dots: int, limit_dots: int) -> tuple[Image.Image, int]:
    """Return the code of `text` without its quiet zone as a 1-bit image (ink is 255), and the dots of one module.

    The code is about `wanted_dots` wide; a long text may make it wider, up to `limit_dots` with its quiet zone.

    Raises:
        EncodingError: it does not fit.
    """
    import segno

    try:
        matrix = segno.make(text, error="m", micro=False).matrix
    except segno.DataOverflowError as error:
        raise EncodingError(f"slip: {len(text)} characters are too long for a QR code") from error
    modules = len(matrix)
    limit = limit_dots // (modules + 2 * QUIET_MODULES)
    if limit < _SMALLEST_MODULE_DOTS:
        raise EncodingError(f"slip: a QR code of {len(text)} characters does not fit on {limit_dots} dots: shorten it")
    module_dots = min(limit, max(_SMALLEST_MODULE_DOTS + 1, round(wanted_dots / modules)))
    dots = Image.frombytes("L", (modules, modules), b"".join(matrix)).point([0] + [255] * 255, "1")
    return dots.resize((modules * module_dots,) * 2, Image.Resampling.NEAREST), module_dots
