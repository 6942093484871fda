"""Scores how well each procedure matches a question, and decides whether any does.

The score of a procedure is the coverage of its entries: "đổi tên" needs both words; of "đổi tên cửa hàng" they are
half. The weights below were tuned with the questions in `benchmarks/`. The results hardly change around these values,
so improvements should be made in the vocabulary (`synonyms.toml`, the catalogue's `search`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from kiosk.search.entries import OWN, Entry
from kiosk.search.lexicon import Lexicon
from kiosk.search.reading import WEAK, Reading, Term

_LEAST_POINTS = 0.55
"""Minimum score of an answer, in weights of the rarest word."""
_LEAST_COVER = 0.5
"""Minimum coverage of at least one entry; below it the question shares words only by chance."""
_LEAST_WEIGHT = 0.8
"""Minimum weight of the matched words of that entry: "giấy" alone is not enough."""
_LEAST_OF_BEST = 0.25
"""Minimum score relative to the best answer."""

_BASE = 1.0
"""Weight of the most common word: "khai sinh" occurs in five procedures and is still significant."""
_UNKNOWN, _ELSEWHERE = 0.7, 1.5
"""Penalty of an unknown word and of a phrase for another office, in weights of the rarest word."""
_OTHERS_COUNT = 0.5
"""Share with which a procedure counts as using a word that occurs only in its papers."""
_ALL_WEAK = 0.6
"""Weight of a weak word in an entry that has only weak words, such as "giấy tờ nhà"."""

_SHARPNESS = 1.5
"""Exponent of the coverage: two half covered entries score less than one fully covered entry."""
_COUNT = 0.5
"""Exponent of the share of matched words, independent of weight: "bằng" alone is not "bằng cấp"."""
_ECHO = 0.65
"""Coverage of an entry that contains all words of a question of two or more words."""
_GAP = 0.12
"""Penalty for each other word between the words of one entry."""
_PAPER_COVER, _PAPER_EXPLAINS = 0.8, 0.6
"""Factors for a match in a procedure's papers."""
_BEST_ENTRY = 0.5
"""Extra weight of the best entry: a full match of one entry ranks above partial matches of several."""
_UNEXPLAINED = 0.5
"""Factor on the score when the rest of the question is not explained."""
_MORE_OF_THE_SAME = 0.5
"""Factor for an answer that explains no further words: in "công chứng giấy khai sinh" births would hide the copy."""


class Answer(NamedTuple):
    """A procedure and its score."""

    code: str
    points: float


class _Hit(NamedTuple):
    points: float
    term: Term


class _Match(NamedTuple):
    cover: float
    hits: list[_Hit]

    @property
    def weight(self) -> float:
        return sum(hit.points for hit in self.hits)


@dataclass
class _Tally:
    """The matches of one procedure: the best at each place, its best entry, and the explained part of the question."""

    places: dict[float, float] = field(default_factory=lambda: defaultdict(float))
    explained: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    best: float = 0.0
    cover: float = 0.0

    def count(self, entry: Entry, match: _Match) -> None:
        """Add the match of one entry."""
        is_own = entry.weight == OWN
        worth = match.cover**_SHARPNESS * entry.weight
        for points, term in match.hits:
            self.places[term.place] = max(self.places[term.place], points * worth)
            for place in range(*term.span):
                share = match.cover * (1.0 if is_own else _PAPER_EXPLAINS)
                self.explained[place] = max(self.explained[place], share)
        self.best = max(self.best, match.weight * worth)
        if match.weight > _LEAST_WEIGHT:
            self.cover = max(self.cover, match.cover * (1.0 if is_own else _PAPER_COVER))

    def worth(self, burdens: Sequence[float]) -> dict[int, float]:
        """Return how much of the question's weight is explained, by place."""
        return {place: burdens[place] * min(1.0, share) for place, share in self.explained.items()}

    def points(self, burdens: Sequence[float]) -> float:
        """Return the score of the procedure, reduced by the unexplained part of the question."""
        whole = sum(burdens)
        share = sum(self.worth(burdens).values()) / whole if whole else 1.0
        return (sum(self.places.values()) + _BEST_ENTRY * self.best) * (_UNEXPLAINED + (1 - _UNEXPLAINED) * share)


