"""The questions of `questions.toml`, and further ways in which the same ones may be typed."""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kiosk.model.telex import TONES, plain

_FILE = Path(__file__).parent / "questions.toml"
_TONE_KEYS = {mark: key for key, mark in TONES.items()}
_SHAPE_KEYS = {"ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"}
_SEED = 3


class Question(NamedTuple):
    """One question: `codes` are the procedures that are each right, none of them when there is no answer."""

    text: str
    language: str
    kind: str
    codes: frozenset[str]

    def is_answered_by(self, found: tuple[str, ...]) -> bool:
        """Tell whether the first three answers have a right one, or nothing was said where nothing is known."""
        return bool(self.codes.intersection(found[:3])) if self.codes else not found


def questions(part: str) -> list[Question]:
    """Return the questions of a part: `tune`, which was worked with, or `held`, which was not."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))[part]
    found = []
    for key, kinds in content.items():
        codes = frozenset(key.split() if key != "none" else ())
        for kind, texts in kinds.items():
            language = "en" if kind == "english" else "vi"
            found += [Question(text, language, kind if codes else "no answer", codes) for text in texts]
    return found


def rewritten(asked: list[Question]) -> Iterator[Question]:
    """Yield the questions with marks again: without them, under raw Telex keys, and with one slip of the finger."""
    random_slip = random.Random(_SEED)
    for question in asked:
        if question.kind == "marks":
            yield question._replace(kind="marks left out", text=plain(question.text))
            yield question._replace(kind="raw Telex keys", text=in_telex(question.text))
            yield question._replace(kind="one slip", text=with_slip(question.text, random_slip))
            yield question._replace(kind="one slip, no marks", text=with_slip(plain(question.text), random_slip))


def in_telex(text: str) -> str:
    """Return the keys that type a text under Telex, each tone at its syllable's end."""
    return re.sub(r"[^\W\d_]+", lambda word: _keys(word[0]), text.lower())


def _keys(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    tones = "".join(_TONE_KEYS[letter] for letter in parts if letter in _TONE_KEYS)
    bare = unicodedata.normalize("NFC", "".join(letter for letter in parts if letter not in _TONE_KEYS))
    return "".join(_SHAPE_KEYS.get(letter, letter) for letter in bare) + tones


def with_slip(text: str, slips: random.Random) -> str:
    """Return a text with one letter left out, doubled, hit beside, or out of its place."""
    place = slips.choice([place for place, letter in enumerate(text) if letter.isalpha()])
    before, letter, after = text[:place], text[place], text[place + 1 :]
    kind = slips.randrange(4)
    if kind == 0:
        return before + after
    if kind == 1:
        return before + 2 * letter + after
    if kind == 2:
        row = next((row for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") if letter in row), letter * 2)
        at = row.index(letter)
        return before + row[at - 1 if at else 1] + after
    return before + after[:1] + letter + after[1:]
