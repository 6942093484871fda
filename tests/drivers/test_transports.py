"""The connections to a printer: configured correctly, for one process alone, with a deadline for every wait."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.config import Printer as PrinterSettings
from kiosk.drivers.printer import open_printer
from kiosk.drivers.printer.channel import Channel
from kiosk.drivers.printer.transports import DeviceFile
from kiosk.drivers.serial_line import SerialLine
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.escpos import encode_slip
from tests.descriptors import open_descriptors
from tests.drivers.rigs import LATE_S, PROFILE, SETUPS, Bench, device_rig, simulated_rig, tcp_rig, usb_rig
from tests.receipt.samples import BARE

SLIP = encode_slip(BARE, PROFILE)
XON, XOFF = b"\x11", b"\x13"
DEADLINE_S = 0.1


@pytest.fixture
def terminal() -> Iterator[tuple[int, Path]]:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    yield ours, Path(os.ttyname(theirs))
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize("baud", [4800, 9600, 19200, 38400, 57600, 115200, 230400])
def test_a_serial_line_runs_at_the_speed_that_was_configured(terminal: tuple[int, Path], baud: int) -> None:
    fd = DeviceFile(terminal[1], SerialLine(baud)).connect(1)
    speeds = termios.tcgetattr(fd)[4:6]
    os.close(fd)
    assert speeds == [getattr(termios, f"B{baud}")] * 2


@pytest.mark.parametrize(("flow", "wire", "in_band"), [("none", 0, 0), ("rtscts", 1, 0), ("xonxoff", 0, 1)])
def test_flow_control_is_what_was_configured_and_no_byte_is_rewritten(
    terminal: tuple[int, Path], flow: str, wire: int, in_band: int
) -> None:
    fd = DeviceFile(terminal[1], SerialLine(flow=flow)).connect(1)
    in_flags, out_flags, control, local = termios.tcgetattr(fd)[:4]
    every_byte = bytes(byte for byte in range(256) if bytes([byte]) not in (XON, XOFF))
    assert Channel(fd).write(every_byte, time.monotonic() + 1) == len(every_byte)
    assert os.read(terminal[0], 512) == every_byte
    os.close(fd)
    assert bool(control & termios.CRTSCTS) == wire
    assert bool(in_flags & termios.IXON) == in_band
    assert not in_flags & (termios.IXOFF | termios.IXANY | termios.ICRNL | termios.ISTRIP)
    assert not out_flags & termios.OPOST
    assert not local & (termios.ECHO | termios.ICANON | termios.ISIG)
    assert control & termios.CSIZE == termios.CS8


def test_flow_control_delays_a_write_at_most_until_the_deadline(terminal: tuple[int, Path]) -> None:
    channel = Channel(DeviceFile(terminal[1], SerialLine(flow="xonxoff")).connect(1))
    os.write(terminal[0], XOFF)
    began = time.monotonic()
    assert channel.write(b"slip", began + DEADLINE_S) == 0
    assert DEADLINE_S <= time.monotonic() - began < DEADLINE_S + LATE_S
    os.write(terminal[0], XON)
    assert channel.write(b"slip", time.monotonic() + 1) == 4
    channel.close()


def test_a_write_to_a_full_line_ends_at_the_deadline() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        channel = Channel(ours.detach())
        began = time.monotonic()
        assert 0 < channel.write(bytes(1 << 22), began + DEADLINE_S) < 1 << 22
        assert time.monotonic() - began < DEADLINE_S + LATE_S
        assert not channel.is_broken
        channel.close()


def test_a_write_ends_at_the_deadline_when_poll_reports_room_and_nothing_is_taken(
    terminal: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def later(_fd: int, _bytes: memoryview) -> int:
        raise BlockingIOError

    channel = Channel(DeviceFile(terminal[1]).connect(1))
    monkeypatch.setattr(os, "write", later)  # usblp at paper end does so, and nothing else that could stand here
    began = time.monotonic()
    assert channel.write(b"slip", began + DEADLINE_S) == 0
    assert time.monotonic() - began < DEADLINE_S + LATE_S
    channel.close()


def test_a_read_ends_at_the_deadline_when_a_device_returns_nothing_for_ever(
    terminal: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = Channel(DeviceFile(terminal[1]).connect(1))
    os.write(terminal[0], b"x")
    monkeypatch.setattr(os, "read", lambda _fd, _count: b"")  # empty USB transfers, one after the other
    began = time.monotonic()
    assert channel.read(began + DEADLINE_S) == b""
    assert time.monotonic() - began < DEADLINE_S + LATE_S
    channel.close()


def test_a_closed_line_takes_and_gives_nothing(terminal: tuple[int, Path]) -> None:
    channel = Channel(DeviceFile(terminal[1]).connect(1))
    channel.close()
    channel.close()
    ends = time.monotonic() + 1
    assert (channel.write(b"slip", ends), channel.read(ends), channel.is_drained()) == (0, b"", False)


def test_a_second_process_finds_the_device_locked_and_the_printer_offline(
    terminal: tuple[int, Path], tmp_path: Path
) -> None:
    first = DeviceFile(terminal[1]).connect(1)
    settings = PrinterSettings(driver="device", address=str(terminal[1]))
    second = open_printer(settings, Home.at(tmp_path))
    assert second.status() is PrinterStatus.OFFLINE
    assert second.print_job(b"\x1b@", 1) is Outcome.NOTHING_SENT
    os.close(first)
    assert second.status() is not PrinterStatus.OFFLINE
    second.close()


def test_one_home_has_one_owner_of_its_printer_until_it_is_killed(tmp_path: Path) -> None:
    """Two printer processes by mistake: the second sends nothing, over whatever line, and takes over after a kill."""
    program = """
