"""Which tickets one person took on a day: the person is a digest under the day's key, deleted with the day."""

from __future__ import annotations

from kiosk.model.ticket import State
from kiosk.sqlite.transactions import Snapshot, WriteTransaction


def note(tx: WriteTransaction, day: str, digest: bytes, ticket: int) -> None:
    """Record that a person took a ticket."""
    tx.execute("INSERT INTO person VALUES (?, ?, ?)", [day, digest, ticket])


def letters_of(snapshot: Snapshot, day: str, digest: bytes) -> list[str]:
    """Return the letter of each ticket that a person took on a day, without cancelled ones."""
    query = (
        "SELECT letter FROM person JOIN ticket ON ticket.id = person.ticket"
        " WHERE person.day = ? AND digest = ? AND state <> ? ORDER BY ticket.id"
    )
    return [row[0] for row in snapshot.query(query, [day, digest, State.CANCELLED])]


def forget_after(tx: WriteTransaction, day: str) -> None:
    """Delete the digests of all later days: their date was wrong."""
    tx.execute("DELETE FROM person WHERE day > ?", [day])


def forget_before(tx: WriteTransaction, day: str) -> None:
    """Delete the digests of all earlier days."""
    tx.execute("DELETE FROM person WHERE day < ?", [day])
