"""The output of commands: text for people on a terminal, one JSON document for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click
import msgspec

from kiosk.config import Home, load
from kiosk.lobby.lobby import Lobby

SCHEMA_VERSION = 1
"""The version of every JSON document. It rises only when the meaning of a field changes."""

_F = TypeVar("_F", bound=Callable[..., Any])


def json_option(command: _F) -> _F:
    """Add `--json`: one document on stdout. It is the default when stdout is not a terminal."""
    return click.option(
        "--json/--text",
        "as_json",
        default=None,
        help="One JSON document, or text for people. Default: text on a terminal, JSON in a pipe.",
    )(command)


def is_for_programs(as_json: bool | None) -> bool:
    """Tell whether to print JSON: as the option says, or else if stdout is not a terminal."""
    return as_json if as_json is not None else not sys.stdout.isatty()


def answer(as_json: bool | None, document: dict[str, Any], text: str) -> None:
    """Print a report as text or as JSON."""
    if is_for_programs(as_json):
        click.echo(msgspec.json.encode({"schema_version": SCHEMA_VERSION, **document}).decode())
    else:
        click.echo(text)


def open_lobby(home: Home, *, with_catalog: bool = True) -> Lobby:
    """Open the lobby of a home, with or without its catalogue of procedures. It is closed when the command ends."""
    lobby = Lobby.open(load(home, with_catalog=with_catalog))
    click.get_current_context().call_on_close(lobby.close)
    return lobby
