"""The simulated line of a reader, with its own clock, so that its pauses take no real time."""

from __future__ import annotations

from kiosk.drivers.scanner.reader_modes import ReaderMode, sent
from kiosk.drivers.scanner.text_framing import PATIENCE_S, Habits, Texts
from kiosk.drivers.scanner.text_reader import parsed_text
from kiosk.ports.scanner import Scan


class Line:
    """One simulated line."""

    def __init__(self, now: float) -> None:
        self._habits = Habits()
        self._texts = Texts(self._habits, now)
        self._now = now

    def read(self, scan: Scan, manner: ReaderMode, now: float) -> list[Scan]:
        """Return the scans that result when the reader sends a code in this mode."""
        self._now = max(self._now, now)
        texts: list[bytes | None] = []
        for pause_s, raw in sent(scan, manner):
            texts += self._wait(pause_s)
            texts += self._texts.feed(raw, self._now)
        texts += self._wait(PATIENCE_S)
        return [one for one in (parsed_text(text) for text in texts if text is not None) if one is not None]

    def _wait(self, seconds: float) -> list[bytes | None]:
        ends_at, texts = self._now + seconds, list[bytes | None]()
        while (due_at := self._texts.due_at) is not None and due_at <= ends_at:
            self._now = due_at
            texts += self._texts.expire(self._now)
        self._now = ends_at
        return texts
