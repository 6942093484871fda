"""Scanners on a serial line: USB readers in "virtual COM port" mode (CDC-ACM), and RS-232.

This is the recommended mode of a reader: it sends the bytes of a code unchanged, so a Vietnamese name arrives complete.
`text_framing.py` finds the end of a text.
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
    """A reader by its device file; see `supervised.Source`.

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
        """Open, lock and configure the line; drop what was received before."""
        # Without O_NONBLOCK, opening a line without carrier blocks.
        fd = os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            if not os.isatty(fd):
                raise OSError(ENOTTY, "this is no serial line: set scanner.address to a device such as /dev/ttyACM0")
            lock(fd, self.path)
            set_line(fd, self._line)
            with suppress(termios.error):
                termios.tcflush(fd, termios.TCIFLUSH)
        except BaseException:
            os.close(fd)
            raise
        return TextSession(fd, Plain(), self._habits, self._now)


class Plain:
    """Passes bytes through unchanged; see `text_reader.Decoder`."""

    def __init__(self) -> None:
        self._marks = Marks()

    def decoded(self, raw: bytes) -> list[bytes | None]:
        """Return the bytes, None where one was damaged."""
        first, *after_damage = self._marks.taken_out(raw)
        return [first, *(piece for after in after_damage for piece in (None, after))]
