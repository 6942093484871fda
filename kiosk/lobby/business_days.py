"""From one business day to another: forward at midnight, and in any direction when a clock that was wrong is set right.

A page is turned as soon as the date is another one. What that ends is ended, and what it lets go is let go, only once
the time has stood without a jump for an hour: so a wrong date costs nothing. The numbers of a day go on where they
were when it comes back.
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
"""They name nobody, and a year of them is what a ward compares itself with."""
_JOURNAL_KEPT = timedelta(days=30)
"""How long events stay after the city has stored them, so that a city restored from backup can ask again."""
_STILL_HERE = timedelta(hours=4)
"""Who took a number longer ago than this, before the date was set right, has been served or has left."""


class Day(Record):
    """A business day as ISO date, and whether something was let go when it began."""

    name: str
    has_let_go: bool = False


def is_due(snapshot: Snapshot, now: Now, settings: Settings) -> bool:
    """Tell whether a page is to be turned, or an earlier one to be ended at last; not before a first visitor."""
    last = meta.last_day(snapshot)
    day = business_day(now, settings.site.timezone, last)
    return bool(last) and (day != last or _is_to_end(snapshot, now, day))


def turn_page(tx: Transaction, settings: Settings) -> Day:
    """Return the business day of a transaction, turning the page when it is another than the last."""
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
    """Let those who are in the hall stand in the queue of the day that it turns out to be."""
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
    """End the days before: what is still open expires."""
    ended = meta.ended_before(tx) or meta.last_day(tx)
    for ticket in tickets.open_on_other_days(tx, day):
        seq = tx.append(TicketExpired(ticket.id))
        tickets.update(tx, ticket, state=State.EXPIRED, ended_ms=tx.now_ms, ended_seq=seq)
        jobs.dismiss(tx, ticket.id, "its day is over", now_ms=tx.now_ms)
    if ended:
        tx.append(DayClosed(ended))
    meta.end_before(tx, day)


def _let_go(tx: Transaction, home: Home, day: str) -> None:
    """Let go what was kept for a day, who took how many numbers; and what has become old."""
    try:
        # Asking for today's key destroys yesterday's, and keeps what the city may have sent for today already.
        DayKey(home).of(day)
    except OSError as error:
        log.error("the key of the day that is over could not be destroyed: %s", error)
    persons.forget_before(tx, day)
    leap = meta.leap(tx)
    if leap and date.fromisoformat(day) - date.fromisoformat(leap) <= LONGEST_CORRECTION:
        return  # the date has leapt, and the numbers of the day it leapt from may be needed once more
    bookings.forget_before(tx, day)
    questions.prune(tx, tx.now_ms)
    journal.prune(tx, tx.now_ms - _JOURNAL_KEPT // timedelta(milliseconds=1))
    tickets.forget_before(tx, (date.fromisoformat(day) - _TICKETS_KEPT).isoformat())
    jobs.forget_before(tx, tx.now_ms - _TICKETS_KEPT // timedelta(milliseconds=1))
