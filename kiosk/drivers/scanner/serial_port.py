"""Scanners on a serial line: USB readers in "virtual COM port" mode (CDC-ACM), and true RS-232.

They hand over a code byte for byte, so this is the mode to set a reader to: a name in Vietnamese comes as it is
written. `text_framing.py` says where a text ends.
"""

from __future__ import annotations

import os
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from errno import ENOTTY
from pathlib import Path

from kiosk.drivers.scanner.text_framing import Habits
from kiosk.drivers.scanner.text_reader import TextSession
from kiosk.drivers.serial_line import USUAL, Marks, SerialLine, lock, set_line


class SerialScanner:
    """A reader by its device file; see `attended.Source`.

    Args:
        now: the monotonic clock.
    """

    def __init__(self, path: Path, line: SerialLine = USUAL, now: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self.name = f"serial line {path}, {line}"
        self._line = line
        self._now = now
        self._habits = Habits()

    def open(self) -> TextSession:
        """Return it, locked and set; what it had sent before nobody waits for any more."""
        # Without O_NONBLOCK a line without carrier would hold up the opening itself.
        fd = os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            if not os.isatty(fd):
                raise OSError(ENOTTY, "this is no serial line: set scanner.address to one such as /dev/ttyACM0")
            lock(fd, self.path)
            set_line(fd, self._line)
            with suppress(termios.error):
                termios.tcflush(fd, termios.TCIFLUSH)
        except BaseException:
            os.close(fd)
            raise
        return TextSession(fd, Plain(), self._habits, self._now)


class Plain:
    """A line that carries bytes as they are; see `spelled.Decoder`."""

    def __init__(self) -> None:
        self._marks = Marks()

    def decoded(self, raw: bytes) -> list[bytes | None]:
        """Return them, None where a byte came damaged."""
        first, *after_damage = self._marks.taken_out(raw)
        return [first, *(piece for after in after_damage for piece in (None, after))]
