"""The meaning of status bytes, and the classification of bytes into three kinds."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.drivers.printer.channel import Channel
from kiosk.drivers.printer.responses import Named, Responses
from kiosk.drivers.printer.status import (
    is_answer_in_order,
    is_answer_now,
    is_pushed,
    status_now,
    status_pushed,
)
from kiosk.ports.printer import PrinterStatus
from tests.drivers.rigs import LATE_S

ANSWERS_NOW = st.sampled_from([byte for byte in range(256) if is_answer_now(byte)])
ANSWERS_IN_ORDER = st.sampled_from([0x00, 0x03, 0x20, 0x60])
PUSHES = st.builds(
    lambda first, rest: bytes((first, *rest)),
    st.sampled_from([byte for byte in range(256) if is_pushed(byte)]),
    st.lists(st.sampled_from([byte for byte in range(256) if not byte & 0x90]), min_size=3, max_size=3),
)


@given(st.integers(0, 255))
def test_every_byte_has_at_most_one_kind(byte: int) -> None:
    assert is_answer_now(byte) + is_answer_in_order(byte) + is_pushed(byte) <= 1


@given(st.dictionaries(st.sampled_from([1, 2, 3, 4]), ANSWERS_NOW))
def test_every_set_of_answers_has_a_status_and_only_no_answer_is_unknown(answers: dict[int, int]) -> None:
    assert (status_now(answers) is PrinterStatus.UNKNOWN) == (not answers)


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}, PrinterStatus.READY),
        ({1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}, PrinterStatus.READY),  # the cash drawer is nobody's business
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: 0x1E}, PrinterStatus.PAPER_LOW),
        ({1: 0x1A, 2: 0x32, 3: 0x12, 4: 0x7E}, PrinterStatus.PAPER_OUT),
        ({1: 0x12, 4: 0x72}, PrinterStatus.PAPER_OUT),
        ({1: 0x1A, 2: 0x36, 3: 0x12, 4: 0x7E}, PrinterStatus.COVER_OPEN),
        ({1: 0x1A, 2: 0x52, 3: 0x1A, 4: 0x12}, PrinterStatus.CUTTER_JAMMED),
        ({1: 0x1A, 2: 0x52, 3: 0x32, 4: 0x12}, PrinterStatus.ERROR),
        ({1: 0x1A, 2: 0x52, 3: 0x12, 4: 0x12}, PrinterStatus.ERROR),
        ({1: 0x1A, 2: 0x52, 3: 0x52, 4: 0x12}, PrinterStatus.OVERHEATED),
        ({1: 0x12, 2: 0x12, 3: 0x52, 4: 0x12}, PrinterStatus.READY),  # bit 6 upside down, as on some clones
        ({1: 0x1A, 2: 0x12, 3: 0x12, 4: 0x12}, PrinterStatus.OFFLINE),
        ({1: 0x1A}, PrinterStatus.OFFLINE),
        ({1: 0x12, 2: 0x1A, 3: 0x12, 4: 0x12}, PrinterStatus.READY),  # somebody holds the feed button
    ],
)
def test_answers_mean_what_the_manuals_say(answers: dict[int, int], status: PrinterStatus) -> None:
    assert status_now(answers) is status


@pytest.mark.parametrize(
    ("pushed", "status"),
    [
        ("10 00 00 00", PrinterStatus.READY),
        ("14 00 00 00", PrinterStatus.READY),
        ("10 00 03 00", PrinterStatus.PAPER_LOW),
        ("18 00 0f 00", PrinterStatus.PAPER_OUT),
        ("38 00 0c 00", PrinterStatus.COVER_OPEN),
        ("18 08 00 00", PrinterStatus.CUTTER_JAMMED),
        ("18 20 00 00", PrinterStatus.ERROR),
        ("18 40 00 00", PrinterStatus.OVERHEATED),
        ("18 00 00 00", PrinterStatus.OFFLINE),
    ],
)
def test_pushed_bytes_have_the_same_meaning(pushed: str, status: PrinterStatus) -> None:
    assert status_pushed(bytes.fromhex(pushed)) is status


class FakeChannel(Channel):
    """A line that delivers prepared pieces, one at each read."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.is_broken = False
        self._pieces = pieces

    def read(self, deadline_monotonic_s: float) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


