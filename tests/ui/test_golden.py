"""The screens as they were last looked at. After a wanted change: python -m kiosk.ui.gallery --golden, and look."""

from __future__ import annotations

import pygame.image
import pytest
from PIL import Image, ImageChops

from kiosk.ui.drawing.painter import picture
from kiosk.ui.gallery import GOLDEN, GOLDEN_SHOTS, Shot

_LEVELS = 40
"""A pixel may differ by this much of 255: the stored pictures have 64 colours."""
_SHARE = 0.0006
"""This share of all pixels may differ by more."""


@pytest.mark.parametrize("shot", GOLDEN_SHOTS, ids=lambda shot: shot.name)
def test_a_screen_looks_as_it_did(shot: Shot) -> None:
    surface = picture(shot.scene())
    now = Image.frombytes("RGB", surface.get_size(), pygame.image.tobytes(surface, "RGB"))
    with Image.open(GOLDEN / f"{shot.name}.png") as file:
        golden = file.convert("RGB")
    assert now.size == golden.size
    channels = ImageChops.difference(now, golden).split()
    worst = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
    differing = sum(worst.histogram()[_LEVELS:])
    assert differing <= _SHARE * now.width * now.height, f"{differing} pixels differ"


def test_no_golden_picture_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.glob("*.png")} == {shot.name for shot in GOLDEN_SHOTS}
