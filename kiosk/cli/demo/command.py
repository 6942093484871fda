"""The command: starts the hall, then waits for people, or plays visitors and checks that all counts agree."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import click
import msgspec
from msgspec.structs import asdict

from kiosk.cli.demo.hall import OFFICER, PIN, DemoHall, prepare, start_processes, url_of
from kiosk.cli.demo.processes import DemoError, Processes, end_in_order
from kiosk.cli.demo.visitors import Officer, Visitor
from kiosk.cli.main import EXIT_FAILED
from kiosk.cli.output import answer, json_option
from kiosk.config import Home
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Fault
from kiosk.model.paper import PrintState
from kiosk.records import Record
from kiosk.store import jobs
from kiosk.threads import thread
from kiosk.ui.window.mirror_client import MirrorClient

_CITY_TIMEOUT_S = 60.0
"""The time limit for the last event to reach the city when everything runs on one machine."""


class Summary(Record):
    """The counts of a played demo, each from another place: database, paper, journal, city."""

    issued: int
    printed: int
    called: int
    in_city: int
    seconds: float

    def agrees(self, visitors: int) -> bool:
        """Tell whether the number of every visitor was issued, printed, called and sent to the city once."""
        return self.issued == self.printed == self.called == self.in_city == visitors


@click.command()
@click.option("--headless", is_flag=True, help="Open no windows, even if there is a display.")
@click.option("--visitors", type=click.IntRange(1, 900), metavar="N", help="Play N visitors, print the counts and end.")
@click.option(
    "--port",
    default=0,
    type=click.IntRange(0, 65535),
    metavar="P",
    help="The port of the dock. Default: any free port.",
)
@json_option
@click.pass_obj
def demo(home: Home, headless: bool, visitors: int | None, port: int, as_json: bool | None) -> int:
    """Run the whole hall on this machine: screen, board, printer, counter, sync and city; the hardware is simulated.

    Open the dock in a browser to touch the screen, see the slips and cause faults. Without --home it uses a temporary
    folder, which is deleted at the end.
    """
    # SIGTERM must also run the `finally` blocks below.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(EXIT_FAILED))
    is_named = click.get_current_context().find_root().params.get("home") is not None
    root = home.etc.parent if is_named else Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
    try:
        hall = prepare(root)
        processes = Processes(hall.settings.home.run / "log", _environment(headless or visitors is not None))
        try:
            start_processes(hall, processes)
            thread("keeper", processes.keep_alive, end=end_in_order).start()
            if visitors is None:
                _wait_for_ctrl_c(hall, processes, port)
                return 0
            summary = _play(hall, visitors)
        finally:
            processes.stop()
    finally:
        if not is_named:
            shutil.rmtree(root, ignore_errors=True)
    text = "  ".join(f"{name} {value}" for name, value in asdict(summary).items())
    answer(
        as_json,
        asdict(summary),
        f"{'All counts agree' if summary.agrees(visitors) else 'The counts do NOT agree'}: {text}",
    )
    return 0 if summary.agrees(visitors) else 2


def _environment(is_headless: bool) -> dict[str, str]:
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return {} if has_display and not is_headless else {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}


def _wait_for_ctrl_c(hall: DemoHall, processes: Processes, port: int) -> None:
    processes.start_kiosk("dock", hall.root, "dock", "--port", str(port))
    processes.wait_for("dock", (hall.settings.home.run / "dock.url").exists)
    click.echo(
        f"The hall is open.\n"
        f"  dock     {url_of(hall, 'dock')}    touch the screen, see the slips, cause faults\n"
        f"  counter  {url_of(hall, 'counter')}    sign in as {OFFICER!r} with PIN {PIN}\n"
        f"  city     {url_of(hall, 'city')}    the dashboard\n"
        f"  shell    kiosk --home {hall.root} status\n"
        "Press Ctrl-C to end."
    )
    with suppress(KeyboardInterrupt):
        threading.Event().wait()


def _play(hall: DemoHall, visitors: int) -> Summary:
    with closing(Lobby.open(hall.settings)) as lobby:
        if Fault.CLOSED in lobby.hall().faults:
            hours = hall.settings.home.etc / "site.toml"
            raise DemoError(
                f"the hall is closed at this hour ({hours}): no visitor gets a number; use `kiosk init --always-open`"
            )
    started_monotonic_s = time.monotonic()
    officer = Officer(url_of(hall, "counter"), [counter.id for counter in hall.settings.site.counters])
    officer.sign_in()
    shift = thread("officer", officer.work, end=end_in_order)
    shift.start()
    rng = random.Random(hall.settings.site.code)
    socket = hall.settings.home.run / "screen.sock"
    with closing(Lobby.open(hall.settings)) as lobby, closing(MirrorClient(socket)) as mirror:
        before = _count(hall, lobby)
        for number in range(1, visitors + 1):
            Visitor(mirror, rng, lambda: _is_paper_out(lobby)).visit()
            if sys.stderr.isatty():
                click.echo(f"\r{number} of {visitors} visitors", nl=False, err=True)
        summary = _wait_for_counts(hall, lobby, before, visitors, started_monotonic_s)
    officer.stop()
    shift.join()
    if sys.stderr.isatty():
        click.echo(err=True)
    return summary


def _is_paper_out(lobby: Lobby) -> bool:
    """Tell whether all print jobs are finished, so that the visitor has the slip."""
    with lobby.store.read() as snapshot:
        return not jobs.in_state(snapshot, PrintState.QUEUED) and not jobs.in_state(snapshot, PrintState.PRINTING)


def _wait_for_counts(
    hall: DemoHall, lobby: Lobby, before: Summary, visitors: int, started_monotonic_s: float
) -> Summary:
    """Wait until all counts agree, or until the time limit."""
    deadline_monotonic_s = time.monotonic() + _CITY_TIMEOUT_S
    while True:
        now = _count(hall, lobby)
        summary = Summary(
            now.issued - before.issued,
            now.printed - before.printed,
            now.called - before.called,
            now.in_city - before.in_city,
            round(time.monotonic() - started_monotonic_s, 1),
        )
        if summary.agrees(visitors) or time.monotonic() > deadline_monotonic_s:
            return summary
        time.sleep(0.1)


def _count(hall: DemoHall, lobby: Lobby) -> Summary:
    rows = lobby.tickets()
    called = sum(row.called_at is not None and row.state == "done" for row in rows)
    return Summary(len(rows), _slips(hall), called, _in_city(hall), 0.0)


def _slips(hall: DemoHall) -> int:
    """Return how many slips the printer has printed: the highest number, because old pictures are deleted."""
    folder = hall.settings.home.run / "sim" / "printer" / "slips"
    return max((int(slip.stem) for slip in folder.glob("*.png")), default=0)


def _in_city(hall: DemoHall) -> int:
    """Ask the city's web server how many of today's numbers it has."""
    address = f"{url_of(hall, 'city')}/api/sites/{hall.settings.site.code}/tickets"
    with urllib.request.urlopen(address, timeout=10) as page:  # loopback, our own city
        return len(msgspec.json.decode(page.read())["tickets"])
