"""Scanners that play keyboard ("wedge"): read from the kernel's record of their keys, taken away from everybody else.

A keyboard has no Vietnamese letters. What becomes of them differs by reader: left out, typed without their marks, or
as others. The text cannot tell, so of an identity card nothing but its 12 digits is believed: it becomes what
`model/cards.py` knows as the bare number, and no garbled name is ever shown or handed on. All other codes of a hall
are ASCII, and come whole.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Callable
from errno import ENOTTY
from pathlib import Path

from kiosk.drivers.scanner.key_records import Typist
from kiosk.drivers.scanner.text_framing import Habits
from kiosk.drivers.scanner.text_reader import TextSession
from kiosk.model import cards
from kiosk.model.insurance import InsuranceCard

_EVIOCGRAB = 0x40044590
"""_IOW('E', 0x90, int). Source: linux/input.h."""
_CARD = re.compile(rb"\s*(?:[A-Za-z][0-9A-Za-z]{0,2})?(?P<number>[0-9]{12})\s*\|")
"""How an identity card begins, whatever became of the rest; and some health-insurance cards."""


def open_grabbed(path: Path) -> int:
    """Return the descriptor of an input device whose keys from now on reach nobody else.

    Raises:
        OSError: it is not there, is no input device, or another process has it.
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
    """A reader by its input device, such as `/dev/input/by-id/…-event-kbd`; see `attended.Source`.

    Args:
        open_device: returns its descriptor.
        is_raw: hands on what was typed as it is, for a test that shows what a wedge makes of letters.
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
        """Return it, for this process alone."""
        fd = self._open_device(self.path)
        return TextSession(fd, Typist(), self._habits, self._now, believed=self._believed)


def believed(typed: bytes) -> bytes:
    """Return what of a typed text can be believed: of an identity card its number alone.

    A health-insurance card writes its names in hex, which every keyboard has.
    """
    card = _CARD.match(typed)
    if card is None or isinstance(cards.parse(typed.decode(errors="replace")), InsuranceCard):
        return typed
    return card["number"]
