"""The slips look as they looked when somebody last looked at them."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from tests.receipt.golden_slips import FOLDER, pictures

_TOLERANCE = 0.002
"""Part of the dots: another release of FreeType may round a curve the other way."""


@pytest.mark.parametrize("name", pictures())
def test_a_slip_looks_as_before(name: str) -> None:
    today, before = pictures()[name], Image.open(FOLDER / f"{name}.png")
    assert today.size == before.size, "see `python -m tests.receipt.golden_slips`"
    changed = ImageChops.logical_xor(today, before.convert("1")).convert("L").histogram()[255]
    assert changed <= _TOLERANCE * today.width * today.height, "see `python -m tests.receipt.golden_slips`"
