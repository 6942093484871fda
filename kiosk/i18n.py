"""The kiosk's own messages in the visitor's language.

Messages are English in the code; gettext catalogues under `kiosk/locale/` translate them, one domain each for `screen`,
`slip` and `web`. The ward's own texts (names, notices) are `Text` in its settings. A text may mix scripts
("꾸어남 · Cửa Nam"); `stretches` returns the parts by typeface.
"""

from __future__ import annotations

import gettext
import re
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from kiosk.errors import ConfigError

LOCALE = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"

Domain = Literal["screen", "slip", "web"]

_KOREAN_LETTERS = r"[\u1100-\u11ff\u3000-\u303f\u3130-\u318f\uac00-\ud7a3\uff00-\uffef]+"
"""Syllables, their letters, and the wide punctuation between them."""
_KOREAN = re.compile(rf"{_KOREAN_LETTERS}(?:[ \u00a0]+{_KOREAN_LETTERS})*")


class Stretch(NamedTuple):
    """A part of a text in one typeface."""

    text: str
    is_korean: bool = False


class Words:
    """The catalogue of one face in one language: call it with the English message."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def __call__(self, message: str, **values: object) -> str:
        """Return the message in this language, with `{name}` places filled."""
        words = self._translations.gettext(message)
        return words.format(**values) if values else words

    def plural(self, singular: str, plural: str, count: int, **values: object) -> str:
        """Return the form for `count`; `{count}` is filled too."""
        return self._translations.ngettext(singular, plural, count).format(count=count, **values)


@cache
def languages() -> tuple[str, ...]:
    """Return the languages of the kiosk's own messages, by code."""
    return tuple(sorted({SOURCE_LANGUAGE, *(folder.name for folder in LOCALE.iterdir() if folder.is_dir())}))


@cache
def words(domain: Domain, language: str) -> Words:
    """Return the catalogue of a face in a language.

    Raises:
        ConfigError: the kiosk has no catalogue for this language.
    """
    if language == SOURCE_LANGUAGE:
        return Words(language, gettext.NullTranslations())
    try:
        return Words(language, gettext.translation(domain, LOCALE, [language]))
    except FileNotFoundError as error:
        message = f"no {domain} words for language {language!r}: run `./setup.sh` once, it compiles kiosk/locale/*.po"
        raise ConfigError(message, file=LOCALE, key=language) from error


def marked(message: str) -> str:
    """Return a message unchanged: it is in a table and translated later; this marks it for the catalogue."""
    return message


def chosen(text: dict[str, str], language: str) -> str:
    """Return a ward's own text in `language`, or in English, or in Vietnamese."""
    found = text.get(language) or (text.get(SOURCE_LANGUAGE) if language != "vi" else None)
    return found or text.get("vi") or next(iter(text.values()), "")


def stretches(text: str) -> list[Stretch]:
    """Split a text where its script changes; spaces between Korean words belong to them, digits never do."""
    parts, end = [], 0
    for korean in _KOREAN.finditer(text):
        parts += [Stretch(text[end : korean.start()]), Stretch(korean[0], is_korean=True)]
        end = korean.end()
    return [part for part in (*parts, Stretch(text[end:])) if part.text]
