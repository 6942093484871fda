"""Vietnamese from a keyboard without Vietnamese keys: Telex, and the other way round, text without its marks.

Telex writes a vowel's shape by doubling it (aa ee oo), by w (aw ow uw) and đ by dd, and a syllable's tone by one of
s f r x j after its vowel; z takes the tone away. A key that says once more what is already there undoes it and stands
for itself: "ass" is "as". Tones stand where today's school spelling puts them: hoà, thuý, quý.
"""

from __future__ import annotations

import re
import unicodedata

TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
"""The combining mark of each tone key."""

_INITIAL = re.compile(r"(?:[bcdđghklmnpqrstvx]|[cgknpt]h|gi|ngh?|ph|qu|tr)?")
_FINAL = re.compile(r"(?:[cmnpt]|[cn]h|ng)?")
_RHYME = re.compile(
    "[aăâeêioôơuưy]|a[iouy]|â[uy]|e[ou]|êu|i[aeêu]|o[aăeio]|[ôơ]i|u[aâeêioôơuy]|ư[aiouơ]|y[eê]"
    "|[iy][eê]u|oa[ioy]|oeo|u[aâ]y|[uư][oơ][iu]|uô[iu]|uy[aeêu]"
)
"""The vowels of a syllable, those still lacking a mark included."""
_SHAPED = {"a": "â", "e": "ê", "o": "ô"}
_HORNED = {"a": "ă", "o": "ơ", "u": "ư"}
_PLAIN = str.maketrans("ăâêôơưđ", "aaeooud")
_WORD = re.compile(r"[^\W\d_]*\Z")
_PARTS = re.compile(r"(gi(?=[aăâeêioôơuưy])|qu(?=[aăâeêioôơuưy])|[^aăâeêioôơuưy]*)([aăâeêioôơuưy]*)")
_SECOND_OF_TWO = frozenset(("oa", "oe", "uy", "ue"))


def typed(text: str, key: str) -> str:
    """Return the text after one key press under Telex: "viê" for ("vie", "e"), "hoà" for ("hoa", "f"). Only the last
    word changes. A key that makes no Vietnamese syllable is an ordinary letter, so names and foreign words can be
    typed. Upper case is kept.
    """
    text = unicodedata.normalize("NFC", text)
    word, lower = _WORD.findall(text)[0], key.lower()
    if len(key) != 1 or not word:
        return text + (_with_case("ư", key) if lower == "w" and not word else key)
    return text.removesuffix(word) + _composed(word, key, lower)


def plain(text: str) -> str:
    """Return the text without its marks, đ as d, in lower case and with single spaces: "dang ky" for "Đăng  ký"."""
    if text.isascii():
        return " ".join(text.lower().split())
    parts = unicodedata.normalize("NFD", text.lower())
    bare = "".join(letter for letter in parts if not unicodedata.combining(letter)).replace("đ", "d")
    return " ".join(unicodedata.normalize("NFC", bare).split())


def _composed(word: str, key: str, lower: str) -> str:
    if lower in TONES or lower == "z":
        return _toned(word, key, lower)
    if lower == "w":
        return _horned(word, key)
    if lower == "d":
        return _crossed(word, key)
    if lower in _SHAPED:
        return _shaped(word, key, lower)
    return _appended(word, key)


def _toned(word: str, key: str, lower: str) -> str:
    bare, tone = _split(word)
    _, vowels, _ = _syllable(bare)
    if not vowels or not _is_vietnamese(bare) or (lower == "z" and not tone):
        return word + key
    if lower == "z":
        return bare
    mark = TONES[lower]
    return bare + key if tone == mark else _join(bare, mark)


def _shaped(word: str, key: str, lower: str) -> str:
    """Double a vowel: aa ee oo; the first may stand before the syllable's last letters, as in "viete"."""
    bare, tone = _split(word)
    low = bare.lower()
    shaped = _SHAPED[lower]
    if low.endswith(shaped):
        return _join(bare[:-1] + _with_case(lower, bare[-1]), tone) + key
    place = low.rfind(lower)
    if place >= 0:
        candidate = bare[:place] + _with_case(shaped, bare[place]) + bare[place + 1 :]
        if _is_vietnamese(candidate):
            return _join(candidate, tone)
    return _appended(word, key)


