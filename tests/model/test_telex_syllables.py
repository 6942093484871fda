"""Telex, held to a school book: every initial and every rhyme, in every tone, in the orders in which keys are pressed.

Nothing here is asked of the code: the rhymes stand as a primer prints them, with a tone in its place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import reduce

import pytest

from kiosk.model.telex import typed

_INITIALS = "b c ch d đ g gh h k kh l m n ng ngh nh p ph r s t th tr v x"
_RHYMES = (
    "á ái áo áu áy ác ách ám án áng ánh áp át ắc ắm ắn ắng ắp ắt ấu ấy ấc ấm ấn ấng ấp ất "
    "é éo éc ém én éng ép ét ế ếu ếch ếm ến ếnh ếp ết í íu ía ích ím ín ính íp ít iếc iếm iến iếng iếp iết iếu "
    "ó ói óc óm ón óng óp ót ố ối ốc ốm ốn ống ốp ốt ớ ới ớm ớn ớp ớt ú úi úa úc úm ún úng úp út "
    "ứ ứi ứa ứu ức ứm ứng ứt uốc uốm uốn uống uốt uối ước ướm ướn ướng ướp ướt ưới ướu "
    "oá oái oáo oáy oác oách oám oán oáng oánh oáp oát oắc oắm oắn oắng oắt oé oéo oén oét "
    "uấn uấng uất uấy uế uếch uếnh uớ uý uých uýnh uýt uýp uýu uýa uyến uyết ý yếm yến yết yếu"
)
_AFTER_QU = "á ái áo áy ác ách án áng ánh át ắc ắn ắng ắp ắt ấn ất ấy é éo én ét ế ến ết ớ ý ých ýnh ýt yến yết"
_AFTER_GI = "á ái áo áu ác ám án áng ánh áp át ắc ắt ấc ấm ấu ấy é éo ói óng ống ờ ới ớt úp ục ứt ường ưới"
_MARKS = {"": "", "s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_SHAPES = {"\u0302": "", "\u0306": "w", "\u031b": "w"}
"""The key of each shape; a circumflex is its vowel once more."""


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _in_tone(text: str, key: str) -> str:
    """Return a syllable, given in any tone or none, in another one."""
    bears = [mark for mark in _nfd(text) if mark in _MARKS.values()]
    return _nfc(_nfd(text).replace(bears[0], _MARKS[key])) if bears else text


def _tones(rhyme: str) -> str:
    """Return the keys of the tones that a rhyme can have; one that ends in c, ch, p or t has only two."""
    return "sj" if rhyme.endswith(("c", "ch", "p", "t")) else "sfrxj"


def _syllables() -> Iterator[tuple[str, str]]:
    """Yield each syllable with the key of its tone, "" for the level one."""
    for initial, rhymes in (("", _RHYMES), ("t", _RHYMES), ("đ", _RHYMES), ("qu", _AFTER_QU), ("gi", _AFTER_GI)):
        for rhyme in rhymes.split():
            for tone in ["", *_tones(rhyme)]:
                yield initial + _in_tone(rhyme, tone), tone
    for initial in _INITIALS.split():
        for rhyme in ("á", "ướng", "iết", "uý"):
            if (initial, rhyme[0]) != ("g", "i"):
                yield initial + _in_tone(rhyme, "j"), "j"


def _strokes(text: str) -> list[tuple[str, str, bool]]:
    """Return the letters of a syllable: its plain one, the key of its shape or "", and whether it bears the tone."""
    strokes: list[tuple[str, str, bool]] = []
    for sign in _nfd(text):
        letter, shape, bears = strokes.pop() if unicodedata.combining(sign) else ("", "", False)
        if sign == "đ":
            strokes.append(("d", "d", False))
        elif not letter:
            strokes.append((sign, "", False))
        elif sign in _SHAPES:
            strokes.append((letter, _SHAPES[sign] or letter, bears))
        else:
            strokes.append((letter, shape, True))
    return strokes


def _orders(text: str, tone: str) -> list[str]:
    """Return the keys of a syllable in the orders in which people press them."""
    strokes = _strokes(text)
    letters = "".join(letter for letter, _, _ in strokes)
    shapes = "".join(dict.fromkeys(shape for _, shape, _ in strokes if shape))
    with_shapes = [letter + shape for letter, shape, _ in strokes]
    at_its_vowel = "".join(keys + tone * bears for keys, (_, _, bears) in zip(with_shapes, strokes, strict=True))
    return ["".join(with_shapes) + tone, at_its_vowel, letters + shapes + tone, letters + tone + shapes]


def _type(keys: str) -> str:
    return reduce(typed, keys, "")


def _shapeless(text: str, shapes: str) -> str:
    return _nfc("".join(sign for sign in _nfd(text) if sign not in shapes))


def test_every_syllable_is_typed_in_every_order_of_its_keys() -> None:
    for text, tone in _syllables():
        for keys in _orders(text, tone):
            assert _type(keys) == text, keys


def test_every_syllable_is_typed_in_capitals_and_after_other_words() -> None:
    for text, tone in _syllables():
        keys = _orders(text, tone)[0]
        assert _type(keys.upper()) == text.upper()
        assert _type(keys[0].upper() + keys[1:]) == text[0].upper() + text[1:]
        assert reduce(typed, keys, "Hà Nội, ") == f"Hà Nội, {text}"


def test_the_key_of_a_tone_again_takes_it_back_and_z_takes_any() -> None:
    for text, tone in _syllables():
        level = _nfc("".join(sign for sign in _nfd(text) if not tone or sign != _MARKS[tone]))
        assert typed(text, "z") == (level if tone else f"{text}z")
        if tone:
            assert typed(text, tone) == level + tone
            assert typed(text, tone.upper()) == level + tone.upper()


def test_the_key_of_a_shape_again_takes_it_back_and_leaves_the_tone() -> None:
    for text, _ in _syllables():
        if text.startswith("đ"):
            assert typed(text, "d") == f"d{text[1:]}d"
        if set(_nfd(text)) & {"\u0306", "\u031b"} and len(text) > 1 and not text.endswith(tuple("ơớờởỡợ")):
            assert typed(text, "w") == _shapeless(text, "\u0306\u031b") + "w"
        last = _nfd(_nfc(text)[-1])
        if "\u0302" in last:
            assert typed(text, last[0]) == _shapeless(text, "\u0302") + last[0]


@pytest.mark.parametrize("initial", ["", *_INITIALS.split()])
def test_w_after_consonants_is_a_vowel(initial: str) -> None:
    assert typed(initial, "w") == f"{initial}ư"
    assert typed(initial.upper(), "W") == f"{initial}ư".upper()
    assert typed(f"xã {initial}", "w") == f"xã {initial}ư"


@pytest.mark.parametrize("word", ["plan", "fan", "zon", "tall", "tab", "dns", "dell", "taei", "tiou", "str", "plà"])
@pytest.mark.parametrize("key", "sfrxjwd")
def test_a_foreign_word_takes_no_mark(word: str, key: str) -> None:
    assert typed(word, key) == word + key


@pytest.mark.parametrize("word", ["ba", "tr", "ta", "lan"])
def test_d_after_a_word_that_does_not_begin_with_it_is_a_letter(word: str) -> None:
    assert typed(word, "d") == f"{word}d"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("xooongs", "xoóng"),
        ("mooocs", "moóc"),
        ("gif", "gì"),
        ("gifn", "gìn"),
        ("gieengs", "giếng"),
        ("MOOOCS", "MOÓC"),
    ],
)
def test_rhymes_that_few_words_have(keys: str, text: str) -> None:
    assert _type(keys) == text


def test_a_keyboard_with_vietnamese_letters_can_be_mixed_in() -> None:
    assert typed("thu", "ơ") == "thuơ"
    assert typed("thuơ", "n") == "thươn"
    assert typed("đ", "ư") == "đư"
    assert typed("viê", "\n") == "viê\n"
