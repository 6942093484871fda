"""A kiosk with a past: many tickets and events on file, as after months of service."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta

from kiosk.config import Settings
from kiosk.store.database import Store

_A_DAY = 500


def write_past(settings: Settings, count: int) -> None:
    """Write `count` finished tickets of earlier days, with their events, into the database."""
    site = settings.site.code
    letters = [service.letter for service in settings.site.services]
    with closing(Store.open(settings.home.database)) as store, store.write() as tx:
        start = date.today() - timedelta(days=count // _A_DAY + 1)  # what is older than a year is let go
        tickets = []
        for n in range(count):
            day = (start + timedelta(days=n // _A_DAY)).isoformat()
            letter = letters[n % len(letters)]
            at = tx.now_ms - (count - n) * 60_000
            tickets.append(
                (site, day, letter, n % _A_DAY // len(letters) + 1, letter, at, at, at + 60_000, at + 400_000)
            )
        tx.executemany(
            "INSERT INTO ticket (site, device, day, letter, number, service, state, language, issued_ms, since_ms,"
            " counter, called_ms, announced_ms, ended_ms, calls, queue_day)"
            " VALUES (?1, 'past', ?2, ?3, ?4, ?5, 'done', 'vi', ?6, ?7, 1, ?8, ?8, ?9, 1, ?2)",
            tickets,
        )
        tx.executemany(
            "INSERT INTO journal (kind, at_ms, wall_ms, uptime_ms, boot, trust, payload)"
            ' VALUES (\'ticket.issued\', ?1, ?1, 0, \'past\', 1, \'{"t":1,"n":"A001","s":"A","l":"vi"}\')',
            [(row[5],) for row in tickets for _ in range(4)],
        )
