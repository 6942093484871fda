"""Every word on the screen and the board exists in every language the kiosk speaks."""

from __future__ import annotations

import string
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import kiosk.ui
from kiosk.i18n import LOCALE

_KEYWORDS = {"t": None, "plural": (1, 2)}
"""Screens call their words `t`."""


def _used() -> set[str]:
    found = extract_from_dir(
        str(Path(kiosk.ui.__file__).parent),
        method_map=[("**.py", "python")],
        keywords=_KEYWORDS,
    )
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def _catalog() -> Catalog:
    with (LOCALE / "vi" / "LC_MESSAGES" / "screen.po").open("rb") as file:
        return read_po(file, locale="vi")


def _messages() -> dict[str, Message]:
    return {m.id if isinstance(m.id, str) else m.id[0]: m for m in _catalog() if m.id}


def test_every_word_is_translated_and_none_is_left_over() -> None:
    assert set(_messages()) == _used()
    assert not any(message.fuzzy for message in _messages().values())


def test_no_translation_is_empty() -> None:
    for id, message in _messages().items():
        assert all(_forms(message.string)), id


def test_translations_fill_the_same_places() -> None:
    for message in _messages().values():
        wanted = set().union(*map(_places, _forms(message.id)))
        for form in _forms(message.string):
            assert _places(form) <= wanted, form
            assert wanted - _places(form) <= {"count"}, form


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [""])


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
