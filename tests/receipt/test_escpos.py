"""The bytes of a slip: the same picture as it was drawn, in few bytes, and nothing in them but pictures."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.drivers.printer.emulator.machine import Machine
from kiosk.drivers.printer.emulator.nv_memory import Memory
from kiosk.receipt.blocks import packed_rows
from kiosk.receipt.commands import ASK_IN_ORDER, band, cut, feed, initialise, keep
from kiosk.receipt.escpos import encode_full_raster, encode_slip, encode_test
from kiosk.receipt.layout import fixed_pictures, layout
from kiosk.receipt.slip import PrinterProfile, Slip
from kiosk.records import replace
from tests.receipt.paper import as_image, printed
from tests.receipt.samples import NARROW, NORMAL, PROFILES, SLIPS, WIDE

TYPING = replace(WIDE, types_plain_words=True)
every_slip = pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
every_paper = pytest.mark.parametrize("profile", PROFILES, ids=["576", "512", "384", "384-no-cutter"])


def drawn(slip: Slip, profile: PrinterProfile) -> Image.Image:
    """Return the layout as one picture, black on white."""
    return as_image(packed_rows(layout(slip, profile), profile.width_dots), profile)


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
    assert len(clever) < 0.45 * len(plain)


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
    """Return the rows of data in each picture, found by walking over the commands; nothing else is in the payload."""
    heights, at = [], len(initialise(203))
    lengths = {b"\x1bJ": 3, b"\x1dL": 4, b"\x1dV": 4, b"\x1dr": 3, b"\x1bt": 3, b"\x1bE": 3, b"\x1d!": 3, b"\x1b3": 3}
    while at < len(payload):
        head = payload[at : at + 2]
        if payload[at : at + 3] == b"\x1dv0":
            width, height = (int.from_bytes(payload[at + n : at + n + 2], "little") for n in (4, 6))
            heights.append(height)
            at += 8 + width * height
        elif head == b"\x1b$":  # a word, up to the next or the end of the line
            word = re.match(rb"[ -~]+", payload[at + 4 :])
            assert word
            at += 4 + word.end()
        elif head[:1] == b"\n":
            at += 1
        else:
            at += lengths[head]
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
    both = {"vi": f"X{name}", "en": name}
    slip = replace(SLIPS["bare"], service_name=both, missed={"vi": name, "en": name}, second_language="en")
    assert band_heights(encode_slip(slip, WIDE))
    assert band_heights(encode_slip(slip, TYPING))
    printed(encode_slip(slip, TYPING), TYPING)


@every_slip
def test_typed_letters_are_burnt_where_they_were_laid_out(slip: Slip) -> None:
    for profile in (TYPING, replace(NARROW, types_plain_words=True)):
        paper, expected = printed(encode_slip(slip, profile), profile), drawn(slip, profile)
        assert paper.crop((0, 0, *expected.size)).tobytes() == expected.tobytes()


@pytest.mark.parametrize("name", ["normal", "plain"])
def test_a_normal_slip_takes_a_quarter_of_its_full_raster(name: str) -> None:
    """By the printer's own font on any printer, by kept pictures where they are kept."""
    full = len(encode_full_raster(SLIPS[name], WIDE))
    assert len(encode_slip(SLIPS[name], TYPING)) <= 0.25 * full
    assert len(encode_slip(SLIPS[name], replace(WIDE, art=keys_of(SLIPS[name], WIDE)))) <= 0.12 * full


def keys_of(slip: Slip, profile: PrinterProfile) -> dict[bytes, bytes]:
    """Return a key for each picture of a slip that a printer could keep."""
    return {
        picture.digest: f"a{chr(ord('a') + place)}".encode()
        for place, picture in enumerate(fixed_pictures(slip, profile))
    }


@every_paper
@every_slip
def test_what_the_printer_keeps_is_burnt_as_what_it_is_sent(slip: Slip, profile: PrinterProfile) -> None:
    keys = keys_of(slip, profile)
    memory = Memory()
    for picture in fixed_pictures(slip, profile):
        assert memory.perform(67, keep(keys[picture.digest], picture.width_bytes, picture.dots)[7:]) == b""
    kept = replace(profile, art=keys)
    named, sent = encode_slip(slip, kept), encode_slip(slip, profile)
    assert printed(named, profile, memory).tobytes() == printed(sent, profile).tobytes()
    assert len(named) < 0.5 * len(sent)


def test_what_is_not_kept_is_sent() -> None:
    some = dict(list(keys_of(NORMAL, WIDE).items())[:2])
    kept, sent = encode_slip(NORMAL, replace(WIDE, art=some)), encode_slip(NORMAL, WIDE)
    assert kept.count(b"\x1d(L") == 2
    assert encode_slip(NORMAL, replace(WIDE, art={})) == sent
