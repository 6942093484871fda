"""Golden slips: pictures of what the printer burns.

`python -m tests.receipt.golden_slips` draws them anew; then look at the diff.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from kiosk.receipt.escpos import encode_slip, encode_test
from kiosk.records import replace
from tests.receipt.paper import printed
from tests.receipt.samples import COPY_IN_DOUBT, KOREAN, LONG_NAMES, MIDDLE, NARROW, NORMAL, PLAIN, WIDE

FOLDER = Path(__file__).parent / "golden"


def pictures() -> dict[str, Image.Image]:
    """Return every golden slip as it is drawn today, by file name."""
    slips = {
        "normal-576": (NORMAL, WIDE),
        "normal-own-font-576": (NORMAL, replace(WIDE, types_plain_words=True)),
        "plain-576": (PLAIN, WIDE),
        "long-names-512": (LONG_NAMES, MIDDLE),
        "copy-in-doubt-384": (COPY_IN_DOUBT, NARROW),
        "korean-576": (KOREAN, WIDE),
        "korean-384": (KOREAN, NARROW),
    }
    drawn = {name: printed(encode_slip(slip, profile), profile) for name, (slip, profile) in slips.items()}
    return drawn | {"test-page-576": printed(encode_test(WIDE), WIDE)}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, picture in pictures().items():
        picture.save(FOLDER / f"{name}.png", optimize=True)
