"""A whole hall of real processes for tests, and what can be counted in it afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import zxingcpp
from PIL import Image

from kiosk.city.database import CityDatabase
from kiosk.cli.demo.hall import DemoHall, prepare, start_processes
from kiosk.cli.demo.processes import Processes
from kiosk.lobby.lobby import Lobby
from kiosk.records import Record
from kiosk.store import journal

_HEADLESS = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}


@contextmanager
def open_hall(root: Path) -> Iterator[tuple[DemoHall, Processes]]:
    """Run a hall under `root`; a process that ends is started again, as systemd does."""
    stage = prepare(root)
    processes = Processes(stage.settings.home.run / "log", _HEADLESS)
    try:
        start_processes(stage, processes)
        threading.Thread(target=processes.keep_alive, name="keeper", daemon=True).start()
        yield stage, processes
    finally:
        processes.stop()


class Books(Record):
    """What the three books say: the kiosk's tokens, the tokens on paper, and (seq, kind) of the city's events."""

    tickets: list[str]
    paper: list[str]
    journal: list[tuple[int, str]]
    city: list[tuple[int, str]]
    acked: int


def read_books(stage: DemoHall) -> Books:
    """Read the kiosk's database, the slips (by their QR codes) and the city's database."""
    with closing(Lobby.open(stage.settings)) as lobby, lobby.store.read() as snapshot:
        written = [(event.seq, event.kind) for event in journal.pending(snapshot, 0, 1_000_000)]
        tickets = [lobby.ticket(row.number).token for row in lobby.tickets()]
        acked = journal.acked(snapshot)
    slips = sorted((stage.settings.home.run / "sim" / "printer" / "slips").glob("*.png"))
    with closing(CityDatabase.open(stage.city_root / "var" / "city.db")) as city, city.read() as arrived:
        events = [(int(row[0]), str(row[1])) for row in arrived.query("SELECT seq, kind FROM event ORDER BY seq")]
    return Books(tickets, [_token(slip) for slip in slips], written, events, acked)


def _token(slip: Path) -> str:
    with Image.open(slip) as picture:
        codes = zxingcpp.read_barcodes(picture.convert("L"))
    assert len(codes) == 1, f"{slip.name} shows {len(codes)} codes"
    return str(codes[0].text.rpartition("/")[2])
