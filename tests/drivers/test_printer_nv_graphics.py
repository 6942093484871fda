"""Pictures stored in the printer: stored once, verified, and never used when they may be missing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageChops

from kiosk.config import Home
from kiosk.drivers.printer import read_about
from kiosk.drivers.printer.emulator.families import FAMILIES
from kiosk.drivers.printer.emulator.machine import Machine
from kiosk.drivers.printer.emulator.nv_memory import Memory, memory_of
from kiosk.drivers.printer.nv_graphics import PictureKeys
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.blocks import Picture
from kiosk.receipt.commands import LONGEST_BAND_BYTES, ask_kept, forget_kept, keep
from kiosk.receipt.escpos import encode_slip
from kiosk.receipt.layout import fixed_pictures
from kiosk.receipt.slip import PrinterProfile
from kiosk.records import replace
from tests.drivers.rigs import BENCHES, PROFILE, SETUPS, Rig, device_rig, simulated_rig
from tests.receipt.samples import NORMAL, PLAIN

PICTURES = [*fixed_pictures(NORMAL, PROFILE), *fixed_pictures(PLAIN, PROFILE)]
DEADLINE_S = 10.0


@pytest.fixture(params=BENCHES)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    with BENCHES[request.param](Home.at(tmp_path), SETUPS["asb"]) as rig:
        yield rig


def drawn(rig: Rig) -> PrinterProfile:
    """Return a profile with the stored pictures and without the printer's own font, which looks different."""
    return replace(rig.printer.paper, types_plain_words=False)


def stock(rig: Rig) -> int:
    """Store the pictures in the printer; return the number of steps."""
    assert rig.eventually(PrinterStatus.READY)
    rig.printer.status()  # as every few seconds: one in the middle of a picture takes the first question for dots
    steps = 1
    while rig.printer.keep(lambda: iter(PICTURES), DEADLINE_S):
        steps += 1
        assert steps < 200
    return steps


def test_a_slip_with_stored_pictures_looks_the_same(rig: Rig) -> None:
    stock(rig)
    kept, sent = encode_slip(NORMAL, drawn(rig)), encode_slip(NORMAL, PROFILE)
    assert len(kept) < 0.3 * len(sent)
    assert rig.printer.print_job(kept, DEADLINE_S) is Outcome.CONFIRMED
    assert rig.printer.print_job(sent, DEADLINE_S) is Outcome.CONFIRMED
    first, second = rig.slips()
    assert ImageChops.difference(first.convert("L"), second.convert("L")).getbbox() is None
    assert rig.hardware.machine.complaints == []
    about = read_about(rig.home)
    assert about is not None
    assert about.kept == len(set(PICTURES))


