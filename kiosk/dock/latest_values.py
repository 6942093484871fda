"""The newest word on each topic, for any number of browsers, each at its own pace."""

from __future__ import annotations

import asyncio


class LatestValues:
    """A board of topics: a new word replaces the old one, and a slow reader skips what was replaced meanwhile."""

    def __init__(self) -> None:
        self._words: dict[str, tuple[int, object]] = {}
        self._serial = 0
        self._changed = asyncio.Event()
        self.is_closed = False

    def post(self, topic: str, word: object) -> None:
        """Put up the newest word on a topic; the same word again is no news."""
        if topic in self._words and self._words[topic][1] == word:
            return
        self._serial += 1
        self._words[topic] = (self._serial, word)
        self._wake()

    def close(self) -> None:
        """Let every reader go, with nothing new."""
        self.is_closed = True
        self._wake()

    async def news(self, since: int) -> tuple[int, dict[str, object]]:
        """Wait for words newer than `since` (0: all there are) and return them with the mark for the next look."""
        while self._serial <= since and not self.is_closed:
            await self._changed.wait()
        return self._serial, {topic: word for topic, (serial, word) in self._words.items() if serial > since}

    def _wake(self) -> None:
        # Each reader waits on the event it found: setting that one and leaving a fresh one wakes all, once.
        self._changed.set()
        self._changed = asyncio.Event()
