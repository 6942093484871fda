"""`kiosk store`: the database file itself: is it whole, and what to do when it is not."""

from __future__ import annotations

import click

from kiosk.cli.output import answer, json_option
from kiosk.config import Home, load
from kiosk.errors import StoreError
from kiosk.store.health import read_health
from kiosk.store.repair import check as check_file
from kiosk.store.repair import set_aside as set_file_aside


@click.group()
def store() -> None:
    """Check the database; set a damaged one aside."""


@store.command()
@json_option
@click.pass_obj
def check(home: Home, as_json: bool | None) -> int:
    """Read the whole database and say whether it is sound (exit 2 when it is not)."""
    problems = check_file(home.database)
    text = f"{home.database} is sound." if not problems else f"{home.database} is damaged:\n  " + "\n  ".join(problems)
    answer(as_json, {"file": str(home.database), "problems": problems}, text)
    return 2 if problems else 0


@store.command("set-aside")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def set_aside(home: Home, yes: bool) -> None:
    """Move a damaged database out of the way, keep it, and begin a new one.

    Stop the kiosk's processes first. Today's numbers go on above those already given, so none is given twice.
    """
    running = [name for name, facts in read_health(home).items() if facts["is_running"]]
    if running:
        raise StoreError(f"still running: {', '.join(running)}; stop them first, `systemctl stop kiosk.target`")
    if not yes:
        click.confirm(f"Move {home.database} aside and begin a new database?", abort=True)
    kept, starts = set_file_aside(load(home))
    click.echo(f"Kept as {kept}. Events the city had not acknowledged are only there: keep the file.")
    for letter, number in sorted(starts.items()):
        click.echo(f"  {letter} goes on at {letter}{number:03d}")
