"""Questions to the city and its answers, on their way between the screen and the line. They name nobody.

A question's subject is a digest: what was asked about cannot be read back from it.
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from kiosk.records import Record

_ANSWER_KEPT = timedelta(days=30)
"""How long the last known answer is of use while the line is down."""

_UNANSWERED_KEPT = timedelta(days=1)


class Question(Record):
    """One question that is still to be sent. After `deadline_ms` (UTC) nobody waits for the answer any more."""

    hidden = ("subject",)

    id: int
    kind: str
    subject: bytes
    asked_ms: int
    deadline_ms: int


def ask(connection: sqlite3.Connection, kind: str, subject: bytes, now_ms: int, deadline_ms: int) -> int:
    """Write a question down and return its id. Called inside a transaction."""
    cursor = connection.execute(
        "INSERT INTO question (kind, subject, asked_ms, deadline_ms) VALUES (?, ?, ?, ?)",
        [kind, subject, now_ms, deadline_ms],
    )
    return cursor.lastrowid or 0


def unsent(connection: sqlite3.Connection, now_ms: int) -> list[Question]:
    """Return the questions that were not yet sent and are still waited for, oldest first."""
    rows = connection.execute(
        "SELECT id, kind, subject, asked_ms, deadline_ms FROM question"
        " WHERE sent_ms IS NULL AND answered_ms IS NULL AND deadline_ms > ? ORDER BY id",
        [now_ms],
    )
    return [Question(*row) for row in rows]


def mark_sent(connection: sqlite3.Connection, id: int, now_ms: int) -> None:
    """Note that a question has left for the city. Called inside a transaction."""
    connection.execute("UPDATE question SET sent_ms = ? WHERE id = ?", [now_ms, id])


def settle(connection: sqlite3.Connection, id: int, answer: str, now_ms: int) -> None:
    """Keep the city's answer, JSON text; one that comes after the deadline is kept too. Called inside a transaction."""
    connection.execute("UPDATE question SET answer = ?, answered_ms = ? WHERE id = ?", [answer, now_ms, id])


def answer_of(connection: sqlite3.Connection, id: int) -> str | None:
    """Return the answer to a question, or None while there is none."""
    row = connection.execute("SELECT answer FROM question WHERE id = ?", [id]).fetchone()
    return row[0] if row else None


def latest(connection: sqlite3.Connection, kind: str, subject: bytes) -> tuple[str, int] | None:
    """Return the newest answer about a subject and when it came, UTC milliseconds."""
    row = connection.execute(
        "SELECT answer, answered_ms FROM question WHERE kind = ? AND subject = ? AND answered_ms IS NOT NULL"
        " ORDER BY id DESC LIMIT 1",
        [kind, subject],
    ).fetchone()
    return (row[0], row[1]) if row else None


def prune(connection: sqlite3.Connection, now_ms: int) -> None:
    """Drop answers of more than 30 days, and questions that stayed unanswered for one. Called inside a transaction.

    A time that lies ahead by more than a day was written while the clock was wrong: nobody knows how old that row is.
    """
    day_ms = _milliseconds(_UNANSWERED_KEPT)
    oldest_ms = now_ms - _milliseconds(_ANSWER_KEPT)
    answered = "DELETE FROM question WHERE answered_ms NOT BETWEEN ? AND ?"
    connection.execute(answered, [oldest_ms, now_ms + day_ms])
    unanswered = "DELETE FROM question WHERE answered_ms IS NULL AND deadline_ms NOT BETWEEN ? AND ?"
    connection.execute(unanswered, [now_ms - day_ms, now_ms + day_ms])


def _milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)