def _horned(word: str, key: str) -> str:
    """Give u and o their horn, a its breve; w after consonants alone is ư."""
    bare, tone = _split(word)
    initial, vowels, final = _syllable(bare)
    low = vowels.lower()
    if any(letter in low for letter in "ăơư"):
        if bare.lower() == "ư":
            return key
        plain_vowels = _like(low.translate(_PLAIN), vowels)
        if "ơ" in low or "uo" not in plain_vowels.lower():
            return _join(initial + plain_vowels + final, tone) + key
    both = [("uo", "ươ")] if final or len(low) > 2 else []
    for old, new in [*both, *_HORNED.items()]:
        candidate = initial + _like(low.replace(old, new, 1), vowels) + final
        if old in low and _is_vietnamese(candidate):
            return _join(candidate, tone)
    return word + (_with_case("ư", key) if not vowels and _INITIAL.fullmatch(bare.lower()) else key)


def _crossed(word: str, key: str) -> str:
    first = word[0].lower()
    if first == "đ":
        return _with_case("d", word[0]) + word[1:] + key
    crossed = _with_case("đ", word[0]) + word[1:]
    return crossed if first == "d" and (len(word) == 1 or _is_vietnamese(_split(crossed)[0])) else word + key


def _appended(word: str, key: str) -> str:
    """Add a letter; the tone moves to where the longer syllable wants it, and "uơ" before more letters is "ươ"."""
    bare, tone = _split(word)
    longer = bare + key
    initial, vowels, final = _syllable(longer)
    if "uơ" in vowels.lower() and (final or len(vowels) > 2):
        longer = initial + _like(vowels.lower().replace("uơ", "ươ"), vowels) + final
    if not _is_vietnamese(longer):
        return word + key
    return _join(longer, tone)


def _split(word: str) -> tuple[str, str]:
    """Return a word without its tone, and the tone's combining mark or ""."""
    parts = unicodedata.normalize("NFD", word)
    tone = next((letter for letter in parts if letter in TONES.values()), "")
    return unicodedata.normalize("NFC", parts.replace(tone, "")), tone


def _syllable(bare: str) -> tuple[str, str, str]:
    """Return initial consonants, vowels and final consonants; the vowel of "qu" and "gi" belongs to the consonant."""
    initial, vowels = _PARTS.findall(bare.lower())[0]
    first, second = len(initial), len(initial) + len(vowels)
    return bare[:first], bare[first:second], bare[second:]


def _is_vietnamese(bare: str) -> bool:
    initial, vowels, final = (part.lower() for part in _syllable(bare))
    return bool(_INITIAL.fullmatch(initial) and _RHYME.fullmatch(vowels) and _FINAL.fullmatch(final))


def _join(bare: str, tone: str) -> str:
    """Put the tone on the vowel that bears it."""
    initial, vowels, final = _syllable(bare)
    place = _bearer(vowels.lower(), bool(final))
    with_tone = vowels[: place + 1] + tone + vowels[place + 1 :]
    return unicodedata.normalize("NFC", initial + with_tone + final)


def _bearer(vowels: str, has_final: bool) -> int:
    shaped = [place for place, vowel in enumerate(vowels) if vowel in "ăâêôơư"]
    if shaped:
        return shaped[-1]
    return 1 if len(vowels) > 2 or (len(vowels) == 2 and (has_final or vowels in _SECOND_OF_TWO)) else 0


def _with_case(letter: str, model: str) -> str:
    return letter.upper() if model.isupper() else letter


def _like(letters: str, model: str) -> str:
    """Return letters in the upper and lower case of a model of the same length."""
    return "".join(_with_case(letter, old) for letter, old in zip(letters, model, strict=True))
