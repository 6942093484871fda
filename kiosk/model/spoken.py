"""Texts for a voice: numbers, calls, times and money as words, in Vietnamese, English and Korean.

A synthesiser reads "A042" as "a forty-two", "20.000" as "twenty thousand no hundred" and "[[…]]" as its own phonemes.
So texts are first written out as words, and everything else is removed.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from kiosk.model import vietnamese
from kiosk.model.ticket import parse_number
from kiosk.records import Record

LONGEST = 1000
"""The longest utterance in characters; more than a minute of speech helps nobody."""

_PAUSES = frozenset("·•→←…|()[]{}<>")
"""Marks that separate their surroundings: read as a short pause."""
_KEPT = frozenset(".,;:!?'’-–/%&+")
_SILENT = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2011": "-", "\u2014": "–"})

_TICKET = re.compile(r"\b[A-Z][0-9]{3,4}(?![0-9A-Za-z])")
_TIME = re.compile(r"\b([01]?[0-9]|2[0-4]):([0-5][0-9])\b")
_DATE = re.compile(r"\b(0?[1-9]|[12][0-9]|3[01])/(0?[1-9]|1[0-2])/([12][0-9]{3})\b")
_FROM_TO = re.compile(r"(?<=\w)–(?=\w)")
_EACH = re.compile(r"(?<=đồng)/(?=\w)|(?<=dong)/(?=\w)")
_FIGURES = re.compile(r"(?<![\w.,])([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?![\w]|[.,][0-9])")
_MARKS = re.compile(r"[ ,;:.!?]{2,}")
_WORD_FROM_TO = {"vi": " đến ", "en": " to ", "ko": "에서 "}
_WORD_EACH = {"vi": " mỗi ", "en": " per ", "ko": " "}

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_IN_KOREAN = "에이 비 씨 디 이 에프 지 에이치 아이 제이 케이 엘 엠 엔 오 피 큐 알 에스 티 유 브이 더블유 엑스 와이 제트"
_KOREAN_LETTERS = dict(zip(_LETTERS, _IN_KOREAN.split(), strict=True))
_KOREAN_DIGITS = ("공", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
_KOREAN_HOURS = ("열두", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한")
_ENGLISH_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_IN_ENGLISH = "January February March April May June July August September October November December"
_ENGLISH_MONTHS = tuple(_IN_ENGLISH.split())


class Sound(StrEnum):
    """The sounds besides speech."""

    CHIME = "chime"
    """Two soft tones before a call."""
    TICK = "tick"
    """The answer to a touch."""
    BEEP = "beep"
    """The scanner has read a code."""

    @property
    def is_answer(self) -> bool:
        """Tell whether a sound answers a touch: if it cannot be played at once, it is dropped."""
        return self in (Sound.TICK, Sound.BEEP)


class Utterance(Record):
    """A text to speak, with its ISO 639-1 language. The text may be a visitor's, so it stays out of logs."""

    hidden = ("text",)

    text: str
    language: str


def call(number: str, counter: int, language: str) -> str:
    """Return the call of a ticket to a counter; in English if the language has no words for it."""
    ticket, desk = ticket_number(number, language), cardinal(counter, language)
    match language:
        case "vi":
            return f"Mời số {ticket}, đến quầy số {desk}."
        case "ko":
            return f"{ticket} 번 손님, {desk} 번 창구로 오십시오."
        case _:
            return f"Number {ticket}, please go to counter {desk}."


def ticket_number(number: str, language: str) -> str:
    """Return a ticket number by letters and digits: `A042` is "A, zero four two"."""
    if parse_number(number) is None:
        return speakable(number)
    letter, digits = number.strip()[0].upper(), number.strip()[1:]
    match language:
        case "vi":
            return f"{vietnamese.letter(letter)} {vietnamese.digits(digits)}"
        case "ko":
            return " ".join((_KOREAN_LETTERS[letter], *(_KOREAN_DIGITS[int(digit)] for digit in digits)))
        case _:
            # Without the comma a voice reads the letter A as the article.
            return f"{letter}, {' '.join(_ENGLISH_DIGITS[int(digit)] for digit in digits)}"


def cardinal(number: int, language: str) -> str:
    """Return a number from 0 to 999,999,999 as a voice of the language reads it well."""
    if language == "vi":
        return vietnamese.cardinal(number)
    return _ENGLISH_DIGITS[number] if language == "en" and number < 10 else str(number)


def money(dong: int, language: str) -> str:
    """Return an amount of đồng in words: "hai mươi nghìn đồng", "20000 dong"."""
    return f"{cardinal(dong, language)} {'đồng' if language == 'vi' else '동' if language == 'ko' else 'dong'}"


def time(hour: int, minute: int, language: str) -> str:
    """Return a time of the day in words; 24 is the midnight that ends a day."""
    is_afternoon = 12 <= hour < 24
    match language:
        case "vi":
            return vietnamese.time(hour, minute)
        case "ko":
            words = f"{'오후' if is_afternoon else '오전'} {_KOREAN_HOURS[hour % 12]} 시"
            return f"{words} {minute} 분" if minute else words
        case _:
            if hour % 12 == minute == 0:
                return "noon" if is_afternoon else "midnight"
            minutes = f" oh {minute}" if 0 < minute < 10 else f" {minute}" if minute else ""
            return f"{hour % 12 or 12}{minutes} {'PM' if is_afternoon else 'AM'}"


def aloud(text: str, language: str) -> str:
    """Return a sentence of a screen for a voice; applying this twice changes nothing more."""
    said = _TICKET.sub(lambda found: ticket_number(found[0], language), speakable(text))
    said = _TIME.sub(lambda found: time(int(found[1]), int(found[2]), language), said)
    said = _FROM_TO.sub(_WORD_FROM_TO.get(language, " "), said)
    said = _EACH.sub(_WORD_EACH.get(language, " "), said)
    said = _DATE.sub(lambda found: _date(int(found[1]), int(found[2]), found[3], language), said)
    if language == "vi":
        said = _FIGURES.sub(lambda found: vietnamese.figures(found[1]), vietnamese.unabridged(said))
    return _cut(said)


def speakable(text: str) -> str:
    """Return the speakable part of a text: words and punctuation, at most `LONGEST` characters. Control characters,
    markup, brackets and pictures are removed: some synthesisers execute them.
    """
    # 100 kB from a stranger are not worth a check of each letter.
    letters = unicodedata.normalize("NFC", text[: 4 * LONGEST].translate(_SILENT))
    said = _MARKS.sub(_strongest, "".join(map(_heard, letters)))
    return _cut(said.lstrip(" ,;:.!?-–/").rstrip(" ,;:-–/"))


def _heard(letter: str) -> str:
    if letter in _PAUSES:
        return ", "
    is_word = unicodedata.category(letter)[0] in "LMN"
    return letter if is_word or letter in _KEPT else " "


def _strongest(marks: re.Match[str]) -> str:
    """Return one mark instead of several in a row: the first that ends a sentence, else the first."""
    found = marks[0].replace(" ", "")
    return f"{next((mark for mark in found if mark in '.!?'), found[:1])} "


def _date(day: int, month: int, year: str, language: str) -> str:
    match language:
        case "vi":
            return f"{day} tháng {month} năm {year}"
        case "ko":
            return f"{year}년 {month}월 {day}일"
        case _:
            return f"{day} {_ENGLISH_MONTHS[month - 1]} {year}"


def _cut(text: str) -> str:
    """Return at most `LONGEST` characters of a text, in whole words if it has words."""
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST + 1].rpartition(" ")[0].rstrip(" ,;:-–/") or text[:LONGEST]
