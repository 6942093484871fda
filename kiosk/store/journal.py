"""The journal: every change as an event, in the order it happened, and how far the city has stored it."""

from __future__ import annotations

import sqlite3

import msgspec

from kiosk.clock import ClockReading
from kiosk.model.event import Event, Payload
from kiosk.model.time import Trust
from kiosk.model.timestamps import to_ms


class Journal:
    """The journal of one open database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.epoch: bytes = self._meta("epoch")

    @property
    def acked(self) -> int:
        """The last seq that the city has stored, with all before it."""
        return int(self._meta("acked"))

    @property
    def last_seq(self) -> int:
        """The newest seq; 0 in a new home. Rows may be pruned, their seqs are never given again."""
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").fetchone()
        return int(row[0]) if row else 0

    def pending(self, after: int, limit: int) -> list[Event]:
        """Return up to `limit` events with a seq above `after`, oldest first."""
        rows = self._connection.execute(
            "SELECT seq, kind, at_ms, payload FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", [after, limit]
        )
        return [Event(seq, kind, at_ms, msgspec.json.decode(payload)) for seq, kind, at_ms, payload in rows]

    def acknowledge(self, up_to: int) -> None:
        """Move the city's mark forward; a mark behind the present one or past the end changes nothing."""
        self._connection.execute(
            "UPDATE meta SET value = ? WHERE key = 'acked' AND value < ? AND ? <= "
            "(SELECT seq FROM sqlite_sequence WHERE name = 'journal')",
            [up_to, up_to, up_to],
        )

    def prune(self, before_ms: int) -> int:
        """Delete acknowledged events older than `before_ms` and return how many went.

        An event's own time may be wrong. So an event counts as older when it, or a later one, has an older time, and
        that one was not doubtful.
        """
        cursor = self._connection.execute(
            "DELETE FROM journal WHERE seq <= (SELECT max(seq) FROM journal WHERE at_ms < ? AND trust > ?)"
            " AND seq <= (SELECT value FROM meta WHERE key = 'acked')",
            [before_ms, Trust.DOUBTFUL],
        )
        return cursor.rowcount

    def _meta(self, key: str) -> bytes:
        (value,) = self._connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
        return value  # type: ignore[no-any-return]  # the meta table holds any type, by key


def append(
    connection: sqlite3.Connection, kind: str, payload: Payload, at_ms: int, reading: ClockReading, trust: Trust
) -> int:
    """Append one event, stamped with all the clocks say, and return its seq. Called inside a transaction."""
    cursor = connection.execute(
        "INSERT INTO journal (kind, at_ms, wall_ms, uptime_ms, boot, trust, payload) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            kind,
            at_ms,
            to_ms(reading.wall),
            round(reading.uptime_s * 1000),
            reading.boot_id,
            int(trust),
            msgspec.json.encode(payload).decode(),
        ],
    )
    return cursor.lastrowid or 0
