"""The simulated printer: part of the product, for trials without hardware and for every test.

It is connected to a real line and receives nothing but bytes. It writes slips as pictures into the home's
`run/sim/printer/slips/`. `kiosk sim printer ACTION` in any other process switches its faults.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import select
import socket
import threading
from itertools import cycle
from pathlib import Path

from kiosk.config import Home
from kiosk.drivers.control_file import Watch, load
from kiosk.drivers.printer.emulator.families import FAMILIES, Family
from kiosk.drivers.printer.emulator.faults import Faults, actions, active, control_file, request
from kiosk.drivers.printer.emulator.machine import Condition, Machine
from kiosk.drivers.printer.emulator.nv_memory import Memory, memory_of
from kiosk.drivers.printer.emulator.tray import Tray, tray_of
from kiosk.receipt.slip import PrinterProfile
from kiosk.threads import thread

__all__ = ["SimulatedPrinter", "actions", "active", "request"]

log = logging.getLogger(__name__)

_READ_BYTES = 4096
_BREAK = _DONE = b"\0"
_NOISE = b"\x00\xff\x10\x03\x5f\x0c\x37"
"""Bytes that look like answers in order, like the first byte of a pushed status, a name or a list, or like damage."""
_NOISE_EVERY = 4
"""The number of reads between two bytes of noise."""
_SLIP_BEGINS = b"\x1b@"
_STALLED = frozenset({"stuck", "dark", "held"})
_SLICES_PER_S = 20
"""A slow line passes its bytes in this many portions a second."""


class SimulatedPrinter:
    """A printer with a paper tray; `connect` opens a line to it.

    Args:
        tray: the folder for its slips; None for the home's default.
        family: how it answers.
    """

    name = "simulated"
    is_slow = False

    def __init__(
        self,
        home: Home,
        profile: PrinterProfile,
        slips_kept: int,
        buffer_bytes: int = 16 * 1024,
        *,
        tray: Path | None = None,
        family: Family = FAMILIES["asb"],
    ) -> None:
        self._file = control_file(home)
        self._home = home
        lay = Tray(tray or tray_of(home), profile.width_dots, slips_kept).lay
        self.machine = Machine(profile, lay, buffer_bytes, family, Memory(memory_of(home)))
        self._faults = Faults()
        self._stray_bytes = bytearray()
        self._noise = cycle(_NOISE)
        self._portions = 0
        self._has_power_returned = False
        self._thread: threading.Thread | None = None

    def connect(self, timeout_s: float) -> int:
        """Return the descriptor of a line to this printer, which its own thread serves until the line is closed.

        Raises:
            OSError: the cable is out.
        """
        if self._thread is not None:
            self._thread.join(timeout_s)  # the previous line is closed, so its thread is ending
        if self._apply_control_file():
            raise OSError(errno.ENODEV, "the simulated printer is unplugged")
        ours, theirs = socket.socketpair()
        self._thread = thread("printer", self._serve_line, theirs)
        self._thread.start()
        return ours.detach()

    def serve(self, fd: int, stop: socket.socket | None = None, *, ends_on_fault: str = "") -> None:
        """Serve a line until the other side closes it, the printer is unplugged, or `stop` becomes readable.

        Args:
            ends_on_fault: a fault that also ends this line.
        Raises:
            OSError: a slip cannot be written into the tray.
        """
        watch = Watch(self._file)
        try:
            while not self._apply_control_file() and ends_on_fault not in self._faults.active:
                self._send(fd, bytes(self._stray_bytes))
                self._stray_bytes.clear()
                if self._has_power_returned:
                    self._discard_pending(fd)
                if not self._is_stalled:
                    self._send(fd, self._work())
                ready = self._wait(fd, watch, stop)
                if stop is not None and stop.fileno() in ready:
                    break
                if watch.fileno() in ready:
                    watch.has_changed()  # apply the action before reading the bytes that were sent after it
                elif fd in ready and not self._read(fd, watch):
                    break
        finally:
            watch.close()

    # ---- inside

    def _serve_line(self, line: socket.socket) -> None:
        with line:
            try:
                self.serve(line.fileno())
            except Exception:  # the top of this thread
                log.exception("the simulated printer broke")

    @property
    def _is_stalled(self) -> bool:
        return bool(_STALLED & self._faults.active)

    @property
    def _is_dark(self) -> bool:
        return "dark" in self._faults.active

    def _wait(self, fd: int, watch: Watch, stop: socket.socket | None) -> dict[int, int]:
        wait = select.poll()
        wait.register(watch, select.POLLIN)
        has_room = self.machine.room_bytes and (self._is_dark or not self._is_stalled)
        wait.register(fd, select.POLLIN if has_room else select.POLLRDHUP)
        if stop is not None:
            wait.register(stop, select.POLLIN)
        return dict(wait.poll())

    def _apply_control_file(self) -> bool:
        """Apply the control file; return whether the cable is out."""
        faults, before = load(self._file, Faults), self._faults
        self._faults = faults
        if faults.roll != before.roll:
            self.machine.change_paper()
            self.machine.rows_left = faults.rows_left
        asked = faults.active
        if "dark" in asked - before.active:
            self.machine.switch_off()
            self._stray_bytes += _BREAK
        self._has_power_returned = self._has_power_returned or "dark" in before.active - asked
        self._stray_bytes += _BREAK * (faults.breaks - before.breaks)
        self.machine.condition = Condition(
            is_cover_open="cover-open" in asked,
            is_paper_out="paper-out" in asked,
            is_paper_low="paper-low" in asked,
            is_in_error="error" in asked,
            is_cutter_jammed="cutter-jam" in asked,
            is_overheated="overheated" in asked,
            is_silent="silent" in asked,
        )
        return "unplug" in asked

    def _work(self) -> bytes:
        answers = self.machine.work()
        if self.machine.rows_left == 0 and "paper-out" not in self._faults.active:
            request(self._home, "paper-out")  # the roll stays empty when this process ends
        return answers

    def _read(self, fd: int, watch: Watch) -> bool:
        """Read from the line at its speed; return whether the line is still open."""
        limit = min(_READ_BYTES, self.machine.room_bytes)
        is_slow = "slow" in self._faults.active
        if is_slow:
            limit = min(limit, max(1, self._faults.bytes_per_s // _SLICES_PER_S))
        try:
            received = os.read(fd, limit) if limit else b""
        except OSError:  # the other side closed the line with bytes in flight
            return False
        if not received:
            return False
        if is_slow:
            pause = select.poll()
            pause.register(watch, select.POLLIN)
            pause.poll(1000 * len(received) / self._faults.bytes_per_s)
        if not self._is_dark:
            self._send(fd, self.machine.receive(received) + self._unsolicited(received))
        return True

    def _discard_pending(self, fd: int) -> None:
        """Discard the bytes that were sent while the power was off: a real line does not buffer them."""
        waits = select.poll()
        waits.register(fd, select.POLLIN)
        with contextlib.suppress(OSError):  # the other side closed the line
            while waits.poll(0) and os.read(fd, _READ_BYTES):
                pass
        self._has_power_returned = False

    def _unsolicited(self, received: bytes) -> bytes:
        """Return the bytes to send after a read that do not answer it: early confirmations and noise."""
        unsolicited = _DONE if "early" in self._faults.active and _SLIP_BEGINS in received else b""
        if "noise" in self._faults.active:
            self._portions += 1
            if self._portions % _NOISE_EVERY == 0:
                unsolicited += bytes([next(self._noise)])
        return unsolicited

    def _send(self, fd: int, answers: bytes) -> None:
        if answers:
            try:
                os.write(fd, answers)
            except OSError as error:
                log.info("the simulated printer cannot send its answer: %s", error)
