"""The time that the hall uses, the evidence against it, and its correction by hand."""

from __future__ import annotations

from datetime import datetime

from kiosk.errors import RefusedError
from kiosk.lobby.context import Context
from kiosk.model.event import TimeSet
from kiosk.model.time import LATEST, RELEASED_AT, Source, Trust, business_day, is_certain, is_possible, local
from kiosk.records import Record
from kiosk.store import meta
from kiosk.store.database import to_ms


class TimeView(Record):
    """The believed time; all times are local to the site.

    `machine` is this machine's clock. `claimed` is a time that a source (`claimed_by`: `server` or `city`) reports and
    that is not believed. If `is_certain` is false, a mark stands beside the time.
    """

    now: datetime
    day: str
    trust: Trust
    is_certain: bool
    machine: datetime
    is_synchronised: bool
    has_clock_chip: bool
    claimed: datetime | None = None
    claimed_by: str = ""


class Timing:
    """The time of one hall."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def look(self) -> TimeView:
        """Return the time as it is believed now."""
        zone = self._context.settings.site.timezone
        with self._context.store.read() as snapshot:
            reading, now = self._context.store.clock.read(), self._context.store.now()
            day = business_day(now, zone, meta.last_day(snapshot))
        claim = now.anchor.claim
        return TimeView(
            now=local(now.utc, zone),
            day=day,
            trust=now.trust,
            is_certain=is_certain(now, zone, day),
            machine=local(reading.wall, zone),
            is_synchronised=reading.is_synchronised,
            has_clock_chip=reading.has_rtc,
            claimed=local(claim.utc + (now.utc - now.anchor.at(claim.uptime_s)), zone) if claim else None,
            claimed_by=claim.source.value if claim else "",
        )

    def set(self, utc: datetime) -> TimeView:
        """Accept the time from a person, at once; the business day changes with it, and the journal records it.


        Args:
            utc: aware UTC, as it is now.
        Raises:
            RefusedError: no kiosk with this release can live at such a time.
        """
        if not is_possible(utc):
            raise RefusedError(
                f"{utc:%Y-%m-%d} cannot be: it is not between {RELEASED_AT:%Y-%m-%d} and {LATEST:%Y-%m-%d}"
            )
        before = self._context.store.now()
        self._context.store.confirm_time(utc, Source.HAND)
        with self._context.change() as (tx, _):
            tx.append(TimeSet(Source.HAND.value, to_ms(before.utc)))
        return self.look()
