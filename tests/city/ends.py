"""Both ends of the line over a real broker: in threads to look into, or as processes to kill.

python -m tests.city.ends sync|city ROOT PORT
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from kiosk import config
from kiosk.city.database import CityDatabase
from kiosk.config import Settings
from kiosk.model.event import Event
from kiosk.processes.city import run_city
from kiosk.processes.sync import run_sync
from kiosk.records import replace
from kiosk.store import journal
from kiosk.store.database import Store
from tests import halls
from tests.databases import append_raw, look

PATIENCE_S = 60.0


def settings_at(root: Path, broker: config.Broker, device: str = "k00082-1", **changes: object) -> Settings:
    """Return the settings of a small hall whose line leads to a broker; its pages take a free port.

    Args:
        changes: keys of its `site.toml` to replace.
    """
    made = halls.settings(root, **changes)
    kiosk = config.Kiosk(device=device, broker=broker, city=config.City(web=config.Web(port=0)))
    return replace(made, kiosk=kiosk)


def append(settings: Settings, events: Sequence[Event], *, together: int = 50) -> None:
    """Put events into the journal, a few in each transaction."""
    store = Store.open(settings.home.database)
    for start in range(0, len(events), together):
        with store.write() as transaction:
            for event in events[start : start + together]:
                append_raw(transaction, event.kind, event.payload)
    store.close()


def acked(settings: Settings) -> int:
    """Return the city's mark in the journal."""
    store = Store.open(settings.home.database)
    mark = journal.acked(look(store))
    store.close()
    return mark


def in_city(settings: Settings) -> list[tuple[int, str]]:
    """Return seq and kind of all that the city has stored, in the order it applied them."""
    database = CityDatabase.open(settings.home.var / settings.kiosk.city.database)
    with database.read() as snapshot:
        rows = snapshot.query("SELECT seq, kind FROM event ORDER BY stream, seq").fetchall()
    database.close()
    return [(row[0], row[1]) for row in rows]


@contextmanager
def running(run: Callable[..., None], settings: Settings) -> Iterator[threading.Event]:
    """Run an end in a thread until the block ends; what it raises is raised here."""
    stop, failures = threading.Event(), []

    def work() -> None:
        try:
            run(settings, stop=stop)
        except Exception as error:  # noqa: BLE001 - raised again in the test's own thread
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join()
    if failures:
        raise failures[0]


class Process:
    """An end of the line as a process of its own."""

    def __init__(self, end: str, settings: Settings, port: int | None = None) -> None:
        root = settings.home.etc.parent
        words = [sys.executable, "-m", "tests.city.ends", end, str(root), str(port or settings.kiosk.broker.port)]
        self._process = subprocess.Popen(words)

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def kill(self) -> None:
        """Kill it as a power cut would; killing what has ended is fine."""
        self._process.kill()
        self._process.wait()

    def end(self) -> int:
        """Ask it to end, as systemd does, and return its exit status."""
        self._process.terminate()
        return self._process.wait(PATIENCE_S)


def _main(end: str, root: str, port: str) -> None:
    settings = settings_at(Path(root), config.Broker(host="127.0.0.1", port=int(port)))
    run_sync(settings) if end == "sync" else run_city(settings)


if __name__ == "__main__":
    _main(*sys.argv[1:])
