"""Maps typed words to words of the catalogue: raw Telex keys, word endings, typing errors."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, reduce
from heapq import nsmallest
from typing import NamedTuple

from kiosk.model.telex import typed
from kiosk.search.words import fold, sound

_MOST_ALTERNATIVES = 8
_LAST_LETTER = "\U0010ffff"
_SHORTEST_START, _MOST_COMPLETIONS = 2, 24
_MOST_PHRASES = 4
_SHORT, _LONG = 4, 8
"""No typing error is corrected in words shorter than four letters; two are corrected from eight letters on."""
_SHORTEST_PHRASE, _LONG_PHRASE = 6, 11
_PHRASE_SURENESS = (0.85, 0.75, 0.6)
"""Confidence by the number of typing errors in a phrase."""
_LONGEST_CODED = 12
"""Longest syllable in raw Telex ("nghieeengj" has ten letters), with a margin."""
_ENDINGS = (("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("d", ""), ("ing", ""), ("ing", "e"), ("ly", ""))


class Found(NamedTuple):
    """A known word and its confidence (0 to 1)."""

    word: str
    sureness: float


class FoundPhrase(NamedTuple):
    """A known phrase and its confidence (0 to 1)."""

    words: tuple[str, ...]
    sureness: float


class Speller:
    """Finds the folded words and phrases that are nearest to a typed text."""

    def __init__(self, words: Iterable[str], phrases: Iterable[tuple[str, ...]], proposed: Iterable[str]) -> None:
        """`proposed` are the phrases that may complete a few first letters."""
        self._words = frozenset(words)
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for one in sorted(self._words):
            self._by_sound[sound(one)].append(one)
        self._lengths = _by_length(self._words)
        self._known_phrases = list(phrases)
        self._in_order = sorted(proposed)

    @cached_property
    def _phrases(self) -> dict[str, tuple[str, ...]]:
        """The phrases without their spaces, computed on first use: most questions do not need them."""
        phrases: dict[str, tuple[str, ...]] = {}
        for phrase in self._known_phrases:
            for joined in _joined(phrase):
                if len(joined) >= _SHORTEST_PHRASE:
                    phrases.setdefault(joined, phrase)
        return phrases

    @cached_property
    def _joined(self) -> dict[int, list[str]]:
        return _by_length(self._phrases)

    def alternatives(self, word: str) -> list[Found]:
        """Return the known words that a typed word may be, most likely first."""
        if word in self._words:
            return [Found(word, 1.0)]
        found = [Found(one, 0.95) for one in self._decoded(word)]
        found += [Found(one, 0.85) for one in self._by_sound.get(sound(word), ())]
        return (found or self._nearest(word))[:_MOST_ALTERNATIVES]

    def completions(self, start: str) -> list[str]:
        """Return the shortest proposed phrases that begin with an incomplete input."""
        if len(start) < _SHORTEST_START:
            return []
        first, after = bisect_left(self._in_order, start), bisect_left(self._in_order, start + _LAST_LETTER)
        return nsmallest(_MOST_COMPLETIONS, self._in_order[first:after], key=len)

    def phrases(self, words: list[str]) -> list[FoundPhrase]:
        """Return the known phrases nearest to misspelt words; spaces may be missing or added."""
        from rapidfuzz.distance import OSA  # 4 MB, loaded only after a question
        from rapidfuzz.process import extract

        found: dict[tuple[str, ...], int] = {}
        for joined in _joined(words):
            if len(joined) >= _SHORTEST_PHRASE:
                slips = 1 if len(joined) < _LONG_PHRASE else 2
                about = _about(self._joined, joined, slips)
                for near, distance, _ in extract(
                    joined, about, scorer=OSA.distance, score_cutoff=slips, limit=_MOST_PHRASES
                ):
                    if _is_alike(words, self._phrases[near]):
                        phrase = self._phrases[near]
                        found[phrase] = min(found.get(phrase, slips), int(distance))
        nearest = min(found.values(), default=0)
        return [FoundPhrase(phrase, _PHRASE_SURENESS[slips]) for phrase, slips in found.items() if slips == nearest]

    def _decoded(self, word: str) -> list[str]:
        return [form for form in dict.fromkeys(_forms(word)) if form in self._words]

    def _nearest(self, word: str) -> list[Found]:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        if len(word) < 3:
            return []
        slips = 1 if len(word) < _LONG else 2
        near = extract(
            word, _about(self._lengths, word, slips), scorer=OSA.distance, score_cutoff=slips, limit=_MOST_ALTERNATIVES
        )
        sureness = 0.6 if len(word) < _SHORT else 0.8
        return [Found(one, sureness if distance <= 1 else 0.8 * sureness) for one, distance, _ in near if len(one) > 1]


def _by_length(texts: Iterable[str]) -> dict[int, list[str]]:
    lengths: dict[int, list[str]] = defaultdict(list)
    for text in sorted(texts):
        lengths[len(text)].append(text)
    return dict(lengths)


def _about(lengths: dict[int, list[str]], text: str, slips: int) -> list[str]:
    """Return the texts whose length differs by at most `slips`; no others can match."""
    near = range(len(text) - slips, len(text) + slips + 1)
    return [one for length in near for one in lengths.get(length, ())]


def _joined(words: Iterable[str]) -> set[str]:
    """Return a phrase without its spaces, in its spelling and in its sound form."""
    words = list(words)
    return {"".join(words), "".join(map(sound, words))}


def _is_alike(words: list[str], phrase: tuple[str, ...]) -> bool:
    """Tell whether no single word differs too much: "kết nối" is not "kết hôn"."""
    from rapidfuzz.distance import OSA

    if len(words) != len(phrase):
        return True
    pairs = zip(words, phrase, strict=True)
    return all(a == b or OSA.distance(a, b) <= 1 or OSA.distance(sound(a), sound(b)) <= len(b) // 4 for a, b in pairs)


def _forms(word: str) -> Iterator[str]:
    """Yield possible forms of a word: decoded from raw Telex or VNI keys, or without an English or Korean ending."""
    if word.isascii():
        if len(word) <= _LONGEST_CODED:
            yield fold(reduce(typed, word, ""))
        yield "".join(letter for letter in word if not letter.isdigit())
        yield from (
            word[: -len(end)] + stem for end, stem in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2
        )
    else:
        yield from (word[:length] for length in range(len(word) - 1, 1, -1))
