"""How well each procedure answers a question, and whether any does.

A procedure is as good as its entries are covered: "đổi tên" wants both words; of "đổi tên cửa hàng" they are half.
The weights below were found with the questions in `benchmarks/`; around these values the score hardly changes, so that
words (`synonyms.toml`, the catalogue's `search`) are where to improve it.
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
"""In weights of the rarest word: below this nobody has an answer."""
_LEAST_COVER = 0.5
"""Of one entry: with less than half of any said, a question only happens to use our words."""
_LEAST_WEIGHT = 0.8
"""Of what was said of that entry: "giấy" alone covers nothing."""
_LEAST_OF_BEST = 0.25
"""Answers far behind the best are no answers."""

_BASE = 1.0
"""What even the commonest word weighs: "khai sinh" stands in five procedures and is still what somebody wants."""
_UNKNOWN, _ELSEWHERE = 0.7, 1.5
"""What an unknown word and a phrase that is done elsewhere weigh against us, in weights of the rarest word."""
_OTHERS_COUNT = 0.5
"""A procedure that has a word in its papers alone counts half among those that use it."""
_ALL_WEAK = 0.6
"""What a weak word weighs in an entry that has only such: "giấy tờ nhà" is what somebody wants."""

_SHARPNESS = 1.5
"""The power of the cover: two entries half covered are worth less than one covered whole."""
_COUNT = 0.5
"""The power of the share of words said, whatever they weigh: "bằng" alone is not "bằng cấp"."""
_ECHO = 0.65
"""The cover of an entry that has two words or more of a question and leaves nothing of it open."""
_GAP = 0.12
"""Lost for each word that stands between those of one entry."""
_PAPER_COVER, _PAPER_EXPLAINS = 0.8, 0.6
"""The same cover in a procedure's papers proves less, and explains less."""
_BEST_ENTRY = 0.5
"""What the best entry counts once more: a procedure named whole goes before one that shares words here and there."""
_UNEXPLAINED = 0.5
"""What is left of the points when nothing else of the question is explained."""
_MORE_OF_THE_SAME = 0.5
"""What an answer counts that explains nothing new: in "công chứng giấy khai sinh" three births would hide the copy."""


class Answer(NamedTuple):
    """A procedure and how well it answers."""

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
    """What speaks for one procedure: the best at each place, its best entry, and what of the question it explains."""

    places: dict[float, float] = field(default_factory=lambda: defaultdict(float))
    explained: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    best: float = 0.0
    cover: float = 0.0

    def count(self, entry: Entry, match: _Match) -> None:
        """Add what one entry says."""
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
        """Return what speaks for the procedure, less where it leaves much of the question open."""
        whole = sum(burdens)
        share = sum(self.worth(burdens).values()) / whole if whole else 1.0
        return (sum(self.places.values()) + _BEST_ENTRY * self.best) * (_UNEXPLAINED + (1 - _UNEXPLAINED) * share)


class Ranking:
    """Weighs the words of one catalogue: the fewer procedures use one, the more it tells."""

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
        """Return at most `limit` procedures that answer a question, best first; `rows` are the entries to look at."""
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
        """Return what each word of an entry weighs; stop words nothing, unless there is hardly anything else."""
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
        if len(hits) > 1 and entry.weight == OWN:  # of a long name people say the part that tells
            sureness = min(hit.term.sureness for hit in hits)
            places = {place for hit in hits for place in range(*hit.term.span)}
            cover = max(cover, _ECHO * sureness * sum(burdens[place] for place in places) / (sum(burdens) or 1.0))
        return _Match(cover * _tightness(hits), hits)

    def _burdens(self, reading: Reading) -> list[float]:
        """Return what each word of the question weighs as something to be explained."""
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
    """Return 1 for words that stand together in the question, less the further they are apart."""
    places = [hit.term.place for hit in hits]
    return 1 / (1 + _GAP * max(0.0, max(places) - min(places) - len(places)))


def _varied(answers: list[Answer], worth: dict[str, dict[int, float]]) -> Iterator[Answer]:
    """Yield answers best first; one that explains what those before it leave open goes before more of the same."""
    left = list(answers)
    explained: dict[int, float] = defaultdict(float)
    while left:
        best = max(left, key=lambda one: one.points * (_MORE_OF_THE_SAME + _news(worth[one.code], explained)))
        left.remove(best)
        yield best
        for place, share in worth[best.code].items():
            explained[place] = max(explained[place], share)


def _news(worth: dict[int, float], explained: dict[int, float]) -> float:
    """Return the share of what an answer explains that none before it does."""
    whole = sum(worth.values())
    return sum(max(0.0, share - explained[place]) for place, share in worth.items()) / whole if whole else 0.0
