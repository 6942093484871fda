"""A serial line behind an FTDI adapter: speeds and flow control as the true driver takes them, and its name."""

from __future__ import annotations

import os
import termios

import pytest

from kiosk.drivers.printer.transports import DeviceFile
from kiosk.drivers.serial_line import SerialLine
from tests.metal.qemu import SerialAdapter


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
