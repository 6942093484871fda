"""A GPIO chip of eight lines, a CP2112 on USB, whose other side is this program: the kernel's driver drives it by uhid.

Debian 12 ships no simulated GPIO chip. This one keeps its outputs when the program that drove them has gone, as a
Raspberry Pi does unless config.txt says `dtparam=strict_gpiod`.
Source: Silicon Labs AN495, "CP2112 Interface Specification"; linux/uhid.h.
"""

from __future__ import annotations

import multiprocessing
import os
import select
import struct
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path

from tests.metal.devices import load_driver, wait_until

NODE = Path("/dev/gpiochip0")
_CREATE, _DESTROY, _GET, _GET_REPLY, _SET, _SET_REPLY = 11, 1, 9, 10, 13, 14
_CONFIG, _LEVELS, _DRIVE = 2, 3, 4
_ANSWERS = {5: b"\x05\x0c\x01", 6: b"\x06" + bytes(13)}
"""Its version, and how its I2C side is set."""
_DESCRIPTION = bytes.fromhex("0600ff0901a1018502150026ff00750895040901b102c0")
"""One report of the maker's own; the kernel's driver asks for the others by number."""
_EVENT_BYTES = 4380
_OUTPUTS, _LATCH, _OUTSIDE = range(3)
"""The bytes that both processes share: which lines are outputs, what those are set to, what the inputs see."""


class Chip:
    """The chip, in a process of its own: lgpio holds up every thread of ours while it waits for the kernel.

    `put` moves what is wired to an input, `is_driven_high` looks at an output.
    """

    def __init__(self) -> None:
        load_driver("uhid")
        load_driver("hid-cp2112")
        fork = multiprocessing.get_context("fork")
        self._lines = fork.Array("B", (0, 0, 0xFF))
        self._hand, hand = fork.Pipe()
        self._process = fork.Process(target=_Cable(self._lines, hand).serve, daemon=True)
        self._process.start()

    def plug(self) -> None:
        """Put the cable in, and wait for the device file, which gets its first name.

        Linux 6.1 never gives that again to a chip that was pulled while its lines were held, even if all have let go of
        it since; a udev rule would.
        """
        self._hand.send(True)
        wait_until(lambda: bool(_nodes()), "the chip is there")
        (node,) = _nodes()
        if node != NODE:
            NODE.symlink_to(node)

    def pull(self) -> None:
        """Pull the cable: lines that were driven are not driven any more."""
        if NODE.is_symlink():
            NODE.unlink()
        self._hand.send(False)
        wait_until(lambda: not _nodes(), "the chip is gone")

    def close(self) -> None:
        """Take the chip, which is pulled, away."""
        self._process.terminate()
        self._process.join()

    def put(self, line: int, is_high: bool) -> None:
        """Move what is wired to an input; at first all are pulled up."""
        with self._lines:
            self._lines[_OUTSIDE] = self._lines[_OUTSIDE] & ~(1 << line) | is_high << line

    def is_driven_high(self, line: int) -> bool:
        """Tell whether what is wired to an output has power."""
        with self._lines:
            return bool(self._lines[_OUTPUTS] & self._lines[_LATCH] & 1 << line)


class _Cable:
    """The chip's firmware, while its cable is in."""

    def __init__(self, lines: SynchronizedArray[int], hand: Connection) -> None:
        self._lines = lines
        self._hand = hand

    def serve(self) -> None:
        """Be plugged and pulled for ever."""
        while True:
            if self._hand.recv():
                device = os.open("/dev/uhid", os.O_RDWR)
                os.write(device, _create())
                while self._hand.fileno() not in (ready := select.select([self._hand.fileno(), device], [], [])[0]):
                    if device in ready:
                        self._handle(device)
            else:
                os.write(device, struct.pack("<I", _DESTROY))
                os.close(device)
                with self._lines:
                    self._lines[_OUTPUTS] = self._lines[_LATCH] = 0

    def _handle(self, device: int) -> None:
        event = os.read(device, _EVENT_BYTES)
        kind, number = struct.unpack_from("<II", event)
        if kind == _GET:
            answer = self._answer(event[8])
            os.write(device, struct.pack("<IIHH", _GET_REPLY, number, 0, len(answer)) + answer.ljust(4096, b"\0"))
        elif kind == _SET:
            self._take(event[12:])
            os.write(device, struct.pack("<IIH", _SET_REPLY, number, 0))

    def _answer(self, report: int) -> bytes:
        with self._lines:
            outputs, latch, outside = self._lines[:]
        if report == _CONFIG:
            return bytes((_CONFIG, outputs, outputs, 0, 0))
        if report == _LEVELS:
            return bytes((_LEVELS, latch & outputs | outside & ~outputs))
        return _ANSWERS.get(report, bytes((report,)))

    def _take(self, report: bytes) -> None:
        with self._lines:
            if report[0] == _CONFIG:
                self._lines[_OUTPUTS] = report[1]
            elif report[0] == _DRIVE:
                self._lines[_LATCH] = self._lines[_LATCH] & ~report[2] | report[1] & report[2]


def _nodes() -> list[Path]:
    return list(NODE.parent.glob("gpiochip*"))


def _create() -> bytes:
    named = struct.pack("<128s64s64s", b"CP2112", b"", b"")
    numbers = struct.pack("<HHIIII", len(_DESCRIPTION), 3, 0x10C4, 0xEA90, 1, 0)
    return struct.pack("<I", _CREATE) + named + numbers + _DESCRIPTION.ljust(4096, b"\0")
