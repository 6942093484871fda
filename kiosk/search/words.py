"""Words as the search compares them: without diacritics, and with them if the question has them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from kiosk.model.telex import TONES, plain

_WORD = re.compile(r"[^\W_]+")
_FINAL_Y = re.compile(r"([bcdghklmnpqrstvx]{1,2})y")
_TONE_MARKS = re.compile(f"[{''.join(TONES.values())}]")
_ALIKE = (("tr", "ch"), ("gi", "d"), ("r", "d"), ("x", "s"), ("n", "l"), ("ngh", "ng"), ("gh", "g"), ("k", "c"))


class Word(NamedTuple):
    """One word: `folded` is compared; `marked` distinguishes "sổ" from "số" and is "" without diacritics."""

    folded: str
    marked: str

    def agreement(self, other: Word) -> float:
        """Return how well the diacritics of two words with equal folding agree, 0 to 1; a word without any agrees."""
        if self.marked == other.marked or not self.marked:
            return 1.0
        return 0.7 if other.marked else 0.8


def words_of(text: str) -> list[Word]:
    """Return the words of a text; punctuation, symbols and control characters separate words."""
    return [_word(found) for found in _WORD.findall(unicodedata.normalize("NFC", text).lower())]


@lru_cache(maxsize=8192)
def _word(text: str) -> Word:
    return Word(fold(text), "" if text.isascii() else _with_tone_last(text))


def fold(word: str) -> str:
    """Return a word without diacritics and with i for a final y: "kí" and "ký" are the same word."""
    bare = plain(word)
    return bare[:-1] + "i" if _FINAL_Y.fullmatch(bare) else bare


@lru_cache(maxsize=8192)
def sound(folded: str) -> str:
    """Return the form in which words that sound alike in Hanoi are equal: tr is ch, x is s."""
    for written, said in _ALIKE:
        if folded.startswith(written):
            return said + folded[len(written) :]
    return folded


def _with_tone_last(word: str) -> str:
    """Return a word with its tone mark at the end, so that "hòa" equals "hoà" and "kí" equals "ký"."""
    parts = unicodedata.normalize("NFD", word)
    bare = _TONE_MARKS.sub("", parts)
    return (bare[:-1] + "i" if _FINAL_Y.fullmatch(bare) else bare) + "".join(_TONE_MARKS.findall(parts))
