"""Tickets on disk. Plain SQL: these are the hot paths of a kiosk."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from kiosk.model.ticket import OPEN, State, number_text

_COLUMNS = (
    "id, site, device, day, letter, number, service, state, priority, procedure, language, "
    "issued_ms, booked_ms, since_ms, counter, called_ms, announced_ms, serving_ms, ended_ms, calls, by_post, "
    "queue_day, called_seq, announced_seq"
)

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN))


class TicketRow(Struct, frozen=True):
    """One row. `letter` and `number` never change; `service` is where the ticket waits now.

    `day` names its number, `queue_day` is the business day in whose queue it stands: they differ only when the number
    was given under a date that turned out to be wrong.
    Times are UTC milliseconds, for showing; order is by the journal's seqs. `called_ms` and `called_seq` are the call
    of this turn, `announced_ms` and `announced_seq` that call or its latest recall.
    """

    id: int
    site: str
    device: str
    day: str
    letter: str
    number: int
    service: str
    state: State
    priority: str | None
    procedure: str | None
    language: str
    issued_ms: int
    booked_ms: int | None
    since_ms: int
    counter: int | None
    called_ms: int | None
    announced_ms: int | None
    serving_ms: int | None
    ended_ms: int | None
    calls: int
    by_post: bool
    queue_day: str
    called_seq: int | None
    announced_seq: int | None

    @property
    def text(self) -> str:
        """The number as people read it."""
        return number_text(self.letter, self.number)


class NewTicket(Struct, frozen=True):
    """What is known of a ticket when it is taken; `booked_ms` is the time it was booked for online."""

    site: str
    device: str
    day: str
    letter: str
    number: int
    priority: str | None
    procedure: str | None
    language: str
    issued_ms: int
    booked_ms: int | None = None


Series = tuple[str, str, str, str]
"""What counts numbers: site, device, day, letter. Kiosks that share a hall will count in rings of their own."""


def next_number(connection: sqlite3.Connection, series: Series, first: int) -> int:
    """Take the next number of a series; the first of the day is `first`.

    A series that begins in the middle of a day, because the kiosk was given another name, goes on above what is given.
    """
    site, _, day, letter = series
    (number,) = connection.execute(
        "INSERT INTO series VALUES (?, ?, ?, ?, max(?, (SELECT 1 + coalesce(max(number), 0) FROM ticket"
        " WHERE site = ? AND day = ? AND letter = ?))) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last",
        [*series, first, site, day, letter],
    ).fetchone()
    return int(number)


def insert(connection: sqlite3.Connection, new: NewTicket) -> int:
    """Write a new waiting ticket and return its row id."""
    cursor = connection.execute(
        "INSERT INTO ticket (site, device, day, letter, number, service, state, priority, procedure, language,"
        " issued_ms, since_ms, booked_ms, queue_day) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            new.site,
            new.device,
            new.day,
            new.letter,
            new.number,
            new.letter,
            State.WAITING,
            new.priority,
            new.procedure,
            new.language,
            new.issued_ms,
            new.issued_ms,
            new.booked_ms,
            new.day,
        ],
    )
    return cursor.lastrowid or 0


def update(connection: sqlite3.Connection, ticket: int, **columns: int | str | None) -> None:
    """Set columns of a ticket; the names come from our own code, never from outside."""
    names = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(f"UPDATE ticket SET {names} WHERE id = ?", [*columns.values(), ticket])


def rate(connection: sqlite3.Connection, ticket: int) -> bool:
    """Note that a visitor has said how it was, and tell whether this is the first time."""
    cursor = connection.execute("UPDATE ticket SET is_rated = 1 WHERE id = ? AND is_rated = 0", [ticket])
    return cursor.rowcount == 1


def find(connection: sqlite3.Connection, key: tuple[str, str, str, int]) -> TicketRow | None:
    """Return the ticket of (site, day of the queue, letter, number).

    A wrong date may have given a number of the day once more, as another day's: then it is the one that is still open.
    """
    where = "site = ? AND queue_day = ? AND letter = ? AND number = ?"
    rows = _rows(connection, f"{where} ORDER BY state IN ({_OPEN}) DESC, id DESC LIMIT 1", key)
    return rows[0] if rows else None


def by_id(connection: sqlite3.Connection, ticket: int) -> TicketRow | None:
    """Return the ticket with this row id."""
    rows = _rows(connection, "id = ?", [ticket])
    return rows[0] if rows else None


def of_day(connection: sqlite3.Connection, day: str) -> list[TicketRow]:
    """Return all tickets of a day in the order they were taken."""
    return _rows(connection, "queue_day = ? ORDER BY id", [day])


def still_open(connection: sqlite3.Connection, day: str) -> list[TicketRow]:
    """Return the tickets of a day that have not ended, in the order they were taken."""
    return _rows(connection, f"queue_day = ? AND state IN ({_OPEN}) ORDER BY id", [day])


def open_on_other_days(connection: sqlite3.Connection, day: str) -> list[TicketRow]:
    """Return the tickets that have not ended and stand in the queue of another day, in the order they were taken."""
    return _rows(connection, f"queue_day <> ? AND state IN ({_OPEN}) ORDER BY id", [day])


def gather(connection: sqlite3.Connection, days: tuple[str, str], boot: str, since_s: float) -> None:
    """Let who waits, though the date was wrong, stand in the queue of the day that it is. Called inside a transaction.

    These are the open tickets of the new day and of later ones, and of the old day those that were taken just now.

    Args:
        days: the old day and the new one.
        boot: tickets of the old day that were taken in another boot stay where they are,
        since_s: and so do those that were taken before this uptime, in seconds.
    """
    connection.execute(
        f"UPDATE ticket SET queue_day = ?2 WHERE state IN ({_OPEN}) AND (queue_day > ?2 OR day >= ?2"
        " OR (queue_day = ?1 AND EXISTS ("
        "SELECT 1 FROM journal WHERE seq = issued_seq AND boot = ?3 AND uptime_ms >= ?4)))",
        [*days, boot, round(since_s * 1000)],
    )


def latest_announced(connection: sqlite3.Connection, day: str, limit: int) -> list[TicketRow]:
    """Return the tickets of a day that the board announced last, newest first; a recall counts too."""
    where = "queue_day = ? AND announced_seq IS NOT NULL ORDER BY announced_seq DESC LIMIT ?"
    return _rows(connection, where, [day, limit])


def latest_done(connection: sqlite3.Connection, day: str, limit: int) -> list[TicketRow]:
    """Return the tickets of a day that were finished last, newest first."""
    return _rows(connection, "queue_day = ? AND state = 'done' ORDER BY ended_seq DESC LIMIT ?", [day, limit])


def forget_before(connection: sqlite3.Connection, day: str) -> None:
    """Drop the tickets of days before a day, with their paper and their counting. Called inside a transaction."""
    old = "SELECT id FROM ticket WHERE queue_day < ?"
    connection.execute(f"DELETE FROM print_job WHERE ticket IN ({old})", [day])
    connection.execute("DELETE FROM ticket WHERE queue_day < ?", [day])
    connection.execute("DELETE FROM series WHERE day < ?", [day])


def given(connection: sqlite3.Connection, day: str, letter: str) -> int:
    """Return how many numbers a service has given on a day."""
    (count,) = connection.execute("SELECT count(*) FROM ticket WHERE day = ? AND letter = ?", [day, letter]).fetchone()
    return int(count)


def count_done(connection: sqlite3.Connection, day: str, counter: int) -> int:
    """Return how many tickets a counter has finished on a day."""
    (count,) = connection.execute(
        "SELECT count(*) FROM ticket WHERE queue_day = ? AND state = 'done' AND counter = ?", [day, counter]
    ).fetchone()
    return int(count)


def _rows(connection: sqlite3.Connection, where: str, values: Sequence[int | str]) -> list[TicketRow]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM ticket WHERE {where}", values)
    return [TicketRow(**{**dict(row), "state": State(row["state"]), "by_post": bool(row["by_post"])}) for row in rows]
