"""`kiosk store`: check the database file, and replace a damaged one."""

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
    """Check the database; move a damaged one aside."""


@store.command()
@json_option
@click.pass_obj
def check(home: Home, as_json: bool | None) -> int:
    """Read the whole database and report whether it is sound (exit 2 if it is damaged)."""
    problems = check_file(home.database)
    text = f"{home.database} is sound." if not problems else f"{home.database} is damaged:\n  " + "\n  ".join(problems)
    answer(as_json, {"file": str(home.database), "problems": problems}, text)
    return 2 if problems else 0


@store.command("set-aside")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def set_aside(home: Home, yes: bool) -> None:
    """Move a damaged database aside, keep the file, and begin a new database.

    Stop the kiosk's processes first. Today's new numbers start above the numbers already given: none is given twice.
    """
    running = [name for name, state in read_health(home).states.items() if state.is_running]
    if running:
        raise StoreError(f"still running: {', '.join(running)}; stop them first, `systemctl stop kiosk.target`")
    if not yes:
        click.confirm(f"Move {home.database} aside and begin a new database?", abort=True)
    kept, starts = set_file_aside(load(home))
    click.echo(f"Kept as {kept}. Only this file has the events that the city had not acknowledged: do not delete it.")
    for letter, number in sorted(starts.items()):
        click.echo(f"  {letter} continues at {letter}{number:03d}")
