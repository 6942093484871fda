"""The vocabulary of `synonyms.toml`: stop words, synonyms, and phrases for services of other offices."""

from __future__ import annotations

import tomllib
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from kiosk.records import Record
from kiosk.search.words import Word, words_of

_FILE = Path(__file__).parent / "synonyms.toml"

Words = tuple[Word, ...]


class Phrase(NamedTuple):
    """A phrase of everyday speech and its meaning: words of the catalogue, or () for services of other offices.

    `key` is the form in which the phrase is compared with the words of a question.
    """

    words: Words
    means: Words
    key: str

    @classmethod
    def of(cls, words: Words, means: Words) -> Phrase:
        """Return a phrase with its key."""
        return cls(words, means, " ".join(word.folded for word in words))


class Lexicon(Record):
    """The vocabulary. Stop words depend on the language: "me" is "mẹ" in Vietnamese and a stop word in English.

    `fillers` are whole phrases without meaning, by their folded words.
    """

    stop: dict[str, frozenset[Word]]
    fillers: frozenset[str]
    weak: frozenset[Word]
    same: tuple[Phrase, ...]
    elsewhere: tuple[Phrase, ...]


@cache
def lexicon() -> Lexicon:
    """Return the vocabulary; the file is read once per process."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    fillers = frozenset(" ".join(word.folded for word in words_of(text)) for text in content["stop"].pop("phrases"))
    stop = {language: frozenset(words_of(text)) for language, text in content["stop"].items()}
    weak = frozenset(word for text in content["weak"].values() for word in words_of(text))
    same = tuple(
        Phrase.of(words, means)
        for canonical, patterns in content["same"].items()
        for means in (tuple(words_of(canonical)),)
        for pattern in patterns
        for words in _expanded(pattern)
    )
    elsewhere = tuple(
        Phrase.of(words, ())
        for patterns in content["elsewhere"].values()
        for one in patterns
        for words in _expanded(one)
    )
    return Lexicon(stop, fillers, weak, same, elsewhere)


def _expanded(pattern: str) -> list[Words]:
    """Return the phrases of a pattern: "mới|vừa sinh" is "mới sinh" and "vừa sinh"."""
    return [tuple(words_of(" ".join(choice))) for choice in product(*(part.split("|") for part in pattern.split()))]
