"""Keeps the lists of bookings that the city sends: today's and tomorrow's, and today's key for digests of persons."""

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
    """The newest list of each day that is not over, put into the store as soon as its day is today or tomorrow.

    They are held in memory too: a kiosk without a clock chip is told of a day before it knows that it has come, and
    tomorrow's key is nothing to leave on a disk.
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
        """Take what arrived for this site; what is not the city's newest list of it changes nothing and is logged."""
        if not body:
            return  # a topic that was cleared: the city knows nothing, and neither do we
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
        """Bring the store up to what is held; called again and again, also when only time has passed.

        Raises:
            FullError: no space is left; the next call tries again.
            StoreError: the store cannot be read or written.
        """
        if not self._held:
            return
        today = self._today()
        tomorrow = (date.fromisoformat(today) + timedelta(days=1)).isoformat()
        if today != self._day:
            # The date has been another: what was put into store and key file for this day may have gone since.
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
        """Refuse a list older than the one kept; the same one once more is no news and no complaint."""
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
        """Log what is wrong once: a broker hands a bad retained document out again at every connect."""
        if message != self._complaint:
            self._complaint = message
            log.warning("%s; what is kept stays", message)
