"""Serial lines behind true drivers: speeds and flow control, names, and what a break or noise comes as."""

from __future__ import annotations

import contextlib
import os
import termios
import time

import pytest

from kiosk.drivers.printer.channel import Channel
from kiosk.drivers.printer.transports import DeviceFile
from kiosk.drivers.serial_line import SerialLine
from tests.metal.devices import Pluggable
from tests.metal.gadgets import SerialGadget
from tests.metal.qemu import SerialAdapter, control


@pytest.fixture
def adapter() -> SerialAdapter:
    return SerialAdapter()


@pytest.mark.parametrize("baud", [4800, 9600, 19200, 38400, 57600, 115200, 230400])
@pytest.mark.parametrize("flow", ["none", "rtscts", "xonxoff"])
def test_the_driver_takes_each_speed_and_flow_control(adapter: SerialAdapter, baud: int, flow: str) -> None:
    far = adapter.plug()
    fd = DeviceFile(adapter.node, SerialLine(baud, flow)).connect(1)
    in_flags, _, control, _, out_speed, in_speed, _ = termios.tcgetattr(fd)
    os.close(fd)
    os.close(far)
    adapter.pull()
    assert (out_speed, in_speed) == (getattr(termios, f"B{baud}"),) * 2
    assert bool(control & termios.CRTSCTS) == (flow == "rtscts")
    assert bool(in_flags & termios.IXON) == (flow == "xonxoff")
    assert in_flags & (termios.PARMRK | termios.INPCK) == termios.PARMRK | termios.INPCK


def test_an_adapter_comes_back_under_another_name_while_its_old_one_is_held(adapter: SerialAdapter) -> None:
    """So a driver must let go at once, and an address should be the one under /dev/serial/by-id."""
    os.close(adapter.plug())
    held = os.open(adapter.node, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    adapter.pull()
    other = adapter.node.with_name("ttyUSB1")
    adapter.node, before = other, adapter.node
    os.close(adapter.plug())
    assert not before.exists()
    os.close(held)
    adapter.pull()


def heard(channel: Channel, wanted: int) -> bytes:
    """Return what comes until so many bytes have, or for two seconds."""
    came, ends = b"", time.monotonic() + 2
    while len(came) < wanted and time.monotonic() < ends:
        came += channel.read(ends)
    return came


def test_every_byte_of_a_line_with_marks_comes_as_it_was_sent(adapter: SerialAdapter) -> None:
    far = adapter.plug()
    channel = Channel(DeviceFile(adapter.node).connect(1))
    every_byte = bytes(range(256))
    os.write(far, every_byte)
    assert heard(channel, 256) == every_byte
    channel.close()
    os.close(far)
    adapter.pull()


@pytest.mark.parametrize("line", ["cdc-acm", "ftdi"])
def test_a_break_is_no_byte_and_an_answer_after_it_is_heard(line: str) -> None:
    """As a byte 00, which it is on a line that is only raw, it would look like "the slip is out"."""
    with contextlib.ExitStack() as stack:
        cable: Pluggable = SerialAdapter()
        if line == "cdc-acm":
            cable = stack.enter_context(contextlib.closing(SerialGadget()))
        far = cable.plug()
        channel = Channel(DeviceFile(cable.node).connect(1))
        if line == "cdc-acm":
            termios.tcsendbreak(far, 0)
        else:
            control().ask("chardev-send-break", id="line")
        assert heard(channel, 1) == b""
        os.write(far, b"\x12")
        assert heard(channel, 1) == b"\x12"
        channel.close()
        os.close(far)
        cable.pull()