class Ranking:
    """Weighs the words of one catalogue: a word that fewer procedures use weighs more."""

    def __init__(self, entries: Sequence[Entry], lexicon: Lexicon) -> None:
        self._entries = entries
        everybody = _users(entries)
        owners = _users(entry for entry in entries if entry.weight == OWN)
        count = len({entry.code for entry in entries})
        self._rarest = _BASE + math.log(1 + count)
        self._weights = {}
        for word, users in everybody.items():
            mine = len(owners.get(word, ()))
            uses = max(1.0, mine + _OTHERS_COUNT * (len(users) - mine))
            self._weights[word] = _BASE + math.log(1 + count / uses)
        self._entry_weights = [self._of_entry(entry, lexicon) for entry in entries]

    def knows(self, word: str) -> bool:
        """Tell whether any procedure uses a folded word."""
        return word in self._weights

    def answers(self, reading: Reading, rows: Iterable[int], limit: int) -> list[Answer]:
        """Return at most `limit` procedures for a question, best first; `rows` are the entries to rank."""
        burdens = self._burdens(reading)
        terms: dict[str, list[Term]] = defaultdict(list)
        for term in reading.terms:
            terms[term.word.folded].append(term)
        tallies: dict[str, _Tally] = defaultdict(_Tally)
        for row in rows:
            match = self._compared(row, terms, burdens)
            if match:
                tallies[self._entries[row].code].count(self._entries[row], match)
        covered = {code: tally for code, tally in tallies.items() if tally.cover >= _LEAST_COVER}
        answers = [Answer(code, tally.points(burdens)) for code, tally in covered.items()]
        best = max((answer.points for answer in answers), default=0.0)
        if best < _LEAST_POINTS * self._rarest:
            return []
        near = [answer for answer in answers if answer.points >= _LEAST_OF_BEST * best]
        varied = _varied(near, {code: tally.worth(burdens) for code, tally in covered.items()})
        return list(islice(varied, max(0, limit)))

    def _of_entry(self, entry: Entry, lexicon: Lexicon) -> list[float]:
        """Return the weight of each word of an entry; stop words weigh 0, unless the entry has few other words."""
        stop = lexicon.stop["en" if entry.is_english else "vi"]
        is_short = sum(word not in stop for word in entry.words) < 2  # "em bé" is more than "bé"
        if entry.weight == OWN and all(word in lexicon.weak or word in stop for word in entry.words):
            return [_ALL_WEAK * self._weights[word.folded] for word in entry.words]
        shares = [
            (WEAK if is_short else 0.0) if word in stop else WEAK if word in lexicon.weak else 1.0
            for word in entry.words
        ]
        return [self._weights[word.folded] * share for word, share in zip(entry.words, shares, strict=True)]

    def _compared(self, row: int, terms: dict[str, list[Term]], burdens: list[float]) -> _Match | None:
        entry, weights = self._entries[row], self._entry_weights[row]
        hits: list[_Hit] = []
        for word, weight in zip(entry.words, weights, strict=True):
            if not weight or word.folded not in terms:
                continue
            near = hits[-1].term.place if hits else 0.0
            sureness, _, term = max(
                (term.sureness * term.word.agreement(word), -abs(term.place - near), term)
                for term in terms[word.folded]
            )
            hits.append(_Hit(weight * sureness, term))
        if not hits:
            return None
        wanted = [weight for weight in weights if weight]
        cover = sum(hit.points for hit in hits) / sum(wanted) * (len(hits) / len(wanted)) ** _COUNT
        if len(hits) > 1 and entry.weight == OWN:  # people use only the significant part of a long name
            sureness = min(hit.term.sureness for hit in hits)
            places = {place for hit in hits for place in range(*hit.term.span)}
            cover = max(cover, _ECHO * sureness * sum(burdens[place] for place in places) / (sum(burdens) or 1.0))
        return _Match(cover * _tightness(hits), hits)

    def _burdens(self, reading: Reading) -> list[float]:
        """Return the weight of each word of the question that an answer should explain."""
        unknown = self._rarest * _UNKNOWN
        burdens = [
            self._weights.get(word.folded, unknown) * weight
            for word, weight in zip(reading.words, reading.weights, strict=True)
        ]
        for place, share in reading.elsewhere.items():
            burdens[place] = self._rarest * _ELSEWHERE * share
        return burdens


def _users(entries: Iterable[Entry]) -> dict[str, set[str]]:
    users: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for word in entry.words:
            users[word.folded].add(entry.code)
    return users


def _tightness(hits: list[_Hit]) -> float:
    """Return 1 for adjacent words of the question, less for words that are apart."""
    places = [hit.term.place for hit in hits]
    return 1 / (1 + _GAP * max(0.0, max(places) - min(places) - len(places)))


def _varied(answers: list[Answer], worth: dict[str, dict[int, float]]) -> Iterator[Answer]:
    """Yield answers best first; one that explains further words ranks above one that explains the same words."""
    left = list(answers)
    explained: dict[int, float] = defaultdict(float)
    while left:
        best = max(left, key=lambda one: one.points * (_MORE_OF_THE_SAME + _news(worth[one.code], explained)))
        left.remove(best)
        yield best
        for place, share in worth[best.code].items():
            explained[place] = max(explained[place], share)


def _news(worth: dict[int, float], explained: dict[int, float]) -> float:
    """Return the share of the explained words that no earlier answer explains."""
    whole = sum(worth.values())
    return sum(max(0.0, share - explained[place]) for place, share in worth.items()) / whole if whole else 0.0
