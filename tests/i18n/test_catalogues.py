"""Every message exists in every language, whole, and says what it is filled with."""

from __future__ import annotations

import gettext
import string
import unicodedata
from collections.abc import Iterator

import pytest

from kiosk.counter.page_words import page_words
from kiosk.i18n import LOCALE, Domain, chosen, languages, words
from kiosk.receipt.layout import layout
from kiosk.records import replace
from kiosk.ui.compose import compose, previews
from kiosk.ui.gallery import PANELS
from kiosk.ui.parts.wording import LANGUAGES as OWN_NAMES
from tests.i18n.sources import DOMAINS, LANGUAGES, catalog, forms, messages, translations
from tests.receipt.samples import SLIPS, WIDE

every_catalogue = pytest.mark.parametrize(
    ("domain", "language"), [(domain, language) for domain in DOMAINS for language in LANGUAGES]
)


@every_catalogue
def test_no_message_is_forgotten_and_none_is_left_over(domain: Domain, language: str) -> None:
    there, wanted = set(translations(domain, language)), messages(domain)
    assert (wanted - there, there - wanted) == (set(), set()), "python -m tests.i18n.sources --write"
    assert not catalog(domain, language).obsolete


@every_catalogue
def test_no_translation_is_empty_or_a_guess(domain: Domain, language: str) -> None:
    assert [message for message, said in translations(domain, language).items() if not all(said)] == []
    assert [message.id for message in catalog(domain, language) if message.id and message.fuzzy] == []


@every_catalogue
def test_a_translation_has_the_forms_its_language_counts_with(domain: Domain, language: str) -> None:
    counted = catalog(domain, language).num_plurals
    for message, said in translations(domain, language).items():
        assert len(said) == (1 if isinstance(message, str) else counted), message


@every_catalogue
def test_a_translation_fills_the_same_places(domain: Domain, language: str) -> None:
    for message, said in translations(domain, language).items():
        wanted = set().union(*map(_places, forms(message)))
        for form in said:
            assert _places(form) <= wanted, form
            # Who is told "a minute ago" need not hear that it was one.
            assert wanted - _places(form) <= ({"count"} if domain == "screen" else set()), form


@every_catalogue
def test_a_translation_is_composed_and_begins_and_ends_like_its_message(domain: Domain, language: str) -> None:
    for message, said in translations(domain, language).items():
        for form in said:
            assert form == unicodedata.normalize("NFC", form), form
            assert "  " not in form, form
            assert _edges(form) == _edges(forms(message)[0]), form
            assert form.count("\n") == forms(message)[0].count("\n"), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_catalogue_for_every_face(language: str) -> None:
    assert {file.stem for file in (LOCALE / language / "LC_MESSAGES").glob("*.po")} == set(DOMAINS)


def test_every_language_has_its_own_name_and_no_other_is_offered() -> None:
    assert set(OWN_NAMES) == set(languages())


class _Missed(gettext.NullTranslations):
    """Notes each message that a catalogue does not have."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: set[str] = set()

    def gettext(self, message: str) -> str:
        self.messages.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.messages.add(msgid1)
        return msgid1


@pytest.fixture
def missed() -> Iterator[_Missed]:
    """What the faces say in this test without a catalogue that has it."""
    missed, catalogues = (
        _Missed(),
        [words(domain, language)._translations for domain in DOMAINS for language in LANGUAGES],
    )
    for one in catalogues:
        one.add_fallback(missed)
    yield missed
    for one in catalogues:
        one._fallback = None  # type: ignore[attr-defined]  # gettext has no way to take one back


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_screen_says_a_message_that_was_put_together_past_the_catalogue(language: str, missed: _Missed) -> None:
    for preview in previews():
        session = replace(preview.snapshot.session, language=language)
        compose(replace(preview.snapshot, session=session), PANELS["portrait"])
    assert missed.messages == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_slip_and_no_page_does_either(language: str, missed: _Missed) -> None:
    for slip in SLIPS.values():
        layout(replace(slip, second_language=language), WIDE)
    page_words(language)
    assert missed.messages == set()


def test_a_ward_text_without_the_visitors_language_is_shown_in_english_then_in_vietnamese() -> None:
    both = {"vi": "Sao y", "en": "Copies"}
    assert chosen(both | {"ko": "사본"}, "ko") == "사본"
    assert chosen(both, "ko") == "Copies"
    assert chosen({"vi": "Sao y"}, "ko") == "Sao y"
    assert chosen({"en": "Copies"}, "vi") == "Copies"
    assert chosen({}, "ko") == ""


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _edges(text: str) -> tuple[str, str]:
    body = text.strip()
    start = text.index(body)
    return text[:start], text[start + len(body) :]