@given(st.lists(st.one_of(ANSWERS_NOW, ANSWERS_IN_ORDER, PUSHES), max_size=8), st.data())
def test_pushed_bytes_are_never_taken_for_a_confirmation(heard: list[int | bytes], data: st.DataObject) -> None:
    """However the line cuts the stream: the last three pushed bytes look like answers in order, alone."""
    stream = b"".join(bytes([piece]) if isinstance(piece, int) else piece for piece in heard)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=5)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    responses = Responses(FakeChannel([piece for piece in pieces if piece]))
    answers = sum(isinstance(piece, int) and is_answer_in_order(piece) for piece in heard)
    for _ in range(answers + 1):
        responses.expect_answer_in_order()
    for _ in pieces:
        responses.receive_available()
    assert responses.has_answered_in_order == (answers > 0)
    assert not responses.is_confirmed, "an answer was counted twice, or pushed bytes as one"
    pushes = [piece for piece in heard if isinstance(piece, bytes)]
    assert responses.pushed is (status_pushed(pushes[-1]) if pushes else None)


@given(st.binary(max_size=40))
def test_bytes_before_a_query_confirm_nothing(noise: bytes) -> None:
    responses = Responses(FakeChannel([noise]))
    responses.receive_available()
    responses.expect_answer_in_order()
    assert (responses.is_confirmed, responses.has_answered_in_order) == (False, False)


@given(st.integers(1, 6), st.integers(0, 6))
def test_answers_in_order_are_counted_against_the_questions(asked: int, answered: int) -> None:
    """The answer to an earlier job's query does not answer the last job's."""
    responses = Responses(FakeChannel([bytes(answered)]))
    for _ in range(asked):
        responses.expect_answer_in_order()
    responses.receive_available()
    assert responses.is_confirmed == (answered >= asked)


def test_discarded_confirmations_leave_the_query_unanswered() -> None:
    responses = Responses(FakeChannel([b"\0", b"\0"]))
    responses.expect_answer_in_order()
    responses.receive_available()
    responses.discard_confirmations()
    assert (responses.is_confirmed, responses.is_answer_pending) == (False, True)
    responses.receive_available()
    assert responses.is_confirmed


class FakePrinterLine(Channel):
    """A line with old bytes in it, to a printer that answers the queries it supports."""

    def __init__(self, old: bytes, answers: dict[int, int]) -> None:
        self.is_broken = False
        self.asked: list[int] = []
        self._waiting = old
        self._answers = answers

    def write(self, payload: bytes, deadline_monotonic_s: float) -> int:
        self.asked.append(payload[2])
        if payload[2] in self._answers:
            self._waiting += bytes([self._answers[payload[2]]])
        return len(payload)

    def read(self, deadline_monotonic_s: float) -> bytes:
        waiting, self._waiting = self._waiting, b""
        return waiting


@pytest.mark.parametrize("noise", ["10", "18", "5f", "37", "37 72", "10 5f"])
def test_noise_that_looks_like_a_first_byte_swallows_no_following_answer(noise: str) -> None:
    line = FakePrinterLine(bytes.fromhex(noise), {1: 0x1A, 2: 0x1A, 3: 0x12, 4: 0x12})
    assert Responses(line).ask(0) is PrinterStatus.OFFLINE


class LatePrinterLine(FakePrinterLine):
    """A printer that answers its first query only after the next one."""

    def write(self, payload: bytes, deadline_monotonic_s: float) -> int:
        """Take a question, and answer the one before it, too, once."""
        if len(self.asked) == 0:
            self.asked.append(payload[2])
            return len(payload)
        if len(self.asked) == 1:
            self._waiting += bytes([0x12])
            self.asked.append(payload[2])
            return len(payload)
        if len(self.asked) == 2:
            self._waiting += bytes([0x12])
        return super().write(payload, deadline_monotonic_s)


def test_an_answer_that_comes_one_question_late_does_not_shift_the_others() -> None:
    """If the answers were mixed up, the answer about an open cover would count as the one about the cutter."""
    line = LatePrinterLine(b"", {1: 0x1A, 2: 0x16, 3: 0x12, 4: 0x12})
    responses = Responses(line)
    assert responses.ask(0) is PrinterStatus.UNKNOWN
    assert responses.ask(0) is PrinterStatus.COVER_OPEN


def test_of_two_answers_to_one_query_the_fault_counts() -> None:
    class NoisyLine(FakePrinterLine):
        def write(self, payload: bytes, deadline_monotonic_s: float) -> int:
            taken = super().write(payload, deadline_monotonic_s)
            self._waiting += b"\x12" * (payload[2] == 4)
            return taken

    assert Responses(NoisyLine(b"", {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x1E})).ask(0) is PrinterStatus.PAPER_LOW


