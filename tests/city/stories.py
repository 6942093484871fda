"""Short stories for the city: a database, and batches as a kiosk would send them."""

from __future__ import annotations

from pathlib import Path

from kiosk.city.database import CityDatabase
from kiosk.city.ingest import standing, store_batch, store_state
from kiosk.model.event import Event, Value
from kiosk.wire.batch import Batch
from kiosk.wire.messages import Ack, DeviceState

EPOCH = b"\x01" * 8
DEVICE, SITE, DAY = "k00082-1", "00082", "2026-11-23"
OPENED_MS = 1_795_413_600_000


class Story:
    """A city and the kiosk that talks to it; each call is one transaction."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.file = root / "city.db"
        self.database = CityDatabase.open(self.file)
        self.now_ms = OPENED_MS + 60_000

    def tell(self, *events: Event, device: str = DEVICE, epoch: bytes = EPOCH) -> Ack:
        """Let a batch arrive, and return what the city answers."""
        self.now_ms += 1
        with self.database.write() as tx:
            store_batch(tx, device, Batch(epoch, events), self.now_ms)
            return standing(tx, device, epoch, self.now_ms)

    def state(self, state: DeviceState, *, is_news: bool = True) -> None:
        """Let a state arrive."""
        with self.database.write() as tx:
            store_state(tx, DEVICE, state, self.now_ms, is_news=is_news)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Look into the database."""
        with self.database.read() as snapshot:
            return [tuple(row) for row in snapshot.query(query)]


def event(seq: int, kind: str, **payload: Value) -> Event:
    """Return an event, a second after the one before."""
    return Event(seq, kind, OPENED_MS + seq * 1000, payload)


def opened(seq: int = 1, day: str = DAY) -> Event:
    """Return the opening of a day."""
    return event(seq, "day.opened", site=SITE, day=day)


def issued(seq: int, ticket: int, number: str, **more: Value) -> Event:
    """Return a ticket's beginning."""
    return event(seq, "ticket.issued", t=ticket, n=number, day=DAY, s=number[0], l="vi", **more)
