"""`kiosk run` and `kiosk dock`: run one process in the foreground, as its systemd unit does."""

from __future__ import annotations

from collections.abc import Callable

import click

from kiosk import notify
from kiosk.config import Home, OfficersList, load


@click.group()
def run() -> None:
    """Run one process in the foreground, as its systemd unit does. Ctrl-C or SIGTERM ends it cleanly."""


@run.command()
@click.pass_obj
def screen(home: Home) -> None:
    """Show the visitor's touch screen."""
    from kiosk import secrecy

    secrecy.erase_what_is_freed()
    secrecy.keep_memory()
    from kiosk.processes.screen import run_screen

    run_screen(load(home), progress=_progress())


@run.command()
@click.pass_obj
def board(home: Home) -> None:
    """Show the called numbers on the second output."""
    from kiosk.processes.board import run_board

    run_board(load(home, with_catalog=False), progress=_progress())


@run.command()
@click.pass_obj
def counter(home: Home) -> None:
    """Serve the officers' page on the hall's network."""
    from kiosk.processes.counter import run_counter

    run_counter(load(home), OfficersList(home), progress=_progress())


@run.command()
@click.pass_obj
def printer(home: Home) -> None:
    """Print the queued jobs; no other process uses the printer."""
    from kiosk.processes.printer import run_printer

    run_printer(load(home), progress=_progress())


@run.command()
@click.pass_obj
def sync(home: Home) -> None:
    """Send the journal to the city and receive its acknowledgements."""
    from kiosk.processes.sync import run_sync

    run_sync(load(home), progress=_progress())


@run.command()
@click.pass_obj
def city(home: Home) -> None:
    """Run the reference city: ingest, dashboard, follow-my-ticket page. It does not run on a kiosk."""
    from kiosk.processes.city import run_city

    run_city(load(home))


@click.command()
@click.option("--port", default=0, show_default=True, type=click.IntRange(0, 65535), help="0: any free port.")
@click.pass_obj
def dock(home: Home, port: int) -> None:
    """Serve a page that shows and operates this kiosk: screen, board, paper, faults, network."""
    from kiosk.processes.dock import run_dock

    run_dock(load(home), port=port)


def _progress() -> Callable[[], None]:
    """Return what a process calls after real progress: the first call reports READY, every call feeds the watchdog."""
    is_ready = False

    def progress() -> None:
        nonlocal is_ready
        if not is_ready:
            notify.ready()
            is_ready = True
        notify.watchdog()

    return progress