import sys
from pathlib import Path
from kiosk.config import Home, Printer
from kiosk.drivers.printer import open_printer
printer = open_printer(Printer(driver="simulated"), Home.at(Path(sys.argv[1])))
print(printer.status(), flush=True)
sys.stdin.read()
"""
    with tcp_rig(Home.at(tmp_path)) as rig:
        first = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert first.stdout is not None and first.stdout.readline() == b"ready\n"
        assert rig.printer.status() is PrinterStatus.OFFLINE
        assert rig.printer.print_job(b"\x1b@", 1) is Outcome.NOTHING_SENT
        first.kill()
        first.communicate()
        assert rig.printer.status() is PrinterStatus.READY


@pytest.mark.parametrize("bench", [device_rig, tcp_rig, usb_rig])
def test_a_printer_pulled_and_plugged_200_times_prints_on_and_leaves_no_descriptor_behind(
    tmp_path: Path, bench: Bench
) -> None:
    chance = random.Random(9100)
    with bench(Home.at(tmp_path), SETUPS["asb"]) as rig:
        assert rig.printer.print_job(SLIP, 8) is Outcome.CONFIRMED
        before = open_descriptors()
        for _ in range(200):
            rig.request("unplug")
            if chance.random() < 0.2:  # in the moment before it is noticed, too
                assert rig.printer.print_job(SLIP, 8) is not Outcome.CONFIRMED
            assert rig.eventually(PrinterStatus.OFFLINE)
            rig.request("plug")
            assert rig.eventually(PrinterStatus.READY)
        assert rig.printer.print_job(SLIP, 8) is Outcome.CONFIRMED
        assert open_descriptors() <= before + 1  # + 1: the other side may not have closed yet


def test_another_process_can_open_a_closed_printer(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    with simulated_rig(home) as rig:
        assert rig.printer.status() is PrinterStatus.READY
        second = open_printer(PrinterSettings(driver="simulated"), home)
        assert second.status() is PrinterStatus.OFFLINE
        rig.printer.close()
        assert second.status() is PrinterStatus.READY
        second.close()
