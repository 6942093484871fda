"""Interprets a question: its words, with corrected spelling, and their meanings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import NamedTuple

from kiosk.search.lexicon import Lexicon, Phrase, Words
from kiosk.search.spelling import Speller
from kiosk.search.words import Word, words_of

LETTERS, WORDS = 600, 80
"""Limits of a question in letters and words: more than visitors type, and short enough to be fast."""

STOP, WEAK, FULL = 0.0, 0.3, 1.0
"""Weights of words."""

_LONGEST_PHRASE = 6
_LONGEST_MISSPELT, _MOST_MISSPELT = 4, 100
"""Limits of the comparison of a question with misspelt phrases: 100 runs are those of 26 words."""
_OTHER_WORDS = 0.92
"""Confidence of a synonym, compared with the catalogue's own words."""
_MOST_OF_A_PHRASE = 0.6
"""Minimum share of a phrase that remains without its stop words: "hồ sơ" is not "hồ sơ xin việc"."""
_REAL_WORDS = 0.7
"""Confidence of a correction when all words exist: "đổi tiền" is hardly "đổi tên"."""
_BEGUN = 0.8
"""Confidence of a completion of a question whose last word is incomplete."""
_SURELY_ELSEWHERE = 0.75
"""Minimum agreement of diacritics for a phrase of another office, because it suppresses answers."""


class Term(NamedTuple):
    """A word of the catalogue that the question contains or means.

    `place` is its position among the question's words; it is fractional when a phrase means several words. `span` is
    the range of words that it explains.
    """

    word: Word
    place: float
    sureness: float
    span: tuple[int, int]


@dataclass
class Reading:
    """The interpretation of a question.

    `weights` are those of its words; `elsewhere` holds the share of each place in a phrase of another office.
    """

    words: list[Word]
    weights: list[float]
    terms: list[Term] = field(default_factory=list)
    elsewhere: dict[int, float] = field(default_factory=dict)

    @property
    def places(self) -> list[int]:
        """The places of all words."""
        return list(range(len(self.words)))

    @property
    def meant(self) -> list[int]:
        """The places of the words that are not stop words."""
        return [place for place, weight in enumerate(self.weights) if weight > STOP]


