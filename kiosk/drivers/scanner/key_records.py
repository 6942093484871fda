"""What a keyboard types: the kernel's records of its keys, read as letters of the US layout.

Source: linux/input-event-codes.h; `struct input_event` of linux/input.h, with the time in two longs.
"""

from __future__ import annotations

import struct

RECORD = struct.Struct("llHHi")
"""Seconds, microseconds, type, code, value, as this machine has them: 24 bytes where a long has 8."""

EV_SYN, EV_KEY = 0, 1
SYN_DROPPED = 3
"""The kernel had to throw records away, because nobody read them fast enough."""
RELEASED, PRESSED = 0, 1
"""The value of a key's record; 2 is a key that repeats because it is held."""
KEY_TAB, KEY_ENTER, KEY_LEFTCTRL, KEY_LEFTSHIFT, KEY_RIGHTSHIFT = 15, 28, 29, 42, 54
KEY_LEFTALT, KEY_SPACE, KEY_CAPSLOCK, KEY_KPENTER = 56, 57, 58, 96

_BYTES = {KEY_TAB: b"\t", KEY_ENTER: b"\r", KEY_KPENTER: b"\r"}
_SHIFTS = (KEY_LEFTSHIFT, KEY_RIGHTSHIFT)
_CTRLS = (KEY_LEFTCTRL, 97)
_COMMANDS = (KEY_LEFTALT, 100, 125, 126)
"""Alt and Meta: with one of them held, a key is no letter."""
_KEYPAD = range(71, 84)
_FIRST, _LAST = 0x20, 0x7E
"""Of the characters that every set has at the same number."""
_UNKNOWN = "\ufffd".encode()
"""Stands for a letter of which nobody can tell which: left out, the text would be another one."""

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
    """Key records made what they type; see `spelled.Decoder`.

    With Ctrl a letter is the control character of that name, as readers type STX or a separator. A number typed on
    the keypad while Alt is held is a character, as readers type what no key has. Caps Lock is the reader's own: the
    host's never reaches a device that is grabbed, and Num Lock no key's code.
    """

    def __init__(self) -> None:
        self._held: set[int] = set()
        self._is_capital = False
        self._number = ""
        self._rest = b""

    def decoded(self, raw: bytes) -> list[bytes | None]:
        """Return what was typed by records, which may be cut anywhere; None where the kernel lost some."""
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
        """Return the character whose number was typed while Alt was held, if one was."""
        number, self._number = int("0" + "".join(filter(str.isdecimal, self._number))), ""
        if number < _FIRST:
            return b""
        return bytes([number]) if number <= _LAST else _UNKNOWN
