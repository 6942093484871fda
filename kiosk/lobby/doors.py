"""The doors of the hall: its settings, its clock and its database, and how every change goes through them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from kiosk.clock import Clock
from kiosk.config import Settings
from kiosk.errors import ClosedError, StoreError, UnknownNameError
from kiosk.i18n import chosen
from kiosk.model.hours import is_open
from kiosk.model.ticket import State, Step, parse_number
from kiosk.model.time import Trust, business_day, local
from kiosk.store import bookings, jobs, meta, persons, questions, tickets
from kiosk.store.database import Store, Transaction, to_utc
from kiosk.store.daykey import DayKey
from kiosk.store.tickets import TicketRow

log = logging.getLogger(__name__)

_TICKETS_KEPT = timedelta(days=366)
"""They name nobody, and a year of them is what a ward compares itself with."""
_JOURNAL_KEPT = timedelta(days=30)
"""How long events stay after the city has stored them, so that a city restored from backup can ask again."""


class Doors:
    """One hall, as one process sees it. One thread uses it.

    The database is opened when first asked for, and tried again after it could not be: so a screen comes up, and says
    what is wrong, even while the database is damaged.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self._clock = clock
        self._store: Store | None = None
        self._has_log_to_shed = False

    @property
    def store(self) -> Store:
        """The database, opened now if it is not yet.

        Raises:
            StoreError: it cannot be opened.
        """
        if self._store is None:
            self._store = Store.open(self.settings.home.database, self._clock)
        return self._store

    def close(self) -> None:
        """Close the database; closing twice is fine."""
        if self._store is not None:
            self._store.close()

    def today(self) -> str:
        """Return the business day of this moment."""
        now = self.store.now()
        with self.store.read() as connection:
            return business_day(now, self.settings.site.timezone, meta.last_day(connection))

    def local_at(self, ms: int) -> datetime:
        """Return UTC milliseconds as the site's local time."""
        return local(to_utc(ms), self.settings.site.timezone)

    @contextmanager
    def change(self) -> Iterator[tuple[Transaction, str]]:
        """Open a transaction on the right business day, turning the page first when a new one has begun."""
        with self.store.write() as tx:
            before = meta.last_day(tx.connection)
            day = business_day(tx.now, self.settings.site.timezone, before)
            if day != before:
                self._turn_page(tx, before, day)
            yield tx, day
        if self._has_log_to_shed:
            self._shed_log()

    def keep_day(self) -> None:
        """Turn the page if a new day has begun, so that what goes with a day goes at midnight and not with a visitor.

        While the time is doubtful this is left to a visitor: it would end the tickets of people who still wait.
        """
        now = self.store.now()
        last = meta.last_day(self.store.connection)
        if last and now.trust > Trust.DOUBTFUL and business_day(now, self.settings.site.timezone, last) != last:
            with self.change():
                pass

    def find(self, day: str, number: str) -> TicketRow:
        """Return the ticket with a number of a day.

        Raises:
            UnknownNameError: no such number was given that day.
        """
        parsed = parse_number(number)
        key = (self.settings.site.code, day, *parsed) if parsed else None
        found = tickets.find(self.store.connection, key) if key else None
        if found is None:
            hint = "" if parsed else "; a number looks like A001"
            raise UnknownNameError("ticket of today", number + hint)
        return found

    def check_open(self, tx: Transaction) -> None:
        """Refuse what needs an open hall and a kiosk in service.

        Raises:
            ClosedError: outside opening hours, or the kiosk was taken out of service.
        """
        site = self.settings.site
        if meta.out_of_service(tx.connection) is not None:
            raise ClosedError("this kiosk is out of service; `kiosk service on` puts it back")
        if not is_open(local(tx.now.utc, site.timezone), site.hours.of):
            raise ClosedError(f"the hall is closed now: {chosen(site.hours.closed, 'en')}")

    def _shed_log(self) -> None:
        """Take what was let go out of the log too; when it cannot be now, the next change tries again."""
        try:
            self._has_log_to_shed = not self.store.shed_log()
        except StoreError as error:
            # What was asked for is committed: nobody may hear that it failed.
            log.warning("the log of the day that is over could not be emptied yet: %s", error)

    def _turn_page(self, tx: Transaction, before: str, day: str) -> None:
        """End the old day: what is still open expires; then open the new one."""
        for ticket in tickets.still_open(tx.connection, before):
            seq = tx.append(Step.EXPIRE, {"t": ticket.id})
            tickets.update(tx.connection, ticket.id, state=State.EXPIRED, ended_ms=tx.now_ms, ended_seq=seq)
            jobs.dismiss(tx.connection, ticket.id, "its day is over", now_ms=tx.now_ms)
        if before:
            tx.append("day.closed", {"day": before})
        tx.append("day.opened", {"day": day, "site": self.settings.site.code})
        meta.open_day(tx.connection, day)
        self.store.journal.prune(tx.now_ms - int(_JOURNAL_KEPT.total_seconds() * 1000))
        self._forget_before(tx, day)

    def _forget_before(self, tx: Transaction, day: str) -> None:
        """Let go what was kept for a day: who took how many numbers, the bookings, the questions; and old tickets."""
        try:
            # Asking for today's key destroys yesterday's, and keeps what the city may have sent for today already.
            DayKey(self.settings.home).of(day)
        except OSError as error:
            log.error("the key of the day that is over could not be destroyed: %s", error)
        persons.forget_before(tx.connection, day)
        bookings.forget_before(tx.connection, day)
        questions.prune(tx.connection, tx.now_ms)
        tickets.forget_before(tx.connection, (date.fromisoformat(day) - _TICKETS_KEPT).isoformat())
        jobs.forget_before(tx.connection, tx.now_ms - int(_TICKETS_KEPT.total_seconds() * 1000))
        self._has_log_to_shed = True
