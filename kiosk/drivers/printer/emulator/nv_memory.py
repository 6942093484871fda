"""The NV graphics memory of an emulated printer: pictures under keys of two characters, which outlive a power cut.

Source: Epson ESC/POS command reference, GS ( L, functions 64 (key list), 65 (forget all), 67 (define), 69 (print).
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

import msgspec

from kiosk.config import Home
from kiosk.decoding import json_of
from kiosk.files import read_file, replace_file

log = logging.getLogger(__name__)

MEMORY_BYTES = 256 * 1024
"""The NV graphics memory of a TM-T20II."""
KEY_LIST_HEAD, KEY_LIST_LAST, KEY_LIST_MORE = b"\x37\x72", 0x40, 0x41
"""A key list: header and identifier, then a status (last list, or more after an ACK), keys, and NUL."""
KEYS_AT_ONCE = 40
_DEFINITION_BYTES = 10
"""The bytes of function 67 before its dots."""


def memory_of(home: Home) -> Path:
    """Return the file of the stored pictures of a home's simulated printer."""
    return home.run / "sim" / "printer" / "kept.json"


class Kept(msgspec.Struct, frozen=True):
    """One picture: packed rows of `width_bytes`, 1 = burn."""

    width_bytes: int
    dots: bytes


class Memory:
    """The pictures of one printer; with a `file` they outlive its process."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._pictures: dict[str, Kept] = {}
        self._unsent: list[bytes] = []
        if file is not None:
            with contextlib.suppress(OSError, msgspec.DecodeError):
                self._pictures = json_of(read_file(file), dict[str, Kept])

    def perform(self, function: int, parameters: bytes) -> bytes | None:
        """Perform function 64, 65 or 67 and return the answer; None for a function that this printer does not have."""
        match function, parameters:
            case 64, b"KC":
                return self._list()
            case 65, b"CLR":
                self._pictures.clear()
            case 67, definition if self._is_whole(definition):
                width = int.from_bytes(definition[4:6], "little")
                picture = Kept(width // 8, definition[9:])
                used = sum(len(picture.dots) for picture in self._pictures.values())
                if used + len(picture.dots) <= MEMORY_BYTES:  # otherwise it is discarded, as the manual says
                    self._pictures[definition[1:3].decode("ascii")] = picture
            case _:
                return None
        self._save()
        return b""

    def of(self, key: bytes) -> Kept | None:
        """Return the picture of a key; None for an unknown key, for which a printer prints nothing."""
        return self._pictures.get(key.decode("ascii", "replace"))

    def acknowledged(self) -> bytes:
        """Return the next block of the key list after an ACK, or nothing."""
        return self._unsent.pop(0) if self._unsent else b""

    def _list(self) -> bytes:
        keys = [key.encode("ascii") for key in self._pictures]
        blocks = [keys[at : at + KEYS_AT_ONCE] for at in range(0, len(keys), KEYS_AT_ONCE)] or [[]]
        self._unsent = [
            KEY_LIST_HEAD + bytes([KEY_LIST_LAST if number == len(blocks) else KEY_LIST_MORE]) + b"".join(block) + b"\0"
            for number, block in enumerate(blocks, 1)
        ]
        return self.acknowledged()

    @staticmethod
    def _is_whole(definition: bytes) -> bool:
        format_bytes = definition[:1] + definition[3:4] + definition[8:9]  # raster, one colour, the first
        if len(definition) < _DEFINITION_BYTES or format_bytes != b"0\x011":
            return False
        width, height = (int.from_bytes(definition[at : at + 2], "little") for at in (4, 6))
        is_key = all(0x20 <= byte < 0x7F for byte in definition[1:3])
        return is_key and len(definition) - 9 == (width + 7) // 8 * height

    def _save(self) -> None:
        if self._file is None:
            return
        try:
            replace_file(self._file, msgspec.json.encode(self._pictures))
        except OSError as error:
            log.warning("%s cannot be written: %s", self._file, error)
