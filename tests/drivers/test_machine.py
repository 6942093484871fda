"""The emulated printer: it burns what the bytes demand, and prints garbage where a real printer would."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.drivers.printer.emulator.families import FAMILIES, Family
from kiosk.drivers.printer.emulator.machine import Condition, Machine
from kiosk.receipt.commands import ASK_IN_ORDER, band, cut, feed, initialise, left_margin, raster
from kiosk.receipt.escpos import encode_slip
from kiosk.receipt.slip import PrinterProfile
from kiosk.records import replace
from tests.receipt.samples import BARE

PROFILE = PrinterProfile(width_dots=256)
SLIP = encode_slip(BARE, PROFILE)


class Bench:
    """A machine, its answers and its slips."""

    def __init__(self, profile: PrinterProfile = PROFILE, family: Family = FAMILIES["asb"]) -> None:
        self.slips: list[list[bytes]] = []
        self.machine = Machine(profile, self.slips.append, 100_000, family)
        self.answers = b""

    def send(self, payload: bytes) -> Bench:
        self.answers += self.machine.receive(payload)
        self.answers += self.machine.work()
        return self


@settings(max_examples=25)
@given(st.sets(st.integers(0, len(SLIP)), max_size=12))
def test_however_the_line_cuts_the_bytes_the_slip_is_the_same(cuts: set[int]) -> None:
    whole, cut_up = Bench().send(SLIP), Bench()
    for start, end in pairwise([0, *sorted(cuts), len(SLIP)]):
        cut_up.send(SLIP[start:end])
    assert cut_up.slips == whole.slips
    assert cut_up.answers == whole.answers
    assert cut_up.machine.complaints == []


def test_after_power_on_a_unit_is_half_a_dot_until_the_driver_says_otherwise() -> None:
    assert len(Bench().send(feed(100) + cut(0)).slips[0]) == 50
    assert len(Bench().send(initialise(203) + feed(100) + cut(0)).slips[0]) == 100


def test_a_picture_is_burnt_at_its_margin() -> None:
    bench = Bench().send(initialise(203) + left_margin(16) + raster([b"\xff\x01"]) + cut(0))
    assert bench.slips == [[b"\0\0\xff\x01" + bytes(28)]]


def test_rows_in_pairs_are_doubled_by_the_printer() -> None:
    rows = [b"\x81", b"\x81", b"\x42", b"\x42"]
    bench = Bench().send(initialise(203) + band(rows) + cut(0))
    assert bench.slips == [[row + bytes(31) for row in rows]]


def test_ink_beyond_the_head_is_lost_and_reported() -> None:
    bench = Bench().send(initialise(203) + left_margin(248) + raster([b"\xff\xff"]) + cut(0))
    assert bench.slips == [[bytes(31) + b"\xff"]]
    assert bench.machine.complaints == ["a picture is wider than the head"]


@pytest.mark.parametrize(
    ("bytes_sent", "complaint"),
    [
        (b"A042", "41 is not a command"),
        (b"\x1bM\x01", "1b is not a command"),
        (b"\x1bE\x01", "1b 45 01 is a variant"),
        (b"\x1bt\x10", "1b 74 10 is a variant"),
        (b"\x1dV\x00\x00", "1d 56 00 00 is a variant"),
        (b"\x1dv0\x04\x01\x00\x01\x00\xff", "1d 76 30 04 01 00 01 00 is a variant"),
        (b"\x1dr\x02", "1d 72 02 is a variant"),
    ],
)
def test_commands_that_the_kiosk_never_sends_are_reported(bytes_sent: bytes, complaint: str) -> None:
    assert Bench().send(bytes_sent).machine.complaints[0].startswith(complaint)


def test_text_is_burnt_as_garbage() -> None:
    bench = Bench().send(b"hello" + cut(0))
    assert len(bench.slips[0]) == 10
    assert any(bench.slips[0][0])


def test_a_printer_without_a_cutter_reports_a_cut_and_its_slip_is_torn_off() -> None:
    bench = Bench(replace(PROFILE, has_cutter=False))
    bench.send(initialise(203) + feed(8) + cut(0))
    assert len(bench.machine.complaints) == 1
    assert bench.slips == []
    bench.send(ASK_IN_ORDER)
    assert len(bench.slips[0]) == 8


def test_a_question_cut_in_two_by_the_line_is_answered_once() -> None:
    bench = Bench()
    for piece in (b"\x10", b"\x04", b"\x01\x10\x04", b"\x04"):
        bench.send(piece)
    assert bench.answers == b"\x12\x12"
    assert bench.machine.complaints == []


def test_a_question_in_the_middle_of_a_picture_spoils_the_picture_as_the_manuals_warn() -> None:
    bench = Bench().send(initialise(203) + raster([b"\0" * 6])[:-6])
    bench.send(b"\x10\x04\x01").send(b"\0\0\0" + cut(0))
    assert b"\x12" in bench.answers
    assert bench.slips == [[b"\x10\x04\x01" + bytes(29)]]


def test_no_answer_in_order_comes_while_the_cover_is_open() -> None:
    bench = Bench()
    bench.machine.condition = Condition(is_cover_open=True)
    bench.send(ASK_IN_ORDER)
    assert bench.answers == b""
    bench.machine.condition = Condition()
    bench.send(b"")
    assert bench.answers == b"\0"


def test_the_rest_of_a_slip_waits_for_a_new_roll() -> None:
    bench = Bench()
    bench.machine.rows_left = 3
    bench.send(initialise(203) + raster([bytes([row]) for row in range(1, 6)]) + cut(0) + ASK_IN_ORDER)
    assert bench.slips == []
    bench.machine.change_paper()
    bench.send(b"")
    assert [[row[0] for row in slip] for slip in bench.slips] == [[1, 2, 3], [4, 5]]
    assert bench.answers.endswith(b"\0")


def test_a_status_change_is_pushed_once_and_only_after_it_was_enabled() -> None:
    bench = Bench()
    bench.machine.condition = Condition(is_paper_low=True)
    bench.send(b"")
    assert bench.answers == b""
    bench.send(initialise(203)).send(b"")
    assert bench.answers == bytes.fromhex("10000300")
    bench.machine.condition = Condition()
    bench.send(b"")
    assert bench.answers == bytes.fromhex("10000300 10000000")


QUESTIONS = initialise(203) + b"\x10\x04\x01" + b"\x1dIC" + ASK_IN_ORDER


@pytest.mark.parametrize(
    ("family", "answers"),
    [
        ("asb", b"\x12" + bytes.fromhex("10000000") + b"_Emulated printer\0" + b"\0"),
        ("dle", b"\x12"),
        ("silent", b""),
    ],
)
def test_each_family_answers_its_queries_and_ignores_the_others(family: str, answers: bytes) -> None:
    bench = Bench(family=FAMILIES[family]).send(QUESTIONS)
    assert bench.answers == answers
    assert bench.machine.complaints == []
    assert bench.slips == []


@pytest.mark.parametrize(
    ("condition", "error"),
    [
        (Condition(is_cutter_jammed=True), 0x1A),
        (Condition(is_in_error=True), 0x32),
        (Condition(is_overheated=True), 0x52),
    ],
)
def test_an_error_is_reported_and_stops_the_paper(condition: Condition, error: int) -> None:
    bench = Bench()
    bench.machine.condition = condition
    bench.send(b"\x10\x04\x01\x10\x04\x02\x10\x04\x03" + SLIP)
    assert bench.answers[:3] == bytes((0x1A, 0x52, error))
    assert bench.slips == []
