"""The word lists: what they lead to exists, and they do not work against each other."""

from __future__ import annotations

from kiosk.config import Settings
from kiosk.search.entries import OWN, entries_of
from kiosk.search.lexicon import lexicon
from kiosk.search.words import words_of


def test_every_synonym_leads_to_words_of_the_catalogue(settings: Settings) -> None:
    own = {word for entry in entries_of(settings) if entry.weight == OWN for word in entry.words}
    for phrase in lexicon().same:
        assert own.issuperset(phrase.means), phrase.key


def test_no_phrase_is_both_ours_and_elsewhere() -> None:
    known = lexicon()
    assert not {phrase.words for phrase in known.same} & {phrase.words for phrase in known.elsewhere}


def test_two_spellings_of_one_word_are_one() -> None:
    assert words_of("hòa giải, chữ kí") == words_of("hoà giải CHỮ KÝ")
    assert words_of("đổi")[0].agreement(words_of("dội")[0]) < words_of("đổi")[0].agreement(words_of("đổi")[0])
