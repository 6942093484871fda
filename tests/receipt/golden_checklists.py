"""Golden checklists: pictures of what the printer burns.

`python -m tests.receipt.golden_checklists` draws them anew; then look at the diff.
"""

from __future__ import annotations

from PIL import Image

from kiosk.receipt.escpos import encode_checklist
from tests.receipt.checklists import IN_KOREAN, LONG, RESIDENCE, SHORT
from tests.receipt.golden_slips import FOLDER
from tests.receipt.paper import printed
from tests.receipt.samples import MIDDLE, NARROW, WIDE


def pictures() -> dict[str, Image.Image]:
    """Return every golden checklist as it is drawn today, by file name."""
    checklists = {
        "checklist-576": (RESIDENCE, WIDE),
        "checklist-korean-576": (IN_KOREAN, WIDE),
        "checklist-short-512": (SHORT, MIDDLE),
        "checklist-long-384": (LONG, NARROW),
    }
    return {name: printed(encode_checklist(said, profile), profile) for name, (said, profile) in checklists.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, picture in pictures().items():
        picture.save(FOLDER / f"{name}.png", optimize=True)
