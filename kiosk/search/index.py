"""From a question in a visitor's words to the procedures that answer it, or honestly to none."""

from __future__ import annotations

import sqlite3
import weakref

from kiosk.config.types import Settings
from kiosk.search.entries import OWN, entries_of
from kiosk.search.lexicon import lexicon
from kiosk.search.ranking import Answer, Ranking
from kiosk.search.reading import Reader, Reading

_ROWS = 400
"""Entries looked at closely: the best by SQLite's own ranking. What comes after has only common words."""


class Index:
    """Finds procedures. It is built at the first question, within a tenth of a second, and lives in memory alone.

    Any thread may ask, but only one at a time.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._built: _Built | None = None

    def search(self, question: str, language: str, limit: int = 5) -> tuple[str, ...]:
        """Return the codes of at most `limit` procedures that answer a question, best first; () is "I do not know".

        Any text is answered. A last word with nothing after it counts as still being typed.
        """
        if self._built is None:
            self._built = _Built(self._settings)
        return tuple(answer.code for answer in self._built.answers(question, language, limit))

    def close(self) -> None:
        """Give the memory back; a later question builds the index anew."""
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
        # A catalogue that is replaced is let go by whoever asked in it, not closed.
        self.close = weakref.finalize(self, self._connection.close)
        # The words come folded already: SQLite's own folding knows no đ.
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
