"""What a serial line brings besides bytes: breaks and damage, which are marked by the kernel and answer nothing."""

from __future__ import annotations

import os
import termios
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.drivers.printer.channel import Channel
from kiosk.drivers.printer.transports import DeviceFile
from kiosk.drivers.scanner.serial_port import Plain
from kiosk.drivers.scanner.text_framing import Habits, Texts
from kiosk.drivers.serial_line import Marks, SerialLine, set_line

BREAK = b"\xff\x00\x00"


@pytest.fixture
def terminal() -> Iterator[tuple[int, Path]]:
    ours, theirs = os.openpty()
    yield ours, Path(os.ttyname(theirs))
    os.close(ours)
    os.close(theirs)


def test_a_line_is_set_the_same_whatever_another_program_left_it_at(terminal: tuple[int, Path]) -> None:
    fd = os.open(terminal[1], os.O_RDWR | os.O_NOCTTY)
    tty.setraw(fd)
    left = termios.tcgetattr(fd)
    left[0] = termios.IGNBRK | termios.BRKINT | termios.IGNPAR | termios.IGNCR | termios.INLCR | termios.IXANY
    termios.tcsetattr(fd, termios.TCSANOW, left)
    set_line(fd, SerialLine())
    in_flags = termios.tcgetattr(fd)[0]
    os.close(fd)
    assert in_flags == termios.PARMRK | termios.INPCK


def test_every_byte_of_a_line_with_marks_comes_as_it_was_sent(terminal: tuple[int, Path]) -> None:
    channel = Channel(DeviceFile(terminal[1]).connect(1))
    every_byte = bytes(range(256)) + b"\xff\xff\x00"
    os.write(terminal[0], every_byte)
    heard, ends = b"", time.monotonic() + 5
    while len(heard) < len(every_byte) and time.monotonic() < ends:
        heard += channel.read(ends)
    channel.close()
    assert heard == every_byte


@given(st.lists(st.one_of(st.binary(max_size=5), st.none()), max_size=8), st.data())
def test_marks_are_taken_out_however_the_line_cuts_them_up(sent: list[bytes | None], data: st.DataObject) -> None:
    """None is a break. The kernel doubles a true FF."""
    stream = b"".join(BREAK if piece is None else piece.replace(b"\xff", b"\xff\xff") for piece in sent)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=5)))
    marks = Marks()
    found = [b""]
    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        first, *more = marks.taken_out(stream[begin:end])
        found[-1] += first
        found += more
    wanted = [b""]
    for piece in sent:
        if piece is None:
            wanted.append(b"")
        else:
            wanted[-1] += piece
    assert found == wanted


class FakeNoisyFile:
    """What the kernel hands over of a line, read by read."""

    def __init__(self, *reads: bytes) -> None:
        self.reads = list(reads)

    def read(self, _fd: int, _count: int) -> bytes:
        """Return the next of them."""
        return self.reads.pop(0)


def test_a_break_and_what_comes_with_it_is_no_answer(
    terminal: tuple[int, Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    channel = Channel(DeviceFile(terminal[1]).connect(1))
    os.write(terminal[0], b"something to read")
    monkeypatch.setattr(os, "read", FakeNoisyFile(b"\x12" + BREAK, BREAK + b"\0", b"\x16").read)
    assert channel.read(time.monotonic() + 5) == b"\x16"
    monkeypatch.undo()
    channel.close()
    assert len([record for record in caplog.records if "breaks or noise" in record.message]) == 1


def test_a_text_in_which_a_byte_was_damaged_is_given_up_and_the_next_one_is_whole() -> None:
    line, texts = Plain(), Texts(Habits(), 0.0)

    def feed(raw: bytes) -> list[bytes | None]:
        return [text for piece in line.decoded(raw) for text in texts.feed(piece, 1.0)]

    assert feed(b"A001\rA0" + b"\xff\x00\x31" + b"02\rA003\r") == [b"A001", None, b"A003"]
    assert feed(b"A00") == []
    assert feed(BREAK) == []
    assert feed(b"4\r") == [None]
