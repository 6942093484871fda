"""One index for all tests of the search: it never changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.config import Settings
from kiosk.search.index import Index
from tests.search.homes import default_settings


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a new home."""
    root: Path = tmp_path_factory.mktemp("search")
    return default_settings(root)


@pytest.fixture(scope="session")
def index(settings: Settings) -> Iterator[Index]:
    """The index of the catalogue a new home begins with."""
    with closing(Index(settings)) as made:
        yield made
