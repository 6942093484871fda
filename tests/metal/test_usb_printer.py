"""What usblp does, without any driver of ours between: the facts on which the printer's driver is built."""

from __future__ import annotations

import contextlib
import errno
import os
import select
from collections.abc import Iterator

import pytest

from tests.metal.gadgets import PrinterGadget

CHUNK = bytes(4096)


@pytest.fixture
def gadget() -> Iterator[PrinterGadget]:
    with contextlib.closing(PrinterGadget()) as made:
        yield made


def polled(fd: int, wait_ms: int = 0) -> int:
    poll = select.poll()
    poll.register(fd, select.POLLIN | select.POLLOUT)
    found = poll.poll(wait_ms)
    return found[0][1] if found else 0


def wait_for(fd: int, event: int) -> bool:
    poll = select.poll()
    poll.register(fd, event)
    return bool(poll.poll(2000))


def refusal(fd: int) -> int:
    """Return the error of a write that does not go."""
    with pytest.raises(OSError) as refused:
        os.write(fd, CHUNK)
    assert refused.value.errno is not None
    return refused.value.errno


def test_a_printer_that_reads_nothing_blocks_no_write_and_promises_no_room(gadget: PrinterGadget) -> None:
    far = gadget.plug()
    fd = os.open(gadget.node, os.O_RDWR | os.O_NONBLOCK)
    taken = 0
    while polled(fd, 300) & select.POLLOUT:
        taken += os.write(fd, CHUNK)
    assert 0 < taken < 64 * 1024
    assert refusal(fd) == errno.EAGAIN
    while taken:  # all that it had promised to take arrives
        assert wait_for(far, select.POLLIN)
        taken -= len(os.read(far, 65536))
    assert wait_for(fd, select.POLLOUT)
    os.close(fd)
    os.close(far)
    gadget.pull()


def test_an_answer_is_read_and_nothing_is_no_end(gadget: PrinterGadget) -> None:
    far = gadget.plug()
    fd = os.open(gadget.node, os.O_RDWR | os.O_NONBLOCK)
    with pytest.raises(BlockingIOError):
        os.read(fd, 64)
    os.write(far, b"\x12")
    assert wait_for(fd, select.POLLIN)
    assert os.read(fd, 64) == b"\x12"
    with pytest.raises(BlockingIOError):
        os.read(fd, 64)
    os.close(fd)
    os.close(far)
    gadget.pull()


def test_a_pulled_printer_hangs_up_and_is_no_such_device(gadget: PrinterGadget) -> None:
    far = gadget.plug()
    fd = os.open(gadget.node, os.O_RDWR | os.O_NONBLOCK)
    os.close(far)
    gadget.pull()
    assert polled(fd) & select.POLLHUP
    assert refusal(fd) == errno.ENODEV
    with pytest.raises(OSError) as gone:
        os.read(fd, 64)
    assert gone.value.errno == errno.ENODEV
    os.close(fd)


def test_one_process_has_it_open_and_the_next_is_told_so(gadget: PrinterGadget) -> None:
    far = gadget.plug()
    fd = os.open(gadget.node, os.O_RDWR | os.O_NONBLOCK)
    with pytest.raises(OSError) as taken:
        os.open(gadget.node, os.O_RDWR | os.O_NONBLOCK)
    assert taken.value.errno == errno.EBUSY
    os.close(fd)
    os.close(far)
    gadget.pull()
