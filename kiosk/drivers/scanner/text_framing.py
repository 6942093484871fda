"""Where the texts of a reader that spells begin and end. Pure: it is told what came, and when.

A text ends with CR, LF or ETX wherever its reader has shown that it sends one, however long it pauses before; silence
ends the texts of a reader that never does. What began before anybody listened, and what stops without its end, is no
text. Between STX and ETX a line end is one of the text's own; the lines of a machine readable zone are one text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.drivers.scanner.text_wrapping import bare, stripped
from kiosk.model import mrz
from kiosk.model.cards import MAX_PAYLOAD_CHARS

LONGEST_BYTES = MAX_PAYLOAD_CHARS
"""More than any code holds. What is longer is no scan, however it goes on."""

SETTLE_S = 0.1
"""What comes so soon after a reader was opened may be the rest of a text that began before, up to its end."""
SILENCE_S = 0.3
"""Ends the texts of a reader that never sends an end. USB readers were seen to pause for 80 ms in the middle of one."""
PATIENCE_S = 1.0
"""For the end of a text, for its next line, and for a reader that has not shown yet whether it sends one."""

_QUIET_S = 0.05
"""After a line end: shorter, and it stands in the middle of a text."""
_MOST_MISSING = 2
"""Texts in a row without their end: then the reader was set anew, or is another one."""

_STX, _ETX = b"\x02", b"\x03"
_LINE_ENDS = (b"\r", b"\n")
_CUTS = re.compile(rb"([\r\n\x02\x03])")


@dataclass
class Habits:
    """What a reader has shown of itself. It outlives the reader's being unplugged.

    `sends_end` is whether it ends its texts itself, None while nobody knows.
    """

    sends_end: bool | None = None
    missing: int = 0

    def ended_by_itself(self) -> None:
        """Take note of an end with quiet behind it."""
        self.sends_end, self.missing = True, 0

    def fell_silent(self) -> None:
        """Take note of a text that stopped without an end."""
        self.missing += 1
        if not self.sends_end or self.missing >= _MOST_MISSING:
            self.sends_end, self.missing = False, 0


class Texts:
    """The texts of an open reader. Each that has ended is its bytes, or None when it is none: cut, too long, lost.

    Args:
        opened_at: now, in seconds of the clock that all other moments are of.
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
        """Tell whether a text has begun and not ended."""
        return bool(self._text or self._zone) or self._is_spoilt or self._is_framed

    def feed(self, raw: bytes | None, now: float) -> list[bytes | None]:
        """Take what the reader sent, None where some of it was lost; return the texts that ended in it."""
        self._note_quiet(now)
        self._last_at = now
        if raw is None:
            self._spoil()
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
        """When to call `expire` if nothing comes, or None when nothing is waited for."""
        return self._last_at + self._longest_s() if self.is_within else None

    def expire(self, now: float) -> list[bytes | None]:
        """Return the text that silence has ended by now, if it has ended one."""
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
        return self._dropped() if is_cut else [self._taken()]

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
                return  # a beep, a byte of a line that wakes up
            if now < self._settles_at:
                self._spoil()
        if len(self._text) + len(piece) > LONGEST_BYTES:
            self._spoil()
        elif not self._is_spoilt:
            self._text += piece

    def _spoil(self) -> None:
        """Give the text up; what comes before its end is part of it."""
        self._text.clear()
        self._is_spoilt = True

    def _taken(self) -> bytes | None:
        """Return the text that has ended, and begin anew."""
        text = None if self._is_spoilt else bytes(self._text)
        self._text.clear()
        self._is_spoilt = self._is_framed = False
        return text

    def _dropped(self) -> list[bytes | None]:
        """Give up what has begun, if anything has."""
        was_within = self.is_within
        self._taken()
        self._zone.clear()
        return [None] if was_within else []

    def _ended(self, now: float) -> list[bytes | None]:
        """End a text or a line at its mark; there may be nothing before it."""
        self._settles_at = now
        if not self._text and not self._is_spoilt:
            self._is_framed = False
            return []
        self._ended_at = now
        return [self._taken()]

    def _line(self, now: float) -> list[bytes | None]:
        """End a line: a text, or a part of a machine readable zone."""
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
        """Tell whether what has come would make a whole zone, whose check digits say whether it is one."""
        is_last = bool(self._zone) and len(self._zone) + 1 == mrz.lines_of(self._zone[0])
        line = bare(bytes(self._text)) if is_last and not self._is_spoilt else b""
        return len(line) == len(self._zone[0]) and self._fits(line) if line else False
