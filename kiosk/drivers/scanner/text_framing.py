"""Finds the beginning and end of texts in a reader's byte stream. Pure: bytes and times are arguments.

A text ends with CR, LF or ETX when the reader has sent such an end mark before, however long it pauses in a text. The
texts of a reader that never sends an end mark end with silence. A text that began before the reader was opened, or that
stops without its end mark, is dropped. Between STX and ETX a line end belongs to the text. The lines of a machine
readable zone are one text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.drivers.scanner.text_wrapping import bare, stripped
from kiosk.model import mrz
from kiosk.model.cards import MAX_PAYLOAD_CHARS

LONGEST_BYTES = MAX_PAYLOAD_CHARS
"""More than any code holds. A longer text is dropped."""

SETTLE_S = 0.1
"""Bytes this soon after opening a reader may be the rest of an earlier text and are dropped up to its end."""
SILENCE_S = 0.3
"""Silence that ends a text without end mark. USB readers have been observed to pause for 80 ms within a text."""
PATIENCE_S = 1.0
"""Longest wait for an end mark, for the next line, and for a reader whose use of end marks is unknown."""

_QUIET_S = 0.05
"""Silence after a line end that makes it an end mark; after a shorter pause it belongs to the text."""
_MOST_MISSING = 2
"""After this many texts in a row without end mark the reader has new settings or was replaced."""

_STX, _ETX = b"\x02", b"\x03"
_LINE_ENDS = (b"\r", b"\n")
_CUTS = re.compile(rb"([\r\n\x02\x03])")


@dataclass
class Habits:
    """The observed behaviour of a reader, kept while it is unplugged.

    `sends_end` tells whether it sends end marks, None while unknown.
    """

    sends_end: bool | None = None
    missing: int = 0

    def ended_by_itself(self) -> None:
        """Record an end mark that was followed by silence."""
        self.sends_end, self.missing = True, 0

    def fell_silent(self) -> None:
        """Record a text that stopped without an end mark."""
        self.missing += 1
        if not self.sends_end or self.missing >= _MOST_MISSING:
            self.sends_end, self.missing = False, 0


class Texts:
    """The texts of an open reader. A finished text is returned as bytes, or as None when it is incomplete or too long.

    Args:
        opened_at: the present time of the monotonic clock; all other times are of the same clock.
    """

    def __init__(self, habits: Habits, opened_at: float) -> None:
        self._habits = habits
        self._settles_at = opened_at + SETTLE_S
        self._last_at = opened_at
        self._ended_at: float | None = None
        self._text = bytearray()
        self._is_spoilt = False
        self._is_framed = False
        self._zone: list[bytes] = []

    @property
    def is_within(self) -> bool:
        """Tell whether a text is incomplete so far."""
        return bool(self._text or self._zone) or self._is_spoilt or self._is_framed

    def feed(self, raw: bytes | None, now: float) -> list[bytes | None]:
        """Add received bytes, None where some were lost; return the texts that ended in them."""
        self._note_quiet(now)
        self._last_at = now
        if raw is None:
            self._drop_text()
            return []
        texts: list[bytes | None] = []
        for piece in filter(None, _CUTS.split(raw)):
            if piece == _STX:
                texts += self._dropped()
                self._is_framed = True
            elif piece == _ETX:
                texts += self._ended(now)
            elif piece in _LINE_ENDS and not self._is_framed:
                texts += self._line(now)
            else:
                self._add(piece, now)
        return texts

    @property
    def due_at(self) -> float | None:
        """The time at which to call `expire` if nothing is received, or None."""
        return self._last_at + self._longest_s() if self.is_within else None

    def expire(self, now: float) -> list[bytes | None]:
        """Return the text that silence has ended by `now`, if any."""
        self._note_quiet(now)
        if self.due_at is None or now < self.due_at:
            return []
        if self._is_last_line():
            return self._line(now)
        if self._zone or self._is_framed:
            return self._dropped()
        is_cut = self._habits.sends_end
        if not self._is_spoilt:
            self._habits.fell_silent()
        return self._dropped() if is_cut else [self._finish_text()]

    def _longest_s(self) -> float:
        is_sure = self._is_last_line() or (self._habits.sends_end is False and not (self._zone or self._is_framed))
        return SILENCE_S if is_sure else PATIENCE_S

    def _note_quiet(self, now: float) -> None:
        if self._ended_at is not None and now - self._ended_at >= _QUIET_S:
            self._habits.ended_by_itself()
            self._ended_at = None

    def _add(self, piece: bytes, now: float) -> None:
        self._ended_at = None
        if not self.is_within:
            if not stripped(piece):
                return  # a beep, or a stray byte of a waking line
            if now < self._settles_at:
                self._drop_text()
        if len(self._text) + len(piece) > LONGEST_BYTES:
            self._drop_text()
        elif not self._is_spoilt:
            self._text += piece

    def _drop_text(self) -> None:
        """Drop the text up to its end."""
        self._text.clear()
        self._is_spoilt = True

    def _finish_text(self) -> bytes | None:
        """Return the finished text and reset."""
        text = None if self._is_spoilt else bytes(self._text)
        self._text.clear()
        self._is_spoilt = self._is_framed = False
        return text

    def _dropped(self) -> list[bytes | None]:
        """Drop an incomplete text, if there is one."""
        was_within = self.is_within
        self._finish_text()
        self._zone.clear()
        return [None] if was_within else []

    def _ended(self, now: float) -> list[bytes | None]:
        """End a text or a line at its mark; it may be empty."""
        self._settles_at = now
        if not self._text and not self._is_spoilt:
            self._is_framed = False
            return []
        self._ended_at = now
        return [self._finish_text()]

    def _line(self, now: float) -> list[bytes | None]:
        """End a line, which is a text or a part of a machine readable zone."""
        texts: list[bytes | None] = []
        for text in self._ended(now):
            line = None if text is None else bare(text)
            if self._zone and not self._fits(line):
                self._zone.clear()
                texts.append(None)
            if line is None or not (self._zone or mrz.lines_of(line)):
                texts.append(text)
                continue
            self._zone.append(line)
            if len(self._zone) == mrz.lines_of(self._zone[0]):
                texts.append(b"\n".join(self._zone))
                self._zone.clear()
        return texts

    def _fits(self, line: bytes | None) -> bool:
        return line is not None and mrz.goes_on(self._zone, line)

    def _is_last_line(self) -> bool:
        """Tell whether the lines form a complete zone, which its check digits confirm."""
        is_last = bool(self._zone) and len(self._zone) + 1 == mrz.lines_of(self._zone[0])
        line = bare(bytes(self._text)) if is_last and not self._is_spoilt else b""
        return len(line) == len(self._zone[0]) and self._fits(line) if line else False
