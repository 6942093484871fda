"""Publishes each site's lists of bookings, today's and tomorrow's, after every change."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from kiosk.city import bookings
from kiosk.city.calendar import day_of
from kiosk.city.database import CityDatabase
from kiosk.errors import EncodingError
from kiosk.model.time import to_ms
from kiosk.wire.day_list import encode_list

log = logging.getLogger(__name__)

Place = tuple[str, str]
"""A site and a day."""


class DayLists:
    """The lists that the broker has, by site and day, so that only changed ones are published.

    Several workers of one city publish the same bytes: everything in a list comes from the database, its time too.
    """

    def __init__(
        self, database: CityDatabase, sign: Callable[[bytes], bytes], send: Callable[[str, bytes], None]
    ) -> None:
        """Prepare.

        Args:
            sign: returns the Ed25519 signature of a message.
            send: keeps a payload at the broker, for a site; raises `EncodingError` for one that can be no topic.
        """
        self._database = database
        self._sign = sign
        self._send = send
        self._sent: dict[Place, int] = {}

    def forget_sent(self) -> None:
        """Record that the broker may have lost its lists."""
        self._sent.clear()

    def send_news(self, utc: datetime) -> None:
        """Publish the changed lists.


        Raises:
            StoreError: the database cannot be read, or a new day's keys not be written.
        """
        now_ms = to_ms(utc)
        days = (day_of(utc), day_of(utc + timedelta(days=1)))
        with self._database.read() as snapshot:
            sites = bookings.sites(snapshot, days[0])
            made = bookings.standings(snapshot, days[0])
        if any((site, day) not in made for site in sites for day in days):
            made = self._begin(sites, days, now_ms)
        for site in sites:
            if any(self._sent.get((site, day)) != made[site, day] for day in days):
                # Today's last: the broker keeps one list for each site, for a kiosk that comes online later.
                for day in reversed(days):
                    self._send_list(site, day)
                    self._sent[site, day] = made[site, day]

    def _begin(self, sites: list[str], days: tuple[str, str], now_ms: int) -> dict[Place, int]:
        """Create each site's key for each day, and delete those of past days."""
        self._sent = {place: made_ms for place, made_ms in self._sent.items() if place[1] in days}
        with self._database.write() as tx:
            bookings.forget_keys(tx, days[0])
            for site in sites:
                for day in days:
                    bookings.day_key(tx, site, day, now_ms)
            return bookings.standings(tx, days[0])

    def _send_list(self, site: str, day: str) -> None:
        with self._database.read() as snapshot:
            listed = bookings.day_list(snapshot, site, day)
        if listed is None:
            return
        try:
            body = encode_list(listed, self._sign)
            self._send(site, body)
        except EncodingError as error:
            log.error("the list of %s for %s is not sent: %s", site, day, error)
            return
        log.info("%d bookings of %s for %s sent, %d bytes", len(listed.bookings), site, day, len(body))
