"""The documents tell the truth: what they link to is there, and so is every path, command and floor that they name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

from kiosk.cli.main import root
from kiosk.ui.board import board_screen
from kiosk.ui.compose import previews

_ROOT = Path(__file__).parents[2]
_DOCUMENTS = sorted([*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md")])
_OURS = [one for one in _DOCUMENTS if "gallery" not in one.parts]
_LINK = re.compile(r"\]\(([^)#]+)[^)]*\)|<img src=\"([^\"]+)\"")
_PATH = re.compile(r"`((?:[a-z][a-z_0-9-]*/)+[a-zA-Z_0-9.-]*)(?:: [\w.]+)?`")
_COMMAND = re.compile(r"(?:^ {4}|`)(?:sudo )?kiosk ([a-z][a-z -]*)", re.MULTILINE)
_NOT_OURS = ("run/", "var/", "etc/", "b/", "p/", "q/")
"""Places on a kiosk, and topics of the line."""
_NO_COMMANDS = ("booking code", "day list", "dossier", "identity")
"""What stands behind `kiosk` in words that are signed, sealed or digested."""


def _names(documents: list[Path]) -> list[str]:
    return [str(one.relative_to(_ROOT)) for one in documents]


@pytest.mark.parametrize("document", _DOCUMENTS, ids=_names(_DOCUMENTS))
def test_no_link_leads_nowhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [link or picture for link, picture in _LINK.findall(text)]
    missing = {link for link in links if "://" not in link and not (document.parent / link).exists()}
    assert missing == set()


@pytest.mark.parametrize("document", _OURS, ids=_names(_OURS))
def test_no_path_is_of_yesterday(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    paths = {path for path in _PATH.findall(text) if not path.startswith(_NOT_OURS)}
    assert {path for path in paths if not _is_there(path)} == set()


@pytest.mark.parametrize("document", _OURS, ids=_names(_OURS))
def test_no_command_is_of_yesterday(document: Path) -> None:
    commands = set(_COMMAND.findall(document.read_text(encoding="utf-8"))).difference(_NO_COMMANDS)
    assert {said for said in commands if not _is_command(said.split())} == set()


def test_every_picture_for_visitors_is_of_a_screen_there_is() -> None:
    text = (_ROOT / "docs/visitor.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"gallery/screens/([\w-]+)\.", text)) - {"index"}
    assert shown <= {*(one.name for one in previews()), *(one.name for one in board_screen.previews())}


def test_the_floors_are_those_that_are_checked() -> None:
    settings = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    text = (_ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    drawn = re.findall(r"^ {4}((?:[a-z0-9_]+(?:/|\.py) *)+)", text, re.MULTILINE)
    floors = [{re.sub(r"/|\.py", "", room) for room in line.split()} for line in drawn]
    assert floors == [set(re.findall(r"\w+", layer)) for layer in layers]


def _is_there(path: str) -> bool:
    """Tell whether a path is in the checkout or, as developers write it, in the kiosk's own package."""
    return (_ROOT / path).exists() or (_ROOT / "kiosk" / path).exists()


def _is_command(said: list[str]) -> bool:
    """Tell whether these words begin with a command, as far as words are commands."""
    at: click.Command = root
    for word in said:
        if not isinstance(at, click.Group):
            return True
        found = at.get_command(click.Context(at), word)
        if found is None:
            return False
        at = found
    return True
