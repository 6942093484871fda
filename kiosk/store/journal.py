"""The journal: every change as an event, in order, and up to where the city has stored it."""

from __future__ import annotations

from typing import Any

import msgspec

from kiosk.clock import ClockReading
from kiosk.model.event import Event
from kiosk.model.time import Trust, to_ms
from kiosk.sqlite.transactions import Snapshot, WriteTransaction


def epoch(snapshot: Snapshot) -> bytes:
    """Return the 8 bytes that identify this journal; a new database has new ones."""
    return bytes(_meta(snapshot, "epoch"))


def acked(snapshot: Snapshot) -> int:
    """Return the last sequence number that the city has stored, with all before it."""
    return int(_meta(snapshot, "acked"))


def last_seq(snapshot: Snapshot) -> int:
    """Return the newest sequence number; 0 in a new home. Rows may be deleted; their numbers are never used again."""
    row = snapshot.query("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").fetchone()
    return int(row[0]) if row else 0


def unacked(snapshot: Snapshot) -> int:
    """Return how many events the city has not stored yet."""
    return last_seq(snapshot) - acked(snapshot)


def pending(snapshot: Snapshot, after: int, limit: int) -> list[Event]:
    """Return up to `limit` events after a sequence number, oldest first."""
    rows = snapshot.query(
        "SELECT seq, kind, at_ms, payload FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", [after, limit]
    )
    return [Event(seq, kind, at_ms, msgspec.json.decode(payload)) for seq, kind, at_ms, payload in rows]


def acknowledge(tx: WriteTransaction, up_to: int) -> None:
    """Advance the acknowledged position; a position that is not ahead, or beyond the end, changes nothing."""
    tx.execute(
        "UPDATE meta SET value = ? WHERE key = 'acked' AND value < ? AND ? <= "
        "(SELECT seq FROM sqlite_sequence WHERE name = 'journal')",
        [up_to, up_to, up_to],
    )


def prune(tx: WriteTransaction, before_ms: int) -> int:
    """Delete acknowledged events older than `before_ms`; return how many.

    An event's time may be wrong. So an event counts as older if it, or a later one, has an older time that was not
    doubtful.
    """
    return tx.execute(
        "DELETE FROM journal WHERE seq <= (SELECT max(seq) FROM journal WHERE at_ms < ? AND trust > ?)"
        " AND seq <= (SELECT value FROM meta WHERE key = 'acked')",
        [before_ms, Trust.DOUBTFUL],
    ).rowcount


def append(tx: WriteTransaction, kind: str, payload: str, at_ms: int, reading: ClockReading, trust: Trust) -> int:
    """Append one event, with the readings of all clocks; return its sequence number. `payload` is a JSON object."""
    cursor = tx.execute(
        "INSERT INTO journal (kind, at_ms, wall_ms, uptime_ms, boot, trust, payload) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            kind,
            at_ms,
            to_ms(reading.wall),
            round(reading.uptime_s * 1000),
            reading.boot_id,
            int(trust),
            payload,
        ],
    )
    return cursor.lastrowid or 0


def _meta(snapshot: Snapshot, key: str) -> Any:  # noqa: ANN401 - the meta table holds any type, by key
    (value,) = snapshot.query("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return value
