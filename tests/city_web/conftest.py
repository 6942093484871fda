"""Makes every sentence without Vietnamese words fail the test that meets it."""

from __future__ import annotations

import gettext
from collections.abc import Iterator

import pytest

from kiosk.i18n import words


class _Strict(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        raise LookupError(f"web.po has no Vietnamese words for {message!r}")


@pytest.fixture(autouse=True, scope="session")
def strict_words() -> Iterator[None]:
    """Leave no message untranslated, silently."""
    catalogue = words("web", "vi")._translations
    catalogue.add_fallback(_Strict())
    yield
    catalogue._fallback = None  # type: ignore[attr-defined]  # gettext has no way to take one back
