"""A ward with a city that knows its kiosks: bookings and dossiers go in here and come out there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kiosk import config
from kiosk.city import bookings, dossiers
from kiosk.city.bookings import CityBooking
from kiosk.city.calendar import day_of
from kiosk.city.database import CityDatabase
from kiosk.city.dossiers import Dossier
from kiosk.city.keys import make_keys
from kiosk.config import Settings
from kiosk.crypto import digest_of_dossier
from kiosk.records import replace
from kiosk.store import bookings as kept
from kiosk.store import questions
from kiosk.store.database import Store
from kiosk.wire.requests import DOSSIER
from tests.city.ends import settings_at
from tests.databases import look
from tests.healths import health_words

SITE = "00082"
CODE = "000.00.01.H26-260930-0012"
_PATIENCE_MS = 60_000


class Ward:
    """A city with its keys, and kiosks that know them."""

    def __init__(self, root: Path, broker: config.Broker) -> None:
        self.root = root
        self.broker = broker
        self.city = settings_at(root / "city", broker, "operations")
        self.public = make_keys(self.city.home.var)
        self.today = day_of(datetime.now(UTC))

    def kiosk(self, device: str = "k00082-1", broker: config.Broker | None = None) -> Settings:
        """Return a kiosk of the site."""
        keys = {"booking": [self.public.booking], "sealing": self.public.sealing}
        return settings_at(self.root / device, broker or self.broker, device, city_keys=keys)

    def second_worker(self) -> Settings:
        """Return a city in a home of its own, on the same database."""
        other = settings_at(self.root / "city-2", self.broker, "operations-2")
        database = str(self.city.home.var / "city.db")
        city = msgspec.structs.replace(other.kiosk.city, database=database)
        return replace(other, kiosk=msgspec.structs.replace(other.kiosk, city=city))

    @contextmanager
    def database(self) -> Iterator[CityDatabase]:
        """Open the city's database as another process would."""
        with closing(CityDatabase.open(self.city.home.var / "city.db")) as database:
            yield database

    def book(self, code: str) -> None:
        """Reserve a number at the site today."""
        with self.database() as database, database.write() as tx:
            assert bookings.add(tx, CityBooking(code, SITE, self.today, 570, "A"), 1)

    def know(self, code: str, state: str) -> None:
        """Let the city know a dossier."""
        with self.database() as database, database.write() as tx:
            dossiers.put(tx, Dossier(code, state, None, None, None, 1))

    def has(self, kiosk: Settings, *codes: str) -> bool:
        """Tell whether a kiosk has just these bookings today."""
        with closing(Store.open(kiosk.home.database)) as store:
            return [booking.code for booking in kept.of_day(look(store), SITE, self.today)] == list(codes)


def ask(kiosk: Settings) -> int:
    """Ask where the dossier is, as the screen would, and return the question."""
    with closing(Store.open(kiosk.home.database)) as store:
        return ask_in(store)


def ask_in(store: Store) -> int:
    """Ask in a store that is open."""
    with store.write() as tx:
        return questions.ask(tx, DOSSIER, digest_of_dossier(CODE), tx.now_ms, tx.now_ms + _PATIENCE_MS)


def is_online(settings: Settings, process: str) -> bool:
    """Tell whether an end of the line has its broker."""
    return health_words(settings.home).get(process, {}).get("why") in ("", "city_silent")
