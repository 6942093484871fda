"""The short phrases of each procedure in the catalogue, with which a question is compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosk.config.types import Procedure, Settings
from kiosk.records import Record
from kiosk.search.lexicon import Words
from kiosk.search.words import words_of

_CLAUSE = re.compile(r"[,;:().…]")

OWN, PAPER, GROUP = 1.0, 0.45, 0.3
"""Weight of a match: in a procedure's name or search words, in its papers, in its service's name and hint."""


class Entry(Record):
    """One phrase of one procedure; `weight` is OWN, PAPER or GROUP."""

    code: str
    words: Words
    weight: float
    is_english: bool

    @property
    def text(self) -> str:
        """The words as they are stored in the index."""
        return " ".join(word.folded for word in self.words)


def entries_of(settings: Settings) -> list[Entry]:
    """Return every phrase of the catalogue, in its order."""
    return [entry for procedure in settings.procedures for entry in _of(settings, procedure)]


def _of(settings: Settings, procedure: Procedure) -> Iterator[Entry]:
    seen = set()
    for text, weight, language in _texts(settings, procedure):
        words = tuple(words_of(text))
        if words and words not in seen and (weight == OWN or len(words) > 1):
            seen.add(words)
            yield Entry(procedure.code, words, weight, language == "en" or (not language and text.isascii()))


def _texts(settings: Settings, procedure: Procedure) -> Iterator[tuple[str, float, str]]:
    """Yield texts with their weight and language, "" when it is unknown."""
    for language, name in procedure.name.items():
        yield name, OWN, language
        yield from ((clause, OWN, language) for clause in _CLAUSE.split(name))
    yield from ((words, OWN, "") for words in procedure.search)
    for paper in (*procedure.papers, *procedure.ready):
        yield from ((clause, PAPER, language) for language, text in paper.items() for clause in _CLAUSE.split(text))
    service = settings.service(procedure.service)
    for text in (service.name, service.hint) if service else ():
        yield from ((clause, GROUP, language) for language, whole in text.items() for clause in _CLAUSE.split(whole))
