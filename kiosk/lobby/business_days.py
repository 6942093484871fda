"""Changes of the business day: forward at midnight, and in either direction after a wrong clock was corrected.

The new day opens as soon as the date changes. The days before are closed, and old data is deleted, only after the time
has run for an hour without a jump. So a wrong date deletes nothing, and the numbers of a day continue when its date
comes back.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta

from kiosk.config import Home, Settings
from kiosk.model.event import DayClosed, DayOpened, TicketExpired
from kiosk.model.ticket import State
from kiosk.model.time import LONGEST_CORRECTION, Now, business_day, local
from kiosk.records import Record
from kiosk.store import bookings, jobs, journal, meta, persons, questions, tickets
from kiosk.store.database import Snapshot, Transaction
from kiosk.store.daykey import DayKey

log = logging.getLogger(__name__)

_TICKETS_KEPT = timedelta(days=366)
"""They contain no personal data, and a ward compares itself with the year before."""
_JOURNAL_KEPT = timedelta(days=30)
"""How long events are kept after the city has stored them: a city restored from a backup may request them again."""
_STILL_HERE = timedelta(hours=4)
"""A visitor who took a number longer ago than this, before the date was corrected, has been served or has left."""


class Day(Record):
    """A business day as an ISO date, and whether data was deleted when it began."""

    name: str
    has_let_go: bool = False


def is_due(snapshot: Snapshot, now: Now, settings: Settings) -> bool:
    """Tell whether the day must change, or an earlier day must be closed; not before the first visitor."""
    last = meta.last_day(snapshot)
    day = business_day(now, settings.site.timezone, last)
    return bool(last) and (day != last or _is_to_end(snapshot, now, day))


def turn_page(tx: Transaction, settings: Settings) -> Day:
    """Return the business day of a transaction; open it first if it is not the last opened one."""
    before = meta.last_day(tx)
    day = business_day(tx.now, settings.site.timezone, before)
    if before and day != before:
        _take_along(tx, settings.site.timezone, before, day)
    has_ended = _is_to_end(tx, tx.now, day)
    if has_ended:
        _end(tx, day)
    if day != before:
        tx.append(DayOpened(day, settings.site.code))
        meta.open_day(tx, day)
    if has_ended:
        _let_go(tx, settings.home, day)
    return Day(day, has_ended)


def _is_to_end(snapshot: Snapshot, now: Now, day: str) -> bool:
    ended = meta.ended_before(snapshot) or meta.last_day(snapshot)
    return now.is_settled and ended != day


def _take_along(tx: Transaction, zone: str, before: str, day: str) -> None:
    """Move the waiting tickets into the queue of the corrected day."""
    if not meta.ended_before(tx):
        meta.end_before(tx, before)
    anchor = tx.now.anchor
    if tx.now.is_settled and local(anchor.at(anchor.since_s), zone).date().isoformat() < day:
        return  # midnight
    here_s = tx.now.uptime_s - _STILL_HERE.total_seconds()
    tickets.gather(tx, (before, day), anchor.boot_id, here_s)
    if day < before:
        persons.forget_after(tx, day)
        meta.note_leap(tx, None)
    elif date.fromisoformat(day) - date.fromisoformat(before) > LONGEST_CORRECTION:
        meta.note_leap(tx, day)


def _end(tx: Transaction, day: str) -> None:
    """Close the days before: tickets that are still open expire."""
    ended = meta.ended_before(tx) or meta.last_day(tx)
    for ticket in tickets.open_on_other_days(tx, day):
        seq = tx.append(TicketExpired(ticket.id))
        tickets.update(tx, ticket, state=State.EXPIRED, ended_ms=tx.now_ms, ended_seq=seq)
        jobs.dismiss(tx, ticket.id, "its day is over", now_ms=tx.now_ms)
    if ended:
        tx.append(DayClosed(ended))
    meta.end_before(tx, day)


def _let_go(tx: Transaction, home: Home, day: str) -> None:
    """Delete what was kept for one day (who took how many numbers), and what has become old."""
    try:
        # Reading today's key deletes yesterday's, and keeps a key that the city has already sent for today.
        DayKey(home).of(day)
    except OSError as error:
        log.error("the key of the day that is over could not be destroyed: %s", error)
    persons.forget_before(tx, day)
    leap = meta.leap(tx)
    if leap and date.fromisoformat(day) - date.fromisoformat(leap) <= LONGEST_CORRECTION:
        return  # the date has jumped, and the numbers of the day before the jump may be needed again
    bookings.forget_before(tx, day)
    questions.prune(tx, tx.now_ms)
    journal.prune(tx, tx.now_ms - _JOURNAL_KEPT // timedelta(milliseconds=1))
    tickets.forget_before(tx, (date.fromisoformat(day) - _TICKETS_KEPT).isoformat())
    jobs.forget_before(tx, tx.now_ms - _TICKETS_KEPT // timedelta(milliseconds=1))
