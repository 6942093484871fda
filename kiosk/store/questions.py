"""Questions to the city and its answers, between the screen and the line. No personal data.

The subject of a question is a digest, from which it cannot be read back.
"""

from __future__ import annotations

from datetime import timedelta

from kiosk.records import Record
from kiosk.sqlite.transactions import Snapshot, WriteTransaction

_ANSWER_KEPT = timedelta(days=30)
"""How long the last answer is useful without a connection."""

_UNANSWERED_KEPT = timedelta(days=1)


class Question(Record):
    """One question that was not sent yet. After `deadline_ms` (UTC) nobody waits for the answer."""

    hidden = ("subject",)

    id: int
    kind: str
    subject: bytes
    asked_ms: int
    deadline_ms: int


def ask(tx: WriteTransaction, kind: str, subject: bytes, now_ms: int, deadline_ms: int) -> int:
    """Store a question and return its id."""
    cursor = tx.execute(
        "INSERT INTO question (kind, subject, asked_ms, deadline_ms) VALUES (?, ?, ?, ?)",
        [kind, subject, now_ms, deadline_ms],
    )
    return cursor.lastrowid or 0


def unsent(snapshot: Snapshot, now_ms: int) -> list[Question]:
    """Return the unsent questions before their deadline, oldest first."""
    rows = snapshot.query(
        "SELECT id, kind, subject, asked_ms, deadline_ms FROM question"
        " WHERE sent_ms IS NULL AND answered_ms IS NULL AND deadline_ms > ? ORDER BY id",
        [now_ms],
    )
    return [Question(*row) for row in rows]


def mark_sent(tx: WriteTransaction, id: int, now_ms: int) -> None:
    """Record that a question was sent; a second call changes nothing."""
    tx.execute("UPDATE question SET sent_ms = ? WHERE id = ? AND sent_ms IS NULL", [now_ms, id])


def settle(tx: WriteTransaction, id: int, answer: str, now_ms: int) -> None:
    """Store the city's first answer, JSON text; also one after the deadline."""
    settled = "UPDATE question SET answer = ?, answered_ms = ? WHERE id = ? AND answered_ms IS NULL"
    tx.execute(settled, [answer, now_ms, id])


def answer_of(snapshot: Snapshot, id: int) -> str | None:
    """Return the answer to a question, or None while there is none."""
    row = snapshot.query("SELECT answer FROM question WHERE id = ?", [id]).fetchone()
    return row[0] if row else None


def latest(snapshot: Snapshot, kind: str, subject: bytes) -> tuple[str, int] | None:
    """Return the newest answer about a subject and when it came, UTC milliseconds."""
    row = snapshot.query(
        "SELECT answer, answered_ms FROM question WHERE kind = ? AND subject = ? AND answered_ms IS NOT NULL"
        " ORDER BY id DESC LIMIT 1",
        [kind, subject],
    ).fetchone()
    return (row[0], row[1]) if row else None


def prune(tx: WriteTransaction, now_ms: int) -> None:
    """Delete answers of more than 30 days, and questions that stayed unanswered for one.

    A row with a time of more than a day ahead was written while the clock was wrong: nobody knows its age.
    """
    day_ms = _milliseconds(_UNANSWERED_KEPT)
    oldest_ms = now_ms - _milliseconds(_ANSWER_KEPT)
    answered = "DELETE FROM question WHERE answered_ms NOT BETWEEN ? AND ?"
    tx.execute(answered, [oldest_ms, now_ms + day_ms])
    unanswered = "DELETE FROM question WHERE answered_ms IS NULL AND deadline_ms NOT BETWEEN ? AND ?"
    tx.execute(unanswered, [now_ms - day_ms, now_ms + day_ms])


def _milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)
