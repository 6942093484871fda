"""Checklists: what stands on them, read back from the paper."""

from __future__ import annotations

from datetime import datetime

import pytest
from PIL import Image, ImageChops

from kiosk.errors import EncodingError
from kiosk.receipt.checklist import layout_checklist
from kiosk.receipt.escpos import encode_checklist
from kiosk.receipt.slip import Checklist, PrinterProfile
from kiosk.records import replace
from tests.receipt.checklists import CHECKLISTS, LONG, RESIDENCE, SHORT
from tests.receipt.golden_checklists import pictures
from tests.receipt.golden_slips import FOLDER
from tests.receipt.paper import printed
from tests.receipt.samples import PROFILES, WIDE
from tests.receipt.test_layout import codes_on

_TOLERANCE = 0.002
"""Part of the dots: another release of FreeType may round a curve the other way."""

every_checklist = pytest.mark.parametrize("checklist", CHECKLISTS.values(), ids=CHECKLISTS.keys())
every_paper = pytest.mark.parametrize("profile", PROFILES, ids=["576", "512", "384", "384-no-cutter"])


@pytest.mark.parametrize("name", pictures())
def test_a_checklist_looks_as_before(name: str) -> None:
    today, before = pictures()[name], Image.open(FOLDER / f"{name}.png")
    assert today.size == before.size, "see `python -m tests.receipt.golden_checklists`"
    changed = ImageChops.logical_xor(today, before.convert("1")).convert("L").histogram()[255]
    assert changed <= _TOLERANCE * today.width * today.height, "see `python -m tests.receipt.golden_checklists`"


@every_paper
@every_checklist
def test_nothing_runs_into_the_margin(checklist: Checklist, profile: PrinterProfile) -> None:
    margin = round(profile.width_dots / 24) - 3  # slanted and round letters lean over their own edge
    for block in layout_checklist(checklist, profile):
        ink = block.getbbox() if isinstance(block, Image.Image) else None
        assert ink is None or (margin <= ink[0] and ink[2] <= profile.width_dots - margin)


@every_paper
@every_checklist
def test_a_phone_finds_the_portal(checklist: Checklist, profile: PrinterProfile) -> None:
    paper = printed(encode_checklist(checklist, profile), profile)
    assert codes_on(paper) == ([checklist.portal_url] if checklist.portal_url else [])


def test_every_paper_to_bring_makes_the_list_longer() -> None:
    longer = replace(SHORT, papers=SHORT.papers * 2)
    assert printed(encode_checklist(longer, WIDE), WIDE).height > printed(encode_checklist(SHORT, WIDE), WIDE).height


def test_control_bytes_in_a_published_text_never_reach_the_printer_as_such() -> None:
    poisoned = replace(RESIDENCE, name={"vi": "Đăng\x1b@ ký\x1dV\x00 thường trú", "en": "Permanent residence"})
    clean = replace(RESIDENCE, name={"vi": "Đăng@ ký V thường trú", "en": "Permanent residence"})
    assert encode_checklist(poisoned, WIDE) == encode_checklist(clean, WIDE)


def test_what_cannot_be_printed_honestly_is_refused_by_name() -> None:
    with pytest.raises(EncodingError, match="not printable ASCII"):
        replace(RESIDENCE, portal_url="https://dịchvụcông.vn")
    with pytest.raises(EncodingError, match="no time zone"):
        replace(RESIDENCE, printed_at=datetime(2026, 11, 23, 9, 0))
    with pytest.raises(EncodingError, match="does not fit"):
        encode_checklist(replace(LONG, portal_url="https://x/" + "y" * 1300), PROFILES[2])
