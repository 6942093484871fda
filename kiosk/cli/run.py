"""`kiosk run` and `kiosk dock`: one process in the foreground, as its unit runs it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import click

from kiosk import notify
from kiosk.config import Home, OfficersList, load
from kiosk.lobby.lobby import Lobby


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
    from kiosk.ui.app import run_screen

    with closing(Lobby(load(home))) as lobby:
        run_screen(lobby, progress=_progress())


@run.command()
@click.pass_obj
def board(home: Home) -> None:
    """Who is called, on the second output."""
    from kiosk.ui.app import run_board

    with closing(Lobby(load(home))) as lobby:
        run_board(lobby, progress=_progress())


@run.command()
@click.pass_obj
def counter(home: Home) -> None:
    """The officers' page, on the hall's network."""
    from kiosk.counter.server import run_counter

    with closing(Lobby.open(load(home))) as lobby:
        run_counter(lobby.settings, OfficersList(home), progress=_progress(lambda: lobby.tell_health("counter", {})))


@run.command()
@click.pass_obj
def printer(home: Home) -> None:
    """Take print jobs; own the printer alone."""
    from kiosk.printing.print_worker import run_printer

    run_printer(load(home), progress=_progress())


@run.command()
@click.pass_obj
def sync(home: Home) -> None:
    """The line to the city: journal up, acknowledgements down."""
    from kiosk.sync.service import run_sync

    run_sync(load(home), progress=_progress())


@run.command()
@click.pass_obj
def city(home: Home) -> None:
    """The reference city end: ingest, dashboard, follow-my-ticket page. Not on a kiosk."""
    from kiosk.city.service import run_city

    run_city(load(home))


@click.command()
@click.option("--port", default=0, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.pass_obj
def dock(home: Home, port: int) -> None:
    """A page in the browser to see and touch this kiosk: screen, board, paper, faults, network."""
    from kiosk.dock.server import run_dock

    run_dock(load(home), port=port)


def _progress(tell: Callable[[], None] = lambda: None) -> Callable[[], None]:
    """Return what a process calls after real progress: the first call says it is ready, all feed the watchdog.

    Args:
        tell: says that the process runs, where it does not say so itself.
    """
    is_ready = False

    def progress() -> None:
        nonlocal is_ready
        tell()
        if not is_ready:
            notify.ready()
            is_ready = True
        notify.watchdog()

    return progress
