"""`kiosk init` and `kiosk config`: write, check and show the settings."""

from __future__ import annotations

import sys
from typing import Any, get_args

import click
import msgspec

from kiosk.cli.output import answer, json_option
from kiosk.config import Home, load, load_officers, write_officer
from kiosk.defaults import write_home
from kiosk.field import compositors
from kiosk.files import make_own_folder
from kiosk.store.database import Store


@click.command()
@click.option("--site", default="00082", show_default=True, metavar="CODE", help="The ward's 5-digit code.")
@click.option("--device", metavar="ID", help="This kiosk's name at the city (default: k<site>-1).")
@click.option("--always-open", is_flag=True, help="Open day and night, for a trial.")
@click.pass_obj
def init(home: Home, site: str, device: str | None, always_open: bool) -> None:
    """Write a complete, commented configuration for a new home. No existing file is overwritten."""
    files = write_home(home, site=site, device=device, always_open=always_open)
    make_own_folder(home.var)
    Store.open(home.database).close()
    for file in files:
        click.echo(f"wrote {file}")
    click.echo("Next: read these files, run `kiosk config check`, and add an officer with `kiosk config officer NAME`.")


@click.group()
def config() -> None:
    """Check and show the settings; add officers."""


@config.command()
@json_option
@click.pass_obj
def check(home: Home, as_json: bool | None) -> None:
    """Read every file and check every key and limit."""
    settings = load(home)
    officers = load_officers(home)
    counts = {
        "services": len(settings.site.services),
        "counters": len(settings.site.counters),
        "procedures": len(settings.procedures),
        "officers": len(officers),
    }
    text = f"{home.etc} is good: " + ", ".join(f"{count} {what}" for what, count in counts.items())
    answer(as_json, {"etc": str(home.etc), **counts}, text)


@config.command()
@click.pass_obj
def show(home: Home) -> None:
    """Print the settings in force, defaults included, as one JSON document, without secrets."""
    settings = load(home)
    document: dict[str, Any] = {
        "schema_version": 1,
        "kiosk": msgspec.to_builtins(settings.kiosk),
        "site": msgspec.to_builtins(settings.site),
        "procedures": len(settings.procedures),
    }
    click.echo(msgspec.json.format(msgspec.json.encode(document)).decode())


@config.command()
@click.option(
    "--compositor", type=click.Choice(get_args(compositors.Compositor)), help="Only the files of this compositor."
)
@click.option("--write", "is_written", is_flag=True, help=f"Write the files under {compositors.FOLDER}.")
@click.pass_obj
def display(home: Home, compositor: compositors.Compositor | None, is_written: bool) -> None:
    """Print the compositors' configuration: which window is on which output, according to kiosk.toml.

    kiosk-display does this with --write each time it starts.
    """
    kiosk = load(home).kiosk
    chosen = get_args(compositors.Compositor) if compositor is None else (compositor,)
    for name, text in (file for one in chosen for file in compositors.files(one, kiosk).items()):
        if is_written:
            click.echo(f"wrote {compositors.write(name, text)}")
        else:
            click.echo(f"--- {name}\n{text}")


@config.command()
@click.argument("officer")
@click.option("--pin-stdin", "is_piped", is_flag=True, help="Read the PIN from the first line of standard input.")
@click.option("--pin", "shown_pin", hidden=True)
@click.pass_obj
def officer(home: Home, officer: str, is_piped: bool, shown_pin: str | None) -> None:
    """Ask for the PIN with which OFFICER signs in at the counter page. A known officer gets a new PIN.

    A PIN has 6 to 12 digits. It is valid at once, and it ends all sessions that began with the old PIN.
    """
    if shown_pin is not None:
        click.echo(
            "kiosk: every user of this machine could read that PIN in the list of processes, and it stays in the "
            "shell's history. Use the prompt (no --pin), or send the PIN through a pipe (--pin-stdin).",
            err=True,
        )
        pin = shown_pin
    elif is_piped:
        pin = sys.stdin.readline().rstrip("\r\n")
    else:
        pin = click.prompt("PIN (6 to 12 digits)", hide_input=True, confirmation_prompt=True)
    file = write_officer(home, officer, pin)
    click.echo(f"{officer} may sign in now ({file}).")
