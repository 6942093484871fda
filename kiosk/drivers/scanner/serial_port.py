"""Scanners on a serial line: USB readers in "virtual COM port" mode (CDC-ACM), and true RS-232.

They hand over a code byte for byte, so this is the mode to set a reader to: a name in Vietnamese comes as it is
written. A text ends with CR, LF, or 50 ms of silence.
"""

from __future__ import annotations

import os
import termios
from contextlib import suppress
from errno import ENOTTY
from pathlib import Path

from kiosk.drivers.scanner.spelled import Pieces, SpelledSession
from kiosk.drivers.serial_line import USUAL, Marks, SerialLine, lock, set_line


class SerialScanner:
    """A reader by its device file; see `attended.Source`."""

    def __init__(self, path: Path, line: SerialLine = USUAL) -> None:
        self.path = path
        self.name = f"serial line {path}, {line}"
        self._line = line

    def open(self) -> SpelledSession:
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
        return SpelledSession(fd, Lines())


class Lines:
    """Bytes cut into texts at each CR and LF; see `spelled.Speller`."""

    def __init__(self) -> None:
        self._pieces = Pieces()
        self._marks = Marks()

    @property
    def is_within(self) -> bool:
        """Tell whether a text has begun and not ended."""
        return self._pieces.is_within

    def feed(self, raw: bytes) -> list[bytes | None]:
        """Take what came; return the texts that ended in it. One that arrived damaged is spoilt."""
        first, *after_damage = self._marks.taken_out(raw)
        texts = self._cut(first)
        for piece in after_damage:
            self._pieces.spoil()
            texts += self._cut(piece)
        return texts

    def _cut(self, raw: bytes) -> list[bytes | None]:
        *ended, rest = raw.replace(b"\r", b"\n").split(b"\n")
        texts: list[bytes | None] = []
        for piece in ended:
            self._pieces.add(piece)
            texts += self._pieces.end()
        self._pieces.add(rest)
        return texts

    def end(self) -> list[bytes | None]:
        """End the text that has begun."""
        return self._pieces.end()
