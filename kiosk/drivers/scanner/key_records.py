"""Decodes the kernel's key records of a keyboard as characters of the US layout.

Source: linux/input-event-codes.h; `struct input_event` of linux/input.h, with the time in two longs.
"""

from __future__ import annotations

import struct

RECORD = struct.Struct("llHHi")
"""Seconds, microseconds, type, code, value in native sizes: 24 bytes when a long has 8."""

EV_SYN, EV_KEY = 0, 1
SYN_DROPPED = 3
"""The kernel has dropped records because they were not read fast enough."""
RELEASED, PRESSED = 0, 1
"""The value of a key record; 2 is an autorepeat."""
KEY_TAB, KEY_ENTER, KEY_LEFTCTRL, KEY_LEFTSHIFT, KEY_RIGHTSHIFT = 15, 28, 29, 42, 54
KEY_LEFTALT, KEY_SPACE, KEY_CAPSLOCK, KEY_KPENTER = 56, 57, 58, 96

_BYTES = {KEY_TAB: b"\t", KEY_ENTER: b"\r", KEY_KPENTER: b"\r"}
_SHIFTS = (KEY_LEFTSHIFT, KEY_RIGHTSHIFT)
_CTRLS = (KEY_LEFTCTRL, 97)
_COMMANDS = (KEY_LEFTALT, 100, 125, 126)
"""Alt and Meta: with one of them held, a key types no character."""
_KEYPAD = range(71, 84)
_FIRST, _LAST = 0x20, 0x7E
"""The range of characters that have the same number in every character set."""
_UNKNOWN = "\ufffd".encode()
"""Replaces an unknown character: without it the text would be a different one."""

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (KEY_SPACE, " ", " "),
    # Shift does not change the keypad
    (55, "*", "*"),
    (71, "789-456+1230.", "789-456+1230."),
    (98, "/", "/"),
)
"""Ranges of key codes, and the characters they type without and with Shift."""

LETTERS = {
    (first + place, is_shifted): letter
    for first, plain, shifted in _ROWS
    for is_shifted, row in ((False, plain), (True, shifted))
    for place, letter in enumerate(row)
}
"""The character of each key, by its code and whether Shift is held."""


class KeyDecoder:
    """Turns key records into the typed characters; see `text_reader.Decoder`.

    Ctrl with a letter is a control character: readers type STX or a separator so. A number typed on the keypad while
    Alt is held is a character code: readers type characters without a key so. Caps Lock is that of the reader: the
    host's Caps Lock does not affect a grabbed device, and Num Lock does not change key codes.
    """

    def __init__(self) -> None:
        self._held: set[int] = set()
        self._is_capital = False
        self._number = ""
        self._rest = b""

    def decoded(self, raw: bytes) -> list[bytes | None]:
        """Return the characters of records, which may be split anywhere; None where the kernel dropped some."""
        raw = self._rest + raw
        whole = len(raw) - len(raw) % RECORD.size
        self._rest = raw[whole:]
        typed: list[bytes | None] = []
        for _, _, kind, code, value in RECORD.iter_unpack(raw[:whole]):
            if kind == EV_KEY:
                typed.append(self._key(code, value))
            elif kind == EV_SYN and code == SYN_DROPPED:
                typed.append(None)
                self._held.clear()
                self._number = ""
        return [piece for piece in typed if piece != b""]

    def _key(self, code: int, value: int) -> bytes:
        if code in _SHIFTS or code in _CTRLS or code in _COMMANDS:
            (self._held.discard if value == RELEASED else self._held.add)(code)
            return self._numbered() if code in _COMMANDS and value == RELEASED else b""
        if value != PRESSED:
            return b""
        if code == KEY_CAPSLOCK:
            self._is_capital = not self._is_capital
            return b""
        if self._held.intersection(_COMMANDS):
            self._number += LETTERS.get((code, False), "") if code in _KEYPAD else ""
            return b""
        letter = LETTERS.get((code, bool(self._held.intersection(_SHIFTS))), "")
        if self._held.intersection(_CTRLS):
            return bytes([ord(letter.upper()) & 0x1F]) if "@" <= letter.upper() <= "_" else b""
        return _BYTES.get(code) or (letter.swapcase() if self._is_capital else letter).encode()

    def _numbered(self) -> bytes:
        """Return the character of the number that was typed while Alt was held, if any."""
        number, self._number = int("0" + "".join(filter(str.isdecimal, self._number))), ""
        if number < _FIRST:
            return b""
        return bytes([number]) if number <= _LAST else _UNKNOWN