def test_an_answer_to_an_earlier_question_answers_no_later_one() -> None:
    """The driver discards old bytes before a query: the line still holds answers from when the paper was out."""
    line = FakePrinterLine(bytes.fromhex("1a 32 12 7e"), {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12})
    assert Responses(line).ask(0) is PrinterStatus.READY


def test_a_question_that_a_printer_never_answers_is_asked_once() -> None:
    line = FakePrinterLine(b"", {1: 0x12, 4: 0x1E})
    responses = Responses(line)
    assert [responses.ask(0), responses.ask(0)] == [PrinterStatus.PAPER_LOW] * 2
    assert line.asked == [1, 2, 3, 4, 4, 1, 4]  # the fourth anew: its answer might have been that of the third


def test_a_printer_that_does_not_answer_the_first_question_is_asked_no_other() -> None:
    line = FakePrinterLine(b"\x00", {2: 0x12})
    assert Responses(line).ask(0) is PrinterStatus.UNKNOWN
    assert line.asked == [1]


class FakeBabbler(FakePrinterLine):
    """A line that delivers endless noise."""

    def read(self, deadline_monotonic_s: float) -> bytes:
        return b"\xc1"


@pytest.mark.parametrize("listens", ["ask", "wait", "wait_for_answers", "ask_name"])
def test_reading_a_line_with_endless_noise_ends_at_the_deadline(listens: str) -> None:
    responses = Responses(FakeBabbler(b"", {}), answer_s=0.01)
    responses.expect_answer_in_order()
    deadline_monotonic_s = time.monotonic() + 0.05
    waits: dict[str, Callable[[], object]] = {
        "ask": lambda: responses.ask(deadline_monotonic_s),
        "wait": lambda: responses.wait(deadline_monotonic_s),
        "wait_for_answers": lambda: responses.wait_for_answers(0.01, deadline_monotonic_s),
        "ask_name": lambda: responses.ask_name(deadline_monotonic_s),
    }
    waits[listens]()
    assert time.monotonic() < deadline_monotonic_s + LATE_S


NAME_ANSWERS = (b"_EPSON\0", b"_TM-T20II\0", b"_1.00 ESC/POS\0")


class FakeNamedLine(FakeChannel):
    """A line to a printer that is asked for its name; every read returns the next piece."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__(pieces)
        self.asked = b""

    def write(self, payload: bytes, deadline_monotonic_s: float) -> int:
        self.asked += payload
        return len(payload)


@given(st.data())
def test_a_printers_name_is_read_in_any_pieces_and_is_no_status(data: st.DataObject) -> None:
    stream = b"".join(NAME_ANSWERS)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(stream) - 1), max_size=5)))
    line = FakeNamedLine([stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)])
    responses = Responses(line)
    assert responses.ask_name(time.monotonic() + 5) == Named("EPSON", "TM-T20II", "1.00 ESC/POS")
    assert line.asked == bytes.fromhex("1d4942 1d4943 1d4941")
    assert (responses.pushed, responses.is_confirmed) == (None, False)


def test_a_late_name_is_not_mistaken_for_a_status() -> None:
    line = FakeNamedLine([])
    responses = Responses(line)
    assert responses.ask_name(0) is None
    line._pieces = [b"".join(NAME_ANSWERS)]
    responses.receive_available()
    assert (responses.pushed, responses.is_confirmed) == (None, False)


def test_a_name_that_never_ends_swallows_no_status() -> None:
    pushed = bytes.fromhex("18 00 0f 00")
    responses = Responses(FakeNamedLine([b"_EPSON" + pushed]))
    assert responses.ask_name(time.monotonic() + 5) is None
    assert responses.pushed is PrinterStatus.PAPER_OUT


@given(st.binary(max_size=200))
def test_any_response_gives_a_printable_name_or_none(noise: bytes) -> None:
    named = Responses(FakeNamedLine([noise])).ask_name(time.monotonic() + 5)
    assert named is None or all(len(part) <= 80 and part.isprintable() for part in (named.maker, named.model))


def test_a_name_is_expected_only_after_its_query() -> None:
    responses = Responses(FakeChannel([b"_" + bytes.fromhex("18 00 0f 00")]))
    responses.receive_available()
    assert responses.pushed is PrinterStatus.PAPER_OUT
