"""Tickets in the database. Plain SQL: these are a kiosk's most frequent queries."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from kiosk.errors import IllegalStepError
from kiosk.model.ticket import OPEN, State, number_text
from kiosk.sqlite.transactions import Snapshot, WriteTransaction

_COLUMNS = (
    "id, site, device, day, letter, number, service, state, priority, procedure, language, "
    "issued_ms, booked_ms, since_ms, counter, called_ms, announced_ms, serving_ms, ended_ms, calls, by_post, "
    "queue_day, called_seq, announced_seq"
)

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN))


class TicketRow(Struct, frozen=True):
    """One row. `letter` and `number` never change; `service` is where the ticket waits now.

    `day` belongs to its number, `queue_day` is the business day in whose queue it is: they differ only if the number
    was issued under a wrong date. Times are UTC milliseconds, for display; order is by the journal's sequence numbers.
    `called_ms` and `called_seq` are the call of this turn, `announced_ms` and `announced_seq` that call or its latest
    recall.
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
    """A ticket to be inserted; `booked_ms` is its online booking's time."""

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
"""The key of a number series: site, device, day, letter. Kiosks that share a hall will have separate ranges."""


def next_number(tx: WriteTransaction, series: Series, first: int) -> int:
    """Take the next number of a series; the first of the day is `first`.

    A series that begins in the middle of a day, because the kiosk was renamed, continues above the issued numbers.
    """
    site, _, day, letter = series
    (number,) = tx.execute(
        "INSERT INTO series VALUES (?, ?, ?, ?, max(?, (SELECT 1 + coalesce(max(number), 0) FROM ticket"
        " WHERE site = ? AND day = ? AND letter = ?))) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last",
        [*series, first, site, day, letter],
    ).fetchone()
    return int(number)


def last_number(snapshot: Snapshot, series: Series) -> int | None:
    """Return the last number of a series, or None before its first."""
    where = "site = ? AND device = ? AND day = ? AND letter = ?"
    row = snapshot.query(f"SELECT last FROM series WHERE {where}", series).fetchone()
    return int(row[0]) if row else None


