"""kill -9 of any process at any moment, a hundred times, while visitors come and officers call."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

from kiosk.cli.demo.hall import KIOSK_PROCESSES, DemoHall, url_of
from kiosk.cli.demo.processes import DemoError, Processes
from kiosk.cli.demo.visitors import Officer, Visitor
from kiosk.errors import KioskError
from kiosk.lobby.lobby import Lobby
from kiosk.model.paper import PrintState
from kiosk.store import jobs, journal
from kiosk.ui.window.mirror_client import MirrorClient
from tests.databases import look
from tests.e2e.halls import open_hall, read_books
from tests.waiting import soon

KILLS, MOST_KILLS = 100, 300
FEWEST_TICKETS = 20
"""A busy machine starts processes slowly: it is killed on until so many visitors got through."""
VICTIMS = (*KIOSK_PROCESSES, "city", "mosquitto")


def _kill_at_random(stage: DemoHall, processes: Processes, chance: random.Random, is_over: threading.Event) -> None:
    for number in range(MOST_KILLS):
        if number >= KILLS and _numbers(stage) > FEWEST_TICKETS:
            break
        time.sleep(chance.uniform(0.1, 1.3))
        with suppress(ProcessLookupError):
            os.kill(processes.pid(chance.choice(VICTIMS)), signal.SIGKILL)
    is_over.set()


def _visit_until(stage: DemoHall, is_over: threading.Event, chance: random.Random) -> None:
    with closing(Lobby.open(stage.settings)) as lobby:
        while not is_over.is_set():
            # A screen that dies under the finger is met again by the next visitor.
            with suppress(OSError, EOFError, KioskError, ValueError):
                with closing(MirrorClient(stage.settings.home.run / "screen.sock")) as mirror:
                    Visitor(mirror, chance, lambda: not _waits(lobby)).visit()
                continue
            time.sleep(0.1)


def _numbers(stage: DemoHall) -> int:
    with closing(Lobby.open(stage.settings)) as lobby:
        return len(lobby.tickets())


def _waits(lobby: Lobby) -> bool:
    with lobby.store.read() as snapshot:
        return bool(jobs.in_state(snapshot, PrintState.QUEUED) or jobs.in_state(snapshot, PrintState.PRINTING))


def _work(stage: DemoHall, is_over: threading.Event) -> None:
    counters = [counter.id for counter in stage.settings.site.counters]
    while not is_over.is_set():
        with suppress(OSError, DemoError, ValueError):
            officer = Officer(url_of(stage, "counter"), counters)
            officer.sign_in()
            threading.Timer(3.0, officer.stop).start()  # and sign in again: the page may have a new port
            officer.work()


def test_a_hundred_kills_lose_no_number_and_print_none_twice(tmp_path: Path) -> None:
    chance, is_over = random.Random(20261123), threading.Event()
    with open_hall(tmp_path) as (stage, processes):
        threads = [
            threading.Thread(target=_kill_at_random, args=(stage, processes, chance, is_over)),
            threading.Thread(target=_work, args=(stage, is_over)),
        ]
        for thread in threads:
            thread.start()
        _visit_until(stage, is_over, random.Random(1))
        for thread in threads:
            thread.join()
        _wait_until_all_arrived(stage)
        books = read_books(stage)

    assert len(books.tickets) > FEWEST_TICKETS, "the visitors hardly got through"
    assert [name for name, times in Counter(books.paper).items() if times > 1] == []
    assert set(books.paper) <= set(books.tickets)
    assert len(set(books.tickets)) == len(books.tickets)
    assert [seq for seq, _ in books.journal] == list(range(1, len(books.journal) + 1))
    assert books.city == books.journal
    assert books.acked == len(books.journal)


def _wait_until_all_arrived(stage: DemoHall) -> None:
    with closing(Lobby.open(stage.settings)) as lobby:
        soon(lambda: not journal.unacked(look(lobby.store)) and not _waits(lobby), 120)