def test_pictures_are_stored_once_and_afterwards_only_verified(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    with simulated_rig(home, SETUPS["asb"]) as rig:
        assert stock(rig) > len(set(PICTURES))
        before = memory_of(home).stat().st_mtime_ns
    with simulated_rig(home, SETUPS["asb"]) as rig:
        assert stock(rig) == 1
        assert rig.printer.paper.art
    assert memory_of(home).stat().st_mtime_ns == before


def test_another_printer_on_the_same_cable_is_not_assumed_to_hold_the_pictures(rig: Rig) -> None:
    stock(rig)
    job = encode_slip(NORMAL, drawn(rig))
    rig.request("unplug")
    assert rig.eventually(PrinterStatus.OFFLINE)
    rig.hardware.machine._memory.perform(65, b"CLR")  # it is another one of the same make
    rig.request("plug")
    assert rig.eventually(PrinterStatus.READY)
    assert rig.printer.print_job(job, DEADLINE_S) is Outcome.NOTHING_SENT
    assert rig.printer.print_job(encode_slip(NORMAL, drawn(rig)), DEADLINE_S) is Outcome.CONFIRMED
    stock(rig)
    assert rig.printer.print_job(encode_slip(NORMAL, drawn(rig)), DEADLINE_S) is Outcome.CONFIRMED
    first, second = rig.slips()
    assert ImageChops.difference(first.convert("L"), second.convert("L")).getbbox() is None
    assert rig.hardware.machine.complaints == []


def test_an_interrupted_load_of_pictures_starts_again(rig: Rig) -> None:
    assert rig.eventually(PrinterStatus.READY)
    for _ in range(4):
        assert rig.printer.keep(lambda: iter(PICTURES), DEADLINE_S)
    rig.request("unplug")
    assert rig.eventually(PrinterStatus.OFFLINE)
    assert rig.printer.paper.art is None
    rig.request("plug")
    stock(rig)
    assert rig.printer.paper.art
    assert len(rig.printer.paper.art) == len(set(PICTURES))


def test_pictures_of_another_ward_are_not_mistaken_for_ours(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    others = [Picture(1, bytes([number])) for number in range(1, len(PICTURES) + 1)]
    with simulated_rig(home, SETUPS["asb"]) as rig:
        assert rig.eventually(PrinterStatus.READY)
        while rig.printer.keep(lambda: iter(others), DEADLINE_S):
            pass
    with simulated_rig(home, SETUPS["asb"]) as rig:
        assert stock(rig) > 1
        assert rig.printer.print_job(encode_slip(NORMAL, rig.printer.paper), DEADLINE_S) is Outcome.CONFIRMED
        assert rig.hardware.machine.complaints == []


@pytest.mark.parametrize("family", ["dle", "silent"])
def test_a_printer_that_does_not_list_its_pictures_gets_whole_slips(tmp_path: Path, family: str) -> None:
    with device_rig(Home.at(tmp_path), SETUPS[family]) as rig:
        rig.printer.status()
        assert not rig.printer.keep(lambda: iter(PICTURES), DEADLINE_S)
        assert rig.printer.paper.art is None


def test_a_clone_that_cannot_store_pictures_is_asked_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clone = replace(FAMILIES["asb"], keeps=False)
    setup = replace(SETUPS["asb"], family=clone, profile="epson-tm-t20")
    with simulated_rig(Home.at(tmp_path), setup) as rig, caplog.at_level(logging.WARNING):
        assert rig.eventually(PrinterStatus.READY)
        for _ in range(3):
            assert not rig.printer.keep(lambda: iter(PICTURES), 1.0)
        assert rig.printer.paper.art is None
        assert sum("sent to the printer with each slip" in record.getMessage() for record in caplog.records) == 1
        assert rig.printer.print_job(encode_slip(NORMAL, rig.printer.paper), DEADLINE_S) is Outcome.CONFIRMED


def test_a_memory_that_is_too_small_is_not_worn_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.drivers.printer.emulator.nv_memory.MEMORY_BYTES", 20_000)
    with simulated_rig(Home.at(tmp_path), SETUPS["asb"]) as rig, caplog.at_level(logging.WARNING):
        steps = stock(rig)
        assert rig.printer.paper.art is None
        assert steps < 4 * (2 + len(PICTURES))
        assert "it stored" in caplog.text
        assert rig.printer.print_job(encode_slip(NORMAL, rig.printer.paper), DEADLINE_S) is Outcome.CONFIRMED


def test_plain_words_use_the_printers_font_only_on_a_slow_line(rig: Rig) -> None:
    assert rig.eventually(PrinterStatus.READY)
    is_serial = rig.printer.paper.types_plain_words
    about = read_about(rig.home)
    assert about is not None
    assert is_serial == about.transport.startswith("serial line")


# ---- the shelf


@given(st.lists(st.binary(min_size=1, max_size=60), max_size=60), st.integers(0, 2000))
def test_a_catalog_fits_into_the_memory_and_every_picture_has_its_own_key(dots: list[bytes], room: int) -> None:
    catalog = PictureKeys.of([Picture(1, one) for one in dots], room)
    assert sum(len(picture.dots) for _, picture in catalog.pictures) <= room
    assert len(catalog.keys) == len({key for key, _ in catalog.pictures}) == len(catalog.pictures)
    assert not set(catalog.marks) & set(catalog.keys.values())


def test_other_pictures_or_another_order_give_another_catalog() -> None:
    one, two = Picture(1, b"\x01"), Picture(1, b"\x02")
    marks = [
        PictureKeys.of(pictures, 100).marks for pictures in ([one, two], [two, one], [one], [Picture(1, b"\x03")], [])
    ]
    assert all(a != b for a, b in pairwise(sorted(marks)))
    assert all(len(set(spelt)) == 12 for spelt in marks)


def test_a_picture_that_zeros_could_not_complete_is_not_stored() -> None:
    assert PictureKeys.of([Picture(1, bytes(LONGEST_BAND_BYTES + 1))], 1 << 20).pictures == ()


# ---- the emulated printer


def keys_told(machine: Machine) -> list[bytes]:
    """Query a machine's keys, and acknowledge each list."""
    told, lists = machine.receive(ask_kept()) + machine.work(), []
    while told:
        lists.append(told)
        told = machine.receive(b"\x06") + machine.work()
    return lists


def test_the_emulated_printer_lists_forty_keys_at_once() -> None:
    machine = Machine(PROFILE, lambda _slip: None)
    assert keys_told(machine) == [b"\x37\x72\x40\x00"]
    for number in range(85):
        machine.receive(keep(f"{number:02}".encode(), 1, b"\xff"))
        machine.work()
    lists = keys_told(machine)
    assert [len(one) for one in lists] == [84, 84, 14]
    assert [one[2] for one in lists] == [0x41, 0x41, 0x40]
    machine.receive(forget_kept())
    machine.work()
    assert keys_told(machine) == [b"\x37\x72\x40\x00"]
    assert machine.complaints == []


@pytest.mark.parametrize(
    "definition",
    [b"", b"0ab\x01\x08\x00\x02\x001\xff", b"1ab\x01\x08\x00\x01\x001\xff", b"0a\xff\x01\x08\x00\x01\x001\xff"],
    ids=["nothing", "dots missing", "another tone", "no key"],
)
def test_the_emulated_printer_refuses_half_a_picture(definition: bytes) -> None:
    assert Memory().perform(67, definition) is None
