"""What a keyboard types: the kernel's records of its keys, read as letters of the US layout.

Source: linux/input-event-codes.h; `struct input_event` of linux/input.h, with the time in two longs.
"""

from __future__ import annotations

import struct

from kiosk.drivers.scanner.spelled import Pieces

RECORD = struct.Struct("llHHi")
"""Seconds, microseconds, type, code, value, as this machine has them: 24 bytes where a long has 8."""

EV_SYN, EV_KEY = 0, 1
SYN_DROPPED = 3
"""The kernel had to throw records away, because nobody read them fast enough."""
RELEASED, PRESSED = 0, 1
"""The value of a key's record; 2 is a key that repeats because it is held."""
KEY_ENTER, KEY_LEFTSHIFT, KEY_RIGHTSHIFT, KEY_LEFTALT, KEY_SPACE, KEY_KPENTER = 28, 42, 54, 56, 57, 96

_ENDS = (KEY_ENTER, KEY_KPENTER)
_SHIFTS = (KEY_LEFTSHIFT, KEY_RIGHTSHIFT)
_COMMANDS = (29, 97, KEY_LEFTALT, 100, 125, 126)
"""Ctrl, Alt and Meta: with one of them held, a key is no letter."""

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (KEY_SPACE, " ", " "),
    # the keypad does not mind Shift
    (55, "*", "*"),
    (71, "789-456+1230.", "789-456+1230."),
    (98, "/", "/"),
)
"""Runs of neighbouring key codes, and what they type alone and with Shift."""

LETTERS = {
    (first + place, is_shifted): letter
    for first, plain, shifted in _ROWS
    for is_shifted, row in ((False, plain), (True, shifted))
    for place, letter in enumerate(row)
}
"""What each key types, by its code and whether Shift is held."""


class Typist:
    """Key records put together to texts, each ended by Enter; see `spelled.Speller`."""

    def __init__(self) -> None:
        self._pieces = Pieces()
        self._held: set[int] = set()
        self._rest = b""

    @property
    def is_within(self) -> bool:
        """Tell whether a text has begun and not ended."""
        return self._pieces.is_within

    def feed(self, raw: bytes) -> list[bytes | None]:
        """Take records; return the texts that ended in them."""
        raw = self._rest + raw
        whole = len(raw) - len(raw) % RECORD.size
        self._rest = raw[whole:]
        texts: list[bytes | None] = []
        for _, _, kind, code, value in RECORD.iter_unpack(raw[:whole]):
            if kind == EV_KEY:
                texts += self._key(code, value)
            elif kind == EV_SYN and code == SYN_DROPPED:
                self._pieces.spoil()
                self._held.clear()
        return texts

    def end(self) -> list[bytes | None]:
        """End the text that has begun."""
        return self._pieces.end()

    def _key(self, code: int, value: int) -> list[bytes | None]:
        if code in _SHIFTS or code in _COMMANDS:
            (self._held.discard if value == RELEASED else self._held.add)(code)
        elif value == PRESSED and code in _ENDS:
            return self._pieces.end()
        elif value == PRESSED and not self._held.intersection(_COMMANDS):
            letter = LETTERS.get((code, bool(self._held.intersection(_SHIFTS))), "")
            self._pieces.add(letter.encode())
        return []
