"""Scanners that send a byte stream: it is cut into texts (`text_framing.py`), and their wrapping is removed."""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Sequence
from errno import ENODEV
from typing import Protocol

from kiosk.drivers.scanner.scan import scan_of
from kiosk.drivers.scanner.supervised import Try
from kiosk.drivers.scanner.text_framing import Habits, Texts
from kiosk.drivers.scanner.text_wrapping import unwrapped
from kiosk.ports.scanner import Scan

_LOOK_MS = 50
"""Poll interval while a text is incomplete; at other times the reader only waits for input."""
_CHUNK_BYTES = 4096


class Decoder(Protocol):
    """Decodes the data of a device to bytes."""

    def decoded(self, raw: bytes) -> list[bytes | None]:
        """Return the decoded bytes, None where some were lost."""
        ...


class TextSession:
    """An open descriptor from which a reader's texts are read.

    Args:
        habits: the observed behaviour of the reader.
        now: the monotonic clock.
        believed: returns the reliable part of a text.
    """

    hint = None

    def __init__(
        self,
        fd: int,
        decoder: Decoder,
        habits: Habits,
        now: Callable[[], float],
        *,
        believed: Callable[[bytes], bytes] = bytes,
    ) -> None:
        self._fd = fd
        self._decoder = decoder
        self._now = now
        self._texts = Texts(habits, now())
        self._believed = believed
        self._began_at = 0.0
        self._poll = select.poll()
        self._poll.register(fd, select.POLLIN)

    def read(self, stop: int) -> Sequence[Try]:
        """Wait for texts; see `supervised.Session`."""
        self._poll.register(stop, select.POLLIN)
        ready = dict(self._poll.poll(_LOOK_MS if self._texts.is_within else None))
        now, texts = self._now(), list[bytes | None]()
        if self._fd in ready:
            if not self._texts.is_within:
                self._began_at = now
            for piece in self._decoder.decoded(self._received()):
                texts += self._texts.feed(piece, now)
        elif not ready:
            texts += self._texts.expire(now)
        return [
            Try(None if text is None else parsed_text(text, self._believed), now - self._began_at) for text in texts
        ]

    def close(self) -> None:
        """Close the reader."""
        os.close(self._fd)

    def _received(self) -> bytes:
        try:
            raw = os.read(self._fd, _CHUNK_BYTES)
        except BlockingIOError:
            return b""
        if not raw:
            raise OSError(ENODEV, "it was unplugged")
        return raw


def parsed_text(text: bytes, believed: Callable[[bytes], bytes] = bytes) -> Scan | None:
    """Return the scan of a received text without its wrapping; None when it is not UTF-8."""
    symbology, content = unwrapped(text)
    return None if content is None else scan_of(symbology, believed(content))
