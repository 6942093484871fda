"""For any content of the files, loading returns settings or raises ConfigError, and no other exception."""

from __future__ import annotations

import copy
import tempfile
import tomllib
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk import defaults
from kiosk.config import Home, Settings, load
from kiosk.errors import ConfigError
from tests.config.wards import document

FILES = ("kiosk.toml", "site.toml", "catalog/5-social.toml")

_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_scalars = st.one_of(
    _words,
    st.sampled_from(["A", "A\n", "vi", "08:00", "24:00", "12345", "{token}", "../..", "\x00", "Asia", "x" * 5_000]),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.dates(),
    st.times(),
)
_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_words, inner, max_size=3)),
    max_leaves=6,
)


def _places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path to every value of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in items for place in [(*path, key), *_places(item, (*path, key))]]


@st.composite
def _spoiled(draw: st.DrawFn) -> tuple[str, str]:
    """Return the name of a settings file and its text with one value replaced, added or removed."""
    name = draw(st.sampled_from(FILES))
    template = Path(defaults.__file__).parent / name
    tables = copy.deepcopy(tomllib.loads(template.read_text(encoding="utf-8")))
    *way, last = draw(st.sampled_from(_places(tables)))
    parent = tables
    for step in way:
        parent = parent[step]  # type: ignore[index]  # a path of this very document
    kind = draw(st.sampled_from(["replace", "remove", "add"]))
    if kind == "remove":
        del parent[last]  # type: ignore[arg-type]  # a path of this very document
    elif kind == "add" and isinstance(parent, dict):
        parent[draw(_words)] = draw(_values)
    else:
        parent[last] = draw(_values)  # type: ignore[index]  # a path of this very document
    return name, document(tables)


def _loaded(name: str, content: bytes) -> Settings | ConfigError:
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder))
        defaults.write_home(home)
        (home.etc / name).write_bytes(content)
        try:
            return load(home)
        except ConfigError as error:
            return error


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_spoiled())
def test_any_value_gives_settings_or_an_error_with_the_file(spoiled: tuple[str, str]) -> None:
    name, text = spoiled
    outcome = _loaded(name, text.encode())
    if isinstance(outcome, ConfigError):
        assert outcome.file is not None
        assert str(outcome.file) in str(outcome)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(FILES), st.one_of(st.binary(max_size=60), _words.map(str.encode)))
def test_any_bytes_give_an_error_with_the_file(name: str, content: bytes) -> None:
    outcome = _loaded(name, content)
    assert isinstance(outcome, ConfigError)
    assert str(outcome.file).endswith(name)
