"""Scanners that act as a keyboard ("wedge"): their key records are read from the kernel, exclusively.

A keyboard has no Vietnamese letters. Readers omit them, type them without diacritics, or type other letters, and the
text does not show which. So only the 12 digits of an identity card are used: the result is the bare number of
`model/cards.py`, and no garbled name is shown or passed on. All other codes of a hall are ASCII and arrive complete.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Callable
from errno import ENOTTY
from pathlib import Path

from kiosk.drivers.scanner.key_records import KeyDecoder
from kiosk.drivers.scanner.text_framing import Habits
from kiosk.drivers.scanner.text_reader import TextSession
from kiosk.model import cards
from kiosk.model.insurance import InsuranceCard

_EVIOCGRAB = 0x40044590
"""_IOW('E', 0x90, int). Source: linux/input.h."""
_CARD = re.compile(rb"\s*(?:[A-Za-z][0-9A-Za-z]{0,2})?(?P<number>[0-9]{12})\s*\|")
"""The beginning of an identity card, and of some health-insurance cards."""


def open_grabbed(path: Path) -> int:
    """Open an input device exclusively (EVIOCGRAB); return its descriptor.

    Raises:
        OSError: it is not connected, is no input device, or another process uses it.
    """
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.ioctl(fd, _EVIOCGRAB, 1)
    except OSError as error:
        os.close(fd)
        if error.errno != ENOTTY:
            raise
        reason = "this is no input device: set scanner.address to one such as /dev/input/by-id/usb-…-event-kbd"
        raise OSError(ENOTTY, reason) from error
    return fd


class WedgeScanner:
    """A reader by its input device, such as `/dev/input/by-id/…-event-kbd`; see `supervised.Source`.

    Args:
        open_device: opens the device and returns its descriptor.
        is_raw: returns the typed text unchanged, for a test that shows how a wedge types letters.
        now: the monotonic clock.
    """

    def __init__(
        self,
        path: Path,
        open_device: Callable[[Path], int] = open_grabbed,
        *,
        is_raw: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self.name = f"keyboard wedge {path}"
        self._open_device = open_device
        self._believed = bytes if is_raw else believed
        self._now = now
        self._habits = Habits()

    def open(self) -> TextSession:
        """Open the reader exclusively."""
        fd = self._open_device(self.path)
        return TextSession(fd, KeyDecoder(), self._habits, self._now, believed=self._believed)


def believed(typed: bytes) -> bytes:
    """Return the reliable part of a typed text: of an identity card only the number.

    A health-insurance card stores its names in hexadecimal digits, which every keyboard has.
    """
    card = _CARD.match(typed)
    if card is None or isinstance(cards.parse(typed.decode(errors="replace")), InsuranceCard):
        return typed
    return card["number"]
