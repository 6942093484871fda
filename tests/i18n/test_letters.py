"""No text of the kiosk meets a typeface without its letters: nobody is shown an empty box."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import kiosk.defaults
from kiosk.i18n import stretches
from kiosk.receipt import typeset
from kiosk.ui.drawing import fonts
from kiosk.ui.parts.wording import LANGUAGES as OWN_NAMES
from tests.i18n.sources import DOMAINS, LANGUAGES, forms, messages, translations

DEFAULTS = Path(kiosk.defaults.__file__).parent
LATIN = sorted({*fonts._FILES.values(), *(f"BeVietnamPro_{face}.ttf" for face in typeset.Face)})
KOREAN = sorted({*fonts._KOREAN_FILES.values(), *(f"NotoSansKR_{cut}.ttf" for cut in typeset._KOREAN.values())})


@cache
def _letters(name: str) -> frozenset[str]:
    with TTFont(fonts.FONTS / name) as font:
        return frozenset(map(chr, font.getBestCmap()))


def _own_texts() -> Iterator[str]:
    """Everything the kiosk says by itself, in every language."""
    yield from OWN_NAMES.values()
    for domain in DOMAINS:
        for message in messages(domain):
            yield from forms(message)
        for language in LANGUAGES:
            for said in translations(domain, language).values():
                yield from said


def _ward_texts() -> Iterator[str]:
    """Everything a new home's settings say."""
    for file in sorted(DEFAULTS.rglob("*.toml")):
        yield from _strings(tomllib.loads(file.read_text(encoding="utf-8")))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in _strings(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in _strings(one))


@pytest.mark.parametrize("texts", [_own_texts, _ward_texts], ids=["own", "ward"])
def test_every_letter_has_a_shape_in_every_weight_it_may_be_set_in(texts: Callable[[], Iterator[str]]) -> None:
    needed: dict[bool, set[str]] = {False: set(), True: set()}
    for text in texts():
        for part in stretches(text.replace("\n", " ")):
            needed[part.is_korean] |= set(part.text)
    assert needed[True], "there is Korean to be shown"
    for names, is_korean in ((LATIN, False), (KOREAN, True)):
        lacking = {name: needed[is_korean] - _letters(name) for name in names}
        assert {name: letters for name, letters in lacking.items() if letters} == {}


def test_a_ward_can_write_any_korean_word_and_any_foreign_name() -> None:
    """All of KS X 1001, and the syllables of foreign names that it lacks, such as Tết's."""
    rows = (bytes([row, cell]) for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF))
    standard = {code.decode("euc_kr", "ignore") for code in rows} - {""}
    assert len(standard) == 2350
    for name in KOREAN:
        assert standard | set("뗏쩐짠쯔끄으어펀뜽쟝") <= _letters(name)


def test_a_text_is_cut_only_where_its_script_changes() -> None:
    parts = [tuple(part) for part in stretches("끄어남 동 · Cửa Nam 1번 창구, CT01")]
    assert parts == [("끄어남 동", True), (" · Cửa Nam 1", False), ("번 창구", True), (", CT01", False)]
    assert stretches("") == []
    assert [part.is_korean for part in stretches("Sao y, chứng thực 20.000đ")] == [False]
