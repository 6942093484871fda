"""The kiosk's own words in the visitor's language.

Messages are written in English in the code and translated by gettext catalogues under `kiosk/locale/`, one domain for
each face: `screen`, `slip`, `web`. What the ward writes itself (names, notices) is `Text` in its settings.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import Literal

from kiosk.errors import ConfigError

LOCALE = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"

Domain = Literal["screen", "slip", "web"]


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


def chosen(text: dict[str, str], language: str) -> str:
    """Return a ward's own text in `language`, else in Vietnamese, else the first there is."""
    return text.get(language) or text.get("vi") or next(iter(text.values()), "")
