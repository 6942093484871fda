"""Scanners that hand over text bit by bit: what they spell, cut into scans."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Sequence
from errno import ENODEV
from typing import Protocol

from kiosk.drivers.scanner.attended import Try
from kiosk.drivers.scanner.scan import Scan, Symbology, scan_of
from kiosk.model.cards import MAX_PAYLOAD_CHARS

LONGEST_BYTES = MAX_PAYLOAD_CHARS
"""More than any code holds. What is longer is no scan, however it goes on."""

_SILENCE_MS = 50
"""After so long without a byte a scan is over, also where the reader sends no Enter."""
_CHUNK_BYTES = 4096

_IDENTIFIERS = {b"]Q": Symbology.QR, b"]d": Symbology.DATA_MATRIX, b"]C": Symbology.CODE_128}
"""What a reader writes before a text when it is set to; a third letter says more. Source: ISO/IEC 15424."""
_IDENTIFIER_BYTES = 3


class Speller(Protocol):
    """Puts texts together. Each that has ended is its bytes, or None when it was too long or some of it was lost."""

    @property
    def is_within(self) -> bool:
        """Tell whether a text has begun and not ended."""
        ...

    def feed(self, raw: bytes) -> list[bytes | None]:
        """Take what the reader sent; return the texts that ended in it."""
        ...

    def end(self) -> list[bytes | None]:
        """End the text that has begun, if any; return it."""
        ...


class Pieces:
    """The pieces of one text, for spellers: never more than a text may have."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._is_spoilt = False

    @property
    def is_within(self) -> bool:
        """Tell whether there is anything."""
        return self._is_spoilt or bool(self._bytes)

    def add(self, piece: bytes) -> None:
        """Go on with the text."""
        if len(self._bytes) + len(piece) > LONGEST_BYTES:
            self.spoil()
        elif not self._is_spoilt:
            self._bytes += piece

    def spoil(self) -> None:
        """Give the text up; what comes before its end is part of it."""
        self._bytes.clear()
        self._is_spoilt = True

    def end(self) -> list[bytes | None]:
        """Return the text as `Speller.end` does, and begin anew."""
        ended: list[bytes | None] = [None if self._is_spoilt else bytes(self._bytes)] if self.is_within else []
        self._bytes.clear()
        self._is_spoilt = False
        return ended


class SpelledSession:
    """An open descriptor on which a reader spells. `believed` says what of a text can be believed."""

    hint = None

    def __init__(self, fd: int, speller: Speller, believed: Callable[[bytes], bytes] = bytes) -> None:
        self._fd = fd
        self._speller = speller
        self._believed = believed
        self._began_at = 0.0
        self._poll = select.poll()
        self._poll.register(fd, select.POLLIN)

    def read(self, stop: int) -> Sequence[Try]:
        """Wait for something to be spelled; see `attended.Session`."""
        self._poll.register(stop, select.POLLIN)
        ready = dict(self._poll.poll(_SILENCE_MS if self._speller.is_within else None))
        if self._fd in ready:
            if not self._speller.is_within:
                self._began_at = time.monotonic()
            raw = self._received()
            texts = self._speller.feed(raw)
        else:
            texts = self._speller.end() if not ready else []
        seconds = time.monotonic() - self._began_at
        return [Try(None if text is None else spelled(text, self._believed), seconds) for text in texts]

    def close(self) -> None:
        """Let go of the reader."""
        os.close(self._fd)

    def _received(self) -> bytes:
        try:
            raw = os.read(self._fd, _CHUNK_BYTES)
        except BlockingIOError:
            return b""
        if not raw:
            raise OSError(ENODEV, "it was unplugged")
        return raw


def spelled(text: bytes, believed: Callable[[bytes], bytes] = bytes) -> Scan | None:
    """Return the scan of what a reader spelled, without the identifier that some put before it; None if not UTF-8."""
    symbology = _IDENTIFIERS.get(text[:2])
    content = text if symbology is None else text[_IDENTIFIER_BYTES:]
    return scan_of(symbology or Symbology.UNKNOWN, believed(content))
