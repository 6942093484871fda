"""A city with whatever a test lets its kiosks say, and its pages served by a real server on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from kiosk.city import bookings
from kiosk.city.bookings import CityBooking
from kiosk.city.database import CityDatabase
from kiosk.city.ingest import store_batch, store_state
from kiosk.city.web import create_app
from kiosk.model.event import Event, Value
from kiosk.model.token import token_of
from kiosk.serving import PageServer
from kiosk.wire.batch import Batch
from kiosk.wire.messages import DeviceState
from tests.clocks import FakeClock

SITE, DAY = "00082", "2026-11-23"


class TalkingKiosk:
    """One kiosk as the city hears it: what it says is stored at once, at the clock's time."""

    def __init__(self, city: City, device: str = "cua-nam-1", epoch: bytes = b"epoch--1", site: str = SITE) -> None:
        self.city = city
        self.device = device
        self.epoch = epoch
        self.site = site
        self._seq = 0
        self._tickets = 0
        self.say("day.opened", day=DAY, site=site)
        self.is_online(True)

    def say(self, kind: str, **payload: Value) -> None:
        """Tell the city one event."""
        self._seq += 1
        at_ms = round(self.city.now.timestamp() * 1000)
        batch = Batch(self.epoch, (Event(self._seq, kind, at_ms, payload),))
        with self.city.database.write() as tx:
            store_batch(tx, self.device, batch, at_ms)

    def take(self, letter: str = "A", priority: str | None = None, number: str = "", language: str = "vi") -> int:
        """Issue a ticket and return its id."""
        self._tickets += 1
        number = number or f"{letter}{self._tickets:03d}"
        extra = {"g": priority} if priority else {}
        self.say("ticket.issued", t=self._tickets, n=number, day=DAY, s=letter, l=language, **extra)
        return self._tickets

    def token(self, number: str) -> str:
        """Return the token printed on a slip of this kiosk."""
        return token_of(self.epoch, self.site, DAY, number)

    def is_online(self, is_online: bool, **health: str) -> None:
        """Let the broker say whether the kiosk is connected, and the kiosk how it is."""
        state = DeviceState(is_online, self.epoch, release="0.1.0", health={"printer": "ok", **health})
        with self.city.database.write() as tx:
            store_state(tx, self.device, state, round(self.city.now.timestamp() * 1000), is_news=is_online)


class City:
    """A city's database and the clock its pages go by."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.database = CityDatabase.open(folder / "city.db")

    @property
    def now(self) -> datetime:
        """The time in the city, aware UTC."""
        return self.clock.reading.wall

    def book(self, code: str, site: str = SITE, minute: int = 570) -> None:
        """Reserve a number online for service A."""
        with self.database.write() as tx:
            booking = CityBooking(code, site, DAY, minute, "A")
            bookings.add(tx, booking, round(self.now.timestamp() * 1000))

    def unused(self, site: str) -> list[str]:
        """Return the codes at a site with which nobody has come."""
        with self.database.read() as snapshot:
            return [b.code for b in bookings.from_day(snapshot, DAY) if b.site == site and b.state == "booked"]

    def pass_minutes(self, minutes: int) -> None:
        """Let time go by."""
        self.clock.pass_time(minutes=minutes)


@contextmanager
def served(city: City) -> Iterator[str]:
    """Serve the city's pages and yield where."""
    server = PageServer(create_app(city.database, city.clock))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=[[listener]])
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
            city.database.close()