def insert(tx: WriteTransaction, new: NewTicket) -> int:
    """Insert a new waiting ticket and return its row id."""
    cursor = tx.execute(
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


def place(tx: WriteTransaction, ticket: int, issued_seq: int) -> None:
    """Set a new ticket's place in the journal."""
    tx.execute("UPDATE ticket SET issued_seq = ? WHERE id = ? AND issued_seq IS NULL", [issued_seq, ticket])


def update(tx: WriteTransaction, ticket: TicketRow, **columns: int | str | None) -> None:
    """Set columns of a ticket, if it is still in the state in which it was read.


    Args:
        columns: their names come from our own code, never from outside.
    Raises:
        IllegalStepError: it is in another state by now; nothing was changed.
    """
    names = ", ".join(f"{name} = ?" for name in columns)
    cursor = tx.execute(
        f"UPDATE ticket SET {names} WHERE id = ? AND state = ?", [*columns.values(), ticket.id, ticket.state]
    )
    if cursor.rowcount == 0:
        raise IllegalStepError(f"{ticket.text} is no longer {ticket.state}: look again")


def rate(tx: WriteTransaction, ticket: int) -> bool:
    """Record that a ticket was rated; return whether this is the first time."""
    cursor = tx.execute("UPDATE ticket SET is_rated = 1 WHERE id = ? AND is_rated = 0", [ticket])
    return cursor.rowcount == 1


def find(snapshot: Snapshot, key: tuple[str, str, str, int]) -> TicketRow | None:
    """Return the ticket of (site, day of the queue, letter, number). After a wrong date two days may have the same
    number; then it is the open one.
    """
    where = "site = ? AND queue_day = ? AND letter = ? AND number = ?"
    rows = _rows(snapshot, f"{where} ORDER BY state IN ({_OPEN}) DESC, id DESC LIMIT 1", key)
    return rows[0] if rows else None


def by_id(snapshot: Snapshot, ticket: int) -> TicketRow | None:
    """Return the ticket with this row id."""
    rows = _rows(snapshot, "id = ?", [ticket])
    return rows[0] if rows else None


def of_day(snapshot: Snapshot, day: str) -> list[TicketRow]:
    """Return all tickets of a day in the order they were taken."""
    return _rows(snapshot, "queue_day = ? ORDER BY id", [day])


def still_open(snapshot: Snapshot, day: str) -> list[TicketRow]:
    """Return the tickets of a day that have not ended, in the order they were taken."""
    return _rows(snapshot, f"queue_day = ? AND state IN ({_OPEN}) ORDER BY id", [day])


def open_on_other_days(snapshot: Snapshot, day: str) -> list[TicketRow]:
    """Return the open tickets in the queue of another day, in the order they were taken."""
    return _rows(snapshot, f"queue_day <> ? AND state IN ({_OPEN}) ORDER BY id", [day])


def gather(tx: WriteTransaction, days: tuple[str, str], boot: str, since_s: float) -> None:
    """Move waiting tickets into the queue of the corrected day: the open tickets of the new day and later ones, and
    those of the old day that were taken just now.


    Args:
        days: the old day and the new one.
        boot: tickets of the old day that were taken in another boot stay where they are,
        since_s: and so do those that were taken before this uptime, in seconds.
    """
    tx.execute(
        f"UPDATE ticket SET queue_day = ?2 WHERE state IN ({_OPEN}) AND (queue_day > ?2 OR day >= ?2"
        " OR (queue_day = ?1 AND EXISTS ("
        "SELECT 1 FROM journal WHERE seq = issued_seq AND boot = ?3 AND uptime_ms >= ?4)))",
        [*days, boot, round(since_s * 1000)],
    )


def latest_announced(snapshot: Snapshot, day: str, limit: int) -> list[TicketRow]:
    """Return the latest announced tickets of a day, newest first; a recall counts too."""
    where = "queue_day = ? AND announced_seq IS NOT NULL ORDER BY announced_seq DESC LIMIT ?"
    return _rows(snapshot, where, [day, limit])


def latest_done(snapshot: Snapshot, day: str, limit: int) -> list[TicketRow]:
    """Return the latest finished tickets of a day, newest first."""
    return _rows(snapshot, "queue_day = ? AND state = 'done' ORDER BY ended_seq DESC LIMIT ?", [day, limit])


def forget_before(tx: WriteTransaction, day: str) -> None:
    """Delete the tickets of days before a day, with their print jobs and number series."""
    old = "SELECT id FROM ticket WHERE queue_day < ?"
    tx.execute(f"DELETE FROM print_job WHERE ticket IN ({old})", [day])
    tx.execute("DELETE FROM ticket WHERE queue_day < ?", [day])
    tx.execute("DELETE FROM series WHERE day < ?", [day])


def given(snapshot: Snapshot, day: str, letter: str) -> int:
    """Return how many numbers a service has issued on a day."""
    (count,) = snapshot.query("SELECT count(*) FROM ticket WHERE day = ? AND letter = ?", [day, letter]).fetchone()
    return int(count)


def count_done(snapshot: Snapshot, day: str, counter: int) -> int:
    """Return how many tickets a counter has finished on a day."""
    (count,) = snapshot.query(
        "SELECT count(*) FROM ticket WHERE queue_day = ? AND state = 'done' AND counter = ?", [day, counter]
    ).fetchone()
    return int(count)


def _rows(snapshot: Snapshot, where: str, values: Sequence[int | str]) -> list[TicketRow]:
    rows = snapshot.query(f"SELECT {_COLUMNS} FROM ticket WHERE {where}", values)
    return [TicketRow(**{**dict(row), "state": State(row["state"]), "by_post": bool(row["by_post"])}) for row in rows]
