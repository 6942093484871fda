"""The search index: returns the procedures for a question, or none."""

from __future__ import annotations

import sqlite3
import weakref

from kiosk.config.types import Settings
from kiosk.search.entries import OWN, entries_of
from kiosk.search.lexicon import lexicon
from kiosk.search.ranking import Answer, Ranking
from kiosk.search.reading import Reader, Reading

_ROWS = 400
"""Entries that are ranked in detail: the best by SQLite's ranking. Later ones share only common words."""


class Index:
    """Finds procedures. It is built at the first question, within 0.1 s, and held in memory only.

    Any thread may use it, but only one at a time.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._built: _Built | None = None

    def search(self, question: str, language: str, limit: int = 5) -> tuple[str, ...]:
        """Return the codes of at most `limit` procedures that answer a question, best first; () is "I do not know".

        Any text is accepted. A last word without a following character counts as incomplete.
        """
        if self._built is None:
            self._built = _Built(self._settings)
        return tuple(answer.code for answer in self._built.answers(question, language, limit))

    def close(self) -> None:
        """Free the memory; a later question builds the index again."""
        if self._built is not None:
            self._built.close()
            self._built = None


class _Built:
    def __init__(self, settings: Settings) -> None:
        entries = entries_of(settings)
        own = [entry.words for entry in entries if entry.weight == OWN]
        self._reader = Reader(lexicon(), own, [entry.words for entry in entries if entry.weight != OWN])
        self._ranking = Ranking(entries, lexicon())
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        # A replaced index is not closed but garbage-collected: another thread may still use it.
        self.close = weakref.finalize(self, self._connection.close)
        # The words are folded already: SQLite's folding does not handle đ.
        self._connection.execute(
            "CREATE VIRTUAL TABLE entry USING fts5 (text, tokenize = 'unicode61', detail = 'none')"
        )
        self._connection.execute("BEGIN")
        texts = ((row, entry.text) for row, entry in enumerate(entries))
        self._connection.executemany("INSERT INTO entry (rowid, text) VALUES (?, ?)", texts)
        self._connection.execute("COMMIT")

    def answers(self, question: str, language: str, limit: int) -> list[Answer]:
        reading = self._reader.read(question, language)
        return self._ranking.answers(reading, self._rows(reading), limit)

    def _rows(self, reading: Reading) -> list[int]:
        """Return the entries that share a word with the question."""
        words = {term.word.folded for term in reading.terms if self._ranking.knows(term.word.folded)}
        if not words:
            return []
        match = " OR ".join(f'"{word}"' for word in sorted(words))  # words are letters and digits: nothing to escape
        query = "SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY rank LIMIT ?"
        return [row for (row,) in self._connection.execute(query, (match, _ROWS))]
