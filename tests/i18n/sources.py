"""Every message of the kiosk's faces, found where it is said, and the catalogues brought up to date with them.

    .venv/bin/python -m tests.i18n.sources            tells what each catalogue lacks and has too much
    .venv/bin/python -m tests.i18n.sources --write    adds the missing messages, untranslated, and drops the others

Then translate what is empty in `kiosk/locale/*/LC_MESSAGES/*.po`, and run `./setup.sh`, which compiles it.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from kiosk.city import page_texts
from kiosk.counter.page_words import MESSAGES
from kiosk.i18n import LOCALE, SOURCE_LANGUAGE, Domain, languages

Id = str | tuple[str, str]
"""A message, or its forms for one and for many."""

DOMAINS: tuple[Domain, ...] = get_args(Domain)
LANGUAGES = tuple(language for language in languages() if language != SOURCE_LANGUAGE)
"""Those the messages are translated into."""
_KIOSK = LOCALE.parent
_PAGES = [("**.html", "jinja2.ext:babel_extract")]
_SAYING = {"say": (1,), "say_when": (1,), "count": (1, 2), "figure": (2,), "marked": (1,)}
_SAID_BY_TABLE = (
    *page_texts.STATES.values(),
    *(sentence for ending in page_texts._ENDINGS.values() for sentence in ending),
    *page_texts._PARTS.values(),
    *page_texts._TROUBLES.values(),
    *(face for _, face in page_texts.FACES),
    *("State", "Counter", "Taken", "Called"),
    *("online", "offline", "state not known"),
)
"""What the city's pages say from tables: those of `saying.py`, and the columns and lamps of `dashboard.html`."""


def messages(domain: Domain) -> set[Id]:
    """Return every message that a face says."""
    if domain == "screen":
        return set(_called("ui", {"t": (1,), "plural": (1, 2), "marked": (1,)}))
    if domain == "slip":
        return set(_called("receipt", {"own": (1,), "_vi": (1,), "marked": (1,)}))
    # The pages choose between one and many themselves: both forms are messages of their own.
    said = [*_called("city", _SAYING)]
    return {form for message in (*said, *MESSAGES.values(), *_SAID_BY_TABLE) for form in forms(message)}


def forms(message: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return a message or a translation as its forms."""
    return (message,) if isinstance(message, str) else tuple(message or ("",))


def file_of(domain: Domain, language: str) -> Path:
    """Return where a catalogue is written."""
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def catalog(domain: Domain, language: str) -> Catalog:
    """Return a catalogue."""
    with file_of(domain, language).open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def translations(domain: Domain, language: str) -> dict[Id, tuple[str, ...]]:
    """Return what a catalogue says for each message."""
    return {_id(message.id): forms(message.string) for message in catalog(domain, language) if message.id}


def bring_up_to_date(domain: Domain, language: str) -> None:
    """Write a catalogue with every message that is said, the new ones empty, and no other."""
    template = Catalog()
    for message in messages(domain):
        template.add(message)
    renewed = catalog(domain, language)
    renewed.update(template, no_fuzzy_matching=True)
    renewed.obsolete.clear()
    body = io.BytesIO()
    write_po(body, renewed, width=120, omit_header=True, sort_output=True)
    file = file_of(domain, language)
    header, _, _ = file.read_text(encoding="utf-8").partition("\n\n")
    file.write_text(f"{header}\n\n{body.getvalue().decode().strip()}\n", encoding="utf-8")


def report() -> Iterator[str]:
    """Say what each catalogue lacks and what nobody says any more."""
    for domain in DOMAINS:
        wanted = messages(domain)
        for language in LANGUAGES:
            there = translations(domain, language)
            empty = {message for message, said in there.items() if not all(said)}
            yield from (
                f"{language}/{domain}: missing: {message!r}" for message in sorted(wanted - set(there), key=str)
            )
            yield from (f"{language}/{domain}: not translated: {message!r}" for message in sorted(empty, key=str))
            yield from (
                f"{language}/{domain}: not said: {message!r}" for message in sorted(set(there) - wanted, key=str)
            )


def _called(room: str, keywords: Mapping[str, tuple[int, ...]]) -> Iterator[Id]:
    """Find the literal messages that functions of these names are called with, at these places; two are one and many.

    Babel's own reader does not look into f-strings before Python 3.12.
    """
    for file in sorted((_KIOSK / room).rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and (places := keywords.get(_name(call.func))):
                literals = [_literal(argument) for argument in call.args[places[0] - 1 : places[-1]]]
                if len(literals) == len(places) and all(literals):
                    yield _id(literals)
    in_pages = {name: None if places == (1,) else places for name, places in keywords.items()}
    for found in extract_from_dir(_KIOSK / room, method_map=_PAGES, keywords=in_pages):
        yield _id(found[2])


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _literal(argument: ast.expr) -> str:
    match argument:
        case ast.Constant(value=str(text)):
            return text
    return ""


def _id(message: str | Sequence[str]) -> Id:
    match message:
        case str():
            return message
        case [one]:
            return one
    return message[0], message[1]


if __name__ == "__main__":
    if "--write" in sys.argv:
        for one in DOMAINS:
            for spoken in LANGUAGES:
                bring_up_to_date(one, spoken)
    print(*report(), sep="\n")
