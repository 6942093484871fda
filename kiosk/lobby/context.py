"""What all services of the lobby share: settings, clock, database, and the one way to change data."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from kiosk.clock import Clock
from kiosk.config import Settings
from kiosk.errors import ClosedError, StoreError, UnknownNameError
from kiosk.i18n import chosen
from kiosk.lobby.business_days import is_due, turn_page
from kiosk.model.hours import is_open
from kiosk.model.ticket import parse_number
from kiosk.model.time import Trust, business_day, local
from kiosk.store import meta, tickets
from kiosk.store.database import Snapshot, Store, Transaction, to_utc
from kiosk.store.tickets import TicketRow

log = logging.getLogger(__name__)


class Context:
    """One hall in one process. One thread uses it.

    The database is opened on first use. If that fails, the next use tries again. So a screen starts and shows the fault
    while the database is damaged.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self._clock = clock
        self._store: Store | None = None
        self._has_log_to_shed = False

    @property
    def store(self) -> Store:
        """The database, opened on first use.


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
        """Return the current business day."""
        with self.store.read() as snapshot:
            return business_day(self.store.now(), self.settings.site.timezone, meta.last_day(snapshot))

    def local_at(self, ms: int) -> datetime:
        """Return UTC milliseconds as the site's local time."""
        return local(to_utc(ms), self.settings.site.timezone)

    @contextmanager
    def change(self) -> Iterator[tuple[Transaction, str]]:
        """Open a transaction on the right business day; change the day first if a new one has begun."""
        with self.store.write() as tx:
            day = turn_page(tx, self.settings)
            self._has_log_to_shed |= day.has_let_go
            yield tx, day.name
        if self._has_log_to_shed:
            self._shed_log()

    def keep_day(self) -> None:
        """Change the business day if a new one has begun, so that its data is deleted at midnight and not at the next
        visit.

        While the time is doubtful, the next visitor's transaction does this. The believed time is stored here, too.
        """
        now = self.store.now()
        with self.store.read() as snapshot:
            is_late = now.trust > Trust.DOUBTFUL and is_due(snapshot, now, self.settings)
        if is_late or self.store.has_news(now):
            with self.change():
                pass

    def find(self, snapshot: Snapshot, day: str, number: str) -> TicketRow:
        """Return the ticket with a number of a day.

        Raises:
            UnknownNameError: no such number was given that day.
        """
        parsed = parse_number(number)
        key = (self.settings.site.code, day, *parsed) if parsed else None
        found = tickets.find(snapshot, key) if key else None
        if found is None:
            hint = "" if parsed else "; a number looks like A001"
            raise UnknownNameError("ticket of today", number + hint)
        return found

    def check_open(self, tx: Transaction) -> None:
        """Refuse an action while the hall is closed or the kiosk is out of service.


        Raises:
            ClosedError: outside opening hours, or the kiosk was taken out of service.
        """
        site = self.settings.site
        if meta.out_of_service(tx) is not None:
            raise ClosedError("this kiosk is out of service; `kiosk service on` puts it back")
        if not is_open(local(tx.now.utc, site.timezone), site.hours.of):
            raise ClosedError(f"the hall is closed now: {chosen(site.hours.closed, 'en')}")

    def _shed_log(self) -> None:
        """Remove deleted rows from the write-ahead log, too; if that fails, the next change tries again."""
        try:
            self._has_log_to_shed = not self.store.shed_log()
        except StoreError as error:
            # the change is committed: nothing here may report a failure of it
            log.warning("the log of the day that is over could not be emptied yet: %s", error)
