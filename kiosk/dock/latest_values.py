"""The latest value of each topic, for any number of browsers at their own speed."""

from __future__ import annotations

import asyncio


class LatestValues:
    """Topics and their values: a new value replaces the old one, and a slow reader skips replaced values."""

    def __init__(self) -> None:
        self._words: dict[str, tuple[int, object]] = {}
        self._serial = 0
        self._changed = asyncio.Event()
        self.is_closed = False

    def post(self, topic: str, word: object) -> None:
        """Set the value of a topic; an equal value causes no update."""
        if topic in self._words and self._words[topic][1] == word:
            return
        self._serial += 1
        self._words[topic] = (self._serial, word)
        self._wake()

    def close(self) -> None:
        """End the wait of every reader, without values."""
        self.is_closed = True
        self._wake()

    async def news(self, since: int) -> tuple[int, dict[str, object]]:
        """Wait for values newer than `since` (0: all); return them with the mark for the next call."""
        while self._serial <= since and not self.is_closed:
            await self._changed.wait()
        return self._serial, {topic: word for topic, (serial, word) in self._words.items() if serial > since}

    def _wake(self) -> None:
        # Each reader waits on the present event: setting it and creating a new one wakes all readers once.
        self._changed.set()
        self._changed = asyncio.Event()
