"""`kiosk run` and `kiosk dock`: one process in the foreground, as its unit runs it."""

from __future__ import annotations

from collections.abc import Callable

import click

from kiosk import notify
from kiosk.config import Home, OfficersList, load


@click.group()
def run() -> None:
    """Run one process in the foreground, as its unit does. Ctrl-C or SIGTERM ends it cleanly."""


@run.command()
@click.pass_obj
def screen(home: Home) -> None:
    """The visitor's touch screen."""
    from kiosk import secrecy

    secrecy.erase_what_is_freed()
    secrecy.keep_memory()
    from kiosk.processes.screen import run_screen

    run_screen(load(home), progress=_progress())


@run.command()
@click.pass_obj
def board(home: Home) -> None:
    """Who is called, on the second output."""
    from kiosk.processes.board import run_board

    run_board(load(home), progress=_progress())


@run.command()
@click.pass_obj
def counter(home: Home) -> None:
    """The officers' page, on the hall's network."""
    from kiosk.processes.counter import run_counter

    run_counter(load(home), OfficersList(home), progress=_progress())


@run.command()
@click.pass_obj
def printer(home: Home) -> None:
    """Take print jobs; own the printer alone."""
    from kiosk.processes.printer import run_printer

    run_printer(load(home), progress=_progress())


@run.command()
@click.pass_obj
def sync(home: Home) -> None:
    """The line to the city: journal up, acknowledgements down."""
    from kiosk.processes.sync import run_sync

    run_sync(load(home), progress=_progress())


@run.command()
@click.pass_obj
def city(home: Home) -> None:
    """The reference city end: ingest, dashboard, follow-my-ticket page. Not on a kiosk."""
    from kiosk.processes.city import run_city

    run_city(load(home))


@click.command()
@click.option("--port", default=0, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.pass_obj
def dock(home: Home, port: int) -> None:
    """A page in the browser to see and touch this kiosk: screen, board, paper, faults, network."""
    from kiosk.processes.dock import run_dock

    run_dock(load(home), port=port)


def _progress() -> Callable[[], None]:
    """Return what a process calls after real progress: the first call says it is ready, all feed the watchdog."""
    is_ready = False

    def progress() -> None:
        nonlocal is_ready
        if not is_ready:
            notify.ready()
            is_ready = True
        notify.watchdog()

    return progress