class Reader:
    """Reads questions for one catalogue."""

    def __init__(self, lexicon: Lexicon, own: Sequence[Words], further: Sequence[Words]) -> None:
        """`own` are the catalogue's names and search words, `further` its other texts."""
        self._lexicon = lexicon
        self._stop = {language: {word.folded for word in words} for language, words in lexicon.stop.items()}
        stop = frozenset().union(*lexicon.stop.values())
        weighty = {word.folded for words in own for word in words if word not in stop and word not in lexicon.weak}
        self._weak = {word.folded for word in lexicon.weak} - weighty
        self._phrases: dict[str, list[Phrase]] = defaultdict(list)
        phrases = [*lexicon.same, *_elsewhere(lexicon, own), *_several(own)]
        for phrase in phrases:
            self._phrases[phrase.key].append(phrase)
        whole = frozenset(self._phrases)
        for phrase in phrases:
            shortened = self._without_stop(phrase)
            if shortened not in whole:  # "không có khai sinh" is not "khai sinh"
                self._phrases[shortened].append(phrase)
        said = [phrase.words for some in self._phrases.values() for phrase in some]
        every = {word for words in (*own, *further, tuple(stop), tuple(lexicon.weak), *said) for word in words}
        self._known = every | {Word(word.folded, "") for word in every}
        several = [tuple(key.split()) for key in self._phrases if " " in key]
        begun = {phrase.key for phrase in _several(own)}
        self._speller = Speller({word.folded for word in every}, several, begun)

    def read(self, question: str, language: str) -> Reading:
        """Interpret a question; `language` is that of the screen, and the question may be in another one."""
        question = question[:LETTERS]
        words = words_of(question)[:WORDS]
        is_open = question[-1:].isalnum() and len(words) < WORDS
        spoken = "en" if self._is_english(words, language) else "vi"
        reading = Reading(words, [self._weight(word, spoken) for word in words])
        for window in _windows(reading.places, 2):
            if " ".join(words[place].folded for place in window) in self._lexicon.fillers:
                reading.weights[window[0] : window[-1] + 1] = [STOP] * len(window)
        reading.terms = [term for place in reading.meant for term in self._spelt(reading, place)]
        self._find_phrases(reading, is_open)
        return reading

    def _without_stop(self, phrase: Phrase) -> str:
        """Return the key of a phrase without its stop words; at least two words must remain."""
        stop = self._lexicon.stop["vi" if any(word.marked for word in phrase.words) else "en"]
        left = [word for word in phrase.words if word not in stop]
        is_most = len(left) > max(1, _MOST_OF_A_PHRASE * len(phrase.words))
        is_telling = is_most and not self._lexicon.weak.issuperset(left)
        return " ".join(word.folded for word in left) if is_telling else phrase.key

    def _is_english(self, words: list[Word], language: str) -> bool:
        if any(word.marked for word in words):
            return False
        said = {known: sum(word.folded in stop for word in words) for known, stop in self._stop.items()}
        return said["en"] > said["vi"] or (language == "en" and said["en"] == said["vi"])

    def _weight(self, word: Word, language: str) -> float:
        """Return the weight of a word. "tu" alone is the stop word "từ"; in "khai tu" the phrase gives it a weight."""
        if word.marked:
            is_stop, is_weak = word in self._lexicon.stop[language], word in self._lexicon.weak
        else:
            is_stop, is_weak = word.folded in self._stop[language], word.folded in self._weak
        return STOP if is_stop else WEAK if is_weak else FULL

    def _spelt(self, reading: Reading, place: int) -> Iterator[Term]:
        word = reading.words[place]
        for folded, sureness in self._speller.alternatives(word.folded):
            marked = word.marked if folded == word.folded else ""
            yield Term(Word(folded, marked), place, sureness, (place, place + 1))

    def _find_phrases(self, reading: Reading, is_open: bool) -> None:
        """Find phrases, the longest first, then across stop words; then misspelt ones among the remaining words."""
        covered: set[int] = set()
        texts, surenesses = [word.folded for word in reading.words], [1.0] * len(reading.words)
        for term in reversed(reading.terms):  # of several spellings the likeliest comes first
            texts[int(term.place)], surenesses[int(term.place)] = term.word.folded, term.sureness
        for places, shortest in ((reading.places, 1), (reading.meant, 2)):
            for window in _windows(places, shortest):
                sureness = _OTHER_WORDS * min(surenesses[place] for place in window)
                self._take(reading, window, " ".join(texts[place] for place in window), sureness, covered)
        self._find_misspelt(reading, covered)
        if is_open and len(reading.words) - 1 not in covered:
            self._find_begun(reading)
        away = reading.elsewhere
        reading.terms = [term for term in reading.terms if not all(place in away for place in range(*term.span))]

    def _find_misspelt(self, reading: Reading, covered: set[int]) -> None:
        free = (window for window in _windows(reading.places, 1, _LONGEST_MISSPELT) if not covered.intersection(window))
        for window in islice(free, _MOST_MISSPELT):
            if min(reading.weights[window[0]], reading.weights[window[-1]]) == STOP:
                continue
            words = [reading.words[place] for place in window]
            is_real = all(word.marked for word in words) or self._known.issuperset(words)
            meant_so = _REAL_WORDS if is_real else 1.0
            for found in self._speller.phrases([word.folded for word in words]):
                self._take(reading, window, " ".join(found.words), found.sureness * meant_so, set())

    def _find_begun(self, reading: Reading) -> None:
        """Find the phrases that complete a question whose last word is incomplete."""
        for start in range(min(reading.meant, default=0) + 1):
            window = reading.places[start:]
            begin = " ".join(reading.words[place].folded for place in window)
            for key in self._speller.completions(begin):
                _mean(reading, window, self._phrases[key][-1].words, _BEGUN)

    def _take(self, reading: Reading, window: list[int], key: str, sureness: float, covered: set[int]) -> None:
        for phrase in self._phrases.get(key, ()):
            agreement = _agreement(reading, window, phrase)
            if phrase.means:
                covered.update(window)
                _mean(reading, window, phrase.means, sureness * agreement)
            elif agreement > _SURELY_ELSEWHERE and not covered.intersection(window):
                covered.update(window)
                reading.elsewhere.update(dict.fromkeys(window, 1 / len(window)))


def _mean(reading: Reading, window: list[int], means: Words, sureness: float) -> None:
    """Add the words that a phrase means, spread over its range in the question."""
    for place in window:  # a stop word counts within a phrase
        reading.weights[place] = max(reading.weights[place], WEAK)
    span = (window[0], window[-1] + 1)
    step = (span[1] - span[0]) / len(means)
    reading.terms += [Term(word, span[0] + index * step, sureness, span) for index, word in enumerate(means)]


def _elsewhere(lexicon: Lexicon, own: Sequence[Words]) -> list[Phrase]:
    """Return the phrases of other offices, without those that the catalogue itself uses."""
    folded = ([word.folded for word in words] for words in own)
    runs = {" ".join(words[start:end]) for words in folded for start, end in combinations(range(len(words) + 1), 2)}
    return [phrase for phrase in lexicon.elsewhere if phrase.key not in runs]


def _several(own: Sequence[Words]) -> list[Phrase]:
    """Return the catalogue's own phrases of several words, each meaning itself."""
    return [Phrase.of(words, words) for words in dict.fromkeys(own) if 1 < len(words) <= _LONGEST_PHRASE]


def _windows(places: list[int], shortest: int, longest: int = _LONGEST_PHRASE) -> Iterator[list[int]]:
    """Yield runs of places, the longest first."""
    for size in range(min(longest, len(places)), shortest - 1, -1):
        for start in range(len(places) - size + 1):
            yield places[start : start + size]


def _agreement(reading: Reading, window: list[int], phrase: Phrase) -> float:
    """Return how well the diacritics of the question agree with those of a phrase: the minimum over its words."""
    if len(window) != len(phrase.words):  # words were joined or omitted, so they cannot be paired
        return 1.0
    pairs = ((reading.words[place], word) for place, word in zip(window, phrase.words, strict=True))
    return min(said.agreement(word) if said.folded == word.folded else 1.0 for said, word in pairs)
