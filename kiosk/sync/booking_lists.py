"""Stores the lists of bookings that the city sends (today's and tomorrow's), and today's key for digests of persons."""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.config import Settings
from kiosk.errors import WireError
from kiosk.model.time import business_day
from kiosk.store import bookings, meta
from kiosk.store.bookings import Booking
from kiosk.store.database import Store, to_ms
from kiosk.store.daykey import DayKey
from kiosk.wire.day_list import DayList, decode_list

log = logging.getLogger(__name__)


class BookingLists:
    """The newest list of each day that is not over, stored as soon as its day is today or tomorrow.

    They are also kept in memory: a kiosk without a clock chip may receive a list before it knows that its day has come,
    and tomorrow's key must not be on a disk.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        """Prepare; nothing is known before the first list arrives."""
        self._site = settings.site
        self._public_keys = [bytes.fromhex(key) for key in settings.site.city_keys.booking]
        self._store = store
        self._key = DayKey(settings.home)
        self._held: dict[str, DayList] = {}
        self._stored_ms: dict[str, int] = {}
        self._adopted: tuple[str, int] | None = None
        self._complaint = ""
        self._day = ""

    def take(self, body: bytes) -> None:
        """Accept a list for this site. Anything but a newer list of the city changes nothing and is logged."""
        if not body:
            return  # an empty retained message: the topic was cleared
        try:
            listed = decode_list(body, self._public_keys)
            if listed.site != self._site.code:
                raise WireError(f"list: it is of site {listed.site}, we are {self._site.code}")
            self._check_newer(listed)
        except WireError as error:
            self._complain(str(error))
            return
        self._held[listed.day] = listed

    def settle(self) -> None:
        """Bring the store up to date with the lists in memory; called repeatedly, also when only time has passed.


        Raises:
            FullError: no space is left; the next call tries again.
            StoreError: the store cannot be read or written.
        """
        if not self._held:
            return
        today = self._today()
        tomorrow = (date.fromisoformat(today) + timedelta(days=1)).isoformat()
        if today != self._day:
            # the date was wrong meanwhile: the stored list and the key of this day may have been deleted
            self._day, self._adopted = today, None
            self._stored_ms.clear()
        if self._store.now().is_settled:  # until then a day that seems to be over may come back
            self._held = {day: listed for day, listed in self._held.items() if day >= today}
        for day, listed in self._held.items():
            if today <= day <= tomorrow and self._stored_ms.get(day) != listed.made_ms:
                self._store_list(listed)
        current = self._held.get(today)
        if current is not None and self._adopted != (today, current.made_ms):
            try:
                if current.key is not None:
                    self._key.adopt(today, current.key)
                self._adopted = (today, current.made_ms)
            except OSError as error:
                self._complain(f"the city's key of the day cannot be kept yet: {error}")

    def _check_newer(self, listed: DayList) -> None:
        """Refuse a list that is older than the stored one; the same list again is no news and no error."""
        held = self._held.get(listed.day)
        with self._store.read() as snapshot:
            kept_ms = held.made_ms if held else bookings.made_ms_of(snapshot, listed.site, listed.day)
        if kept_ms is not None and listed.made_ms < kept_ms:
            raise WireError(f"list: that of {listed.day} is {(kept_ms - listed.made_ms) / 1000:.0f} s older than ours")

    def _store_list(self, listed: DayList) -> None:
        rows = [
            Booking(
                code=row.code,
                site=listed.site,
                day=listed.day,
                service=row.service,
                at_ms=self._ms_of(listed.day, row.minute),
                procedure=row.procedure,
                person=row.person,
            )
            for row in listed.bookings
        ]
        with self._store.write() as tx:
            kept_ms = bookings.made_ms_of(tx, listed.site, listed.day)
            if kept_ms != listed.made_ms:
                bookings.replace_day(tx, listed.site, listed.day, rows, listed.made_ms)
                log.info("%d bookings for %s", len(rows), listed.day)
        self._stored_ms[listed.day] = listed.made_ms

    def _ms_of(self, day: str, minute: int) -> int:
        midnight = datetime.combine(date.fromisoformat(day), time(), ZoneInfo(self._site.timezone))
        return to_ms(midnight) + minute * 60_000

    def _today(self) -> str:
        with self._store.read() as snapshot:
            return business_day(self._store.now(), self._site.timezone, meta.last_day(snapshot))

    def _complain(self, message: str) -> None:
        """Log an error once: a broker sends a bad retained message again at every connect."""
        if message != self._complaint:
            self._complaint = message
            log.warning("%s; what is kept stays", message)
