"""The bytes of a slip: the same picture as it was drawn, in few bytes, and nothing in them but pictures."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.drivers.printer.machine import Machine
from kiosk.receipt.commands import ASK_IN_ORDER, band, cut, feed, initialise
from kiosk.receipt.escpos import encode_full_raster, encode_slip, encode_test
from kiosk.receipt.layout import layout
from kiosk.receipt.sheet import Feed
from kiosk.receipt.slip import PrinterProfile, Slip
from tests.receipt.paper import as_image, printed
from tests.receipt.samples import NARROW, NORMAL, PROFILES, SLIPS, WIDE

every_slip = pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
every_paper = pytest.mark.parametrize("profile", PROFILES, ids=["576", "512", "384", "384-no-cutter"])


def drawn(slip: Slip, profile: PrinterProfile) -> Image.Image:
    """Return the layout as one picture, black on white."""
    blocks = layout(slip, profile)
    height = sum(block.rows if isinstance(block, Feed) else block.height for block in blocks)
    paper, top = Image.new("1", (profile.width_dots, height), 255), 0
    for block in blocks:
        if isinstance(block, Feed):
            top += block.rows
        else:
            paper.paste(0, (0, top), block)
            top += block.height
    return paper


@every_paper
@every_slip
def test_the_printer_burns_what_was_drawn(slip: Slip, profile: PrinterProfile) -> None:
    paper, expected = printed(encode_slip(slip, profile), profile), drawn(slip, profile)
    assert paper.crop((0, 0, *expected.size)).tobytes() == expected.tobytes()


@every_paper
@every_slip
def test_the_clever_way_and_the_plain_way_burn_the_same(slip: Slip, profile: PrinterProfile) -> None:
    clever, plain = encode_slip(slip, profile), encode_full_raster(slip, profile)
    assert printed(clever, profile).tobytes() == printed(plain, profile).tobytes()
    assert len(clever) < 0.66 * len(plain)


@every_paper
def test_the_test_page_burns_both_edges_of_the_head(profile: PrinterProfile) -> None:
    paper = printed(encode_test(profile), profile)
    left, _, right, _ = paper.point([255] + [0] * 255, "1").getbbox() or (0, 0, 0, 0)
    assert (left, right) == (0, profile.width_dots)


def test_a_job_begins_clean_and_ends_with_a_question_behind_the_cut() -> None:
    payload = encode_slip(NORMAL, WIDE)
    assert payload.startswith(b"\x1b@")
    assert payload.endswith(cut(16) + b"\x1dr\x01")


def test_without_a_cutter_the_slip_is_fed_up_to_the_tear_bar() -> None:
    payload = encode_slip(NORMAL, replace(NARROW, has_cutter=False))
    assert b"\x1dV" not in payload
    assert payload.endswith(feed(176) + ASK_IN_ORDER)


@every_paper
def test_no_band_is_higher_than_printers_take(profile: PrinterProfile) -> None:
    for rows in band_heights(encode_slip(SLIPS["long-names"], profile)):
        assert 0 < rows <= profile.band_rows


def band_heights(payload: bytes) -> list[int]:
    """Return the rows of data in each picture, found by walking over the commands."""
    heights, at = [], len(initialise(203))
    lengths = {b"\x1bJ": 3, b"\x1dL": 4, b"\x1dV": 4, b"\x1dr": 3}
    while at < len(payload):
        if payload[at : at + 3] == b"\x1dv0":
            width, height = (int.from_bytes(payload[at + n : at + n + 2], "little") for n in (4, 6))
            heights.append(height)
            at += 8 + width * height
        else:
            at += lengths[payload[at : at + 2]]
    return heights


@given(st.binary(min_size=8, max_size=800), st.integers(1, 8))
def test_no_picture_hides_a_command_that_printers_obey_at_once(dots: bytes, width: int) -> None:
    """DLE EOT would fake an answer, DLE ENQ empties the buffer of some printers, DLE DC4 switches others off."""
    rows = [dots[at : at + width] for at in range(0, len(dots) - width + 1, width)]
    assert not re.search(rb"\x10[\x04\x05\x14]", band(rows))


def test_a_hidden_command_costs_one_dot_and_no_more() -> None:
    rows = [b"\x10\x04\x01", b"\xff\x00\x10", b"\x14\x00\x10"]
    assert band(rows)[8:] == b"\x18\x04\x01" + b"\xff\x00\x18" + b"\x14\x00\x10"


@given(st.lists(st.integers(0, 3000), max_size=5))
def test_white_paper_is_fed_to_the_row(gaps: list[int]) -> None:
    slips: list[list[bytes]] = []
    machine = Machine(WIDE, slips.append)
    machine.receive(initialise(203) + b"".join(feed(rows) for rows in gaps) + b"\x1dVB\x00")
    machine.work()
    assert sum(map(len, slips)) == sum(gaps)
    assert not slips or not as_image(slips[0], WIDE).point([255] + [0] * 255, "1").getbbox()


@given(st.text(max_size=60))
def test_nothing_a_visitor_or_the_network_supplies_reaches_the_printer_as_text(name: str) -> None:
    """Whatever the text, the job is made of our commands and pictures alone."""
    slip = replace(SLIPS["bare"], service_name={"vi": f"X{name}"}, missed={"vi": name})
    assert band_heights(encode_slip(slip, WIDE))
