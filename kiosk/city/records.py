"""What the city writes: devices, events, quarantine, and the tickets made of events. Called inside a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cbor2
import msgspec

from kiosk.city.days import day_of_ms
from kiosk.store.journal import Event
from kiosk.sync.batch import content_hash
from kiosk.sync.wire import DeviceState

_RANGES = """
SELECT min(seq), max(seq) FROM (
    SELECT seq, seq - row_number() OVER (ORDER BY seq) AS island FROM event WHERE stream = ? AND seq > ?
) GROUP BY island ORDER BY 1 LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Stream:
    """One journal of one device: `up_to` is the last seq without a gap before it, `site` where it says it stands."""

    id: int
    device: str
    epoch: bytes
    site: str
    up_to: int


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket as it was issued."""

    id: int
    site: str
    day: str
    number: str
    service: str
    token: str
    priority: str | None
    procedure: str | None
    language: str
    issued_ms: int


def stream_of(connection: sqlite3.Connection, device: str, epoch: bytes) -> Stream:
    """Return the stream of a device and epoch, made when it is new."""
    connection.execute("INSERT INTO stream (device, epoch) VALUES (?, ?) ON CONFLICT DO NOTHING", [device, epoch])
    row = connection.execute(
        "SELECT id, device, epoch, site, up_to FROM stream WHERE device = ? AND epoch = ?", [device, epoch]
    ).fetchone()
    return Stream(*row)


def advance(connection: sqlite3.Connection, stream: Stream) -> None:
    """Keep how far a stream is applied, and its site."""
    connection.execute("UPDATE stream SET up_to = ?, site = ? WHERE id = ?", [stream.up_to, stream.site, stream.id])


def ranges_above(connection: sqlite3.Connection, stream: Stream, limit: int) -> tuple[tuple[int, int], ...]:
    """Return the first ranges (first, last) of events stored above the gap."""
    return tuple((first, last) for first, last in connection.execute(_RANGES, [stream.id, stream.up_to, limit]))


def heard(connection: sqlite3.Connection, device: str, now_ms: int) -> None:
    """Remember that a device spoke just now."""
    connection.execute(
        "INSERT INTO device (device, heard_ms) VALUES (?, ?) ON CONFLICT (device) DO UPDATE SET heard_ms = ?",
        [device, now_ms, now_ms],
    )


def set_state(connection: sqlite3.Connection, device: str, state: DeviceState, now_ms: int) -> None:
    """Keep what a device, or the broker for it, says of its state; the broker knows no release and no health."""
    connection.execute("INSERT INTO device (device) VALUES (?) ON CONFLICT DO NOTHING", [device])
    if state.is_online:
        health = msgspec.json.encode(state.health).decode()
        connection.execute(
            "UPDATE device SET release = ?, health = ? WHERE device = ?", [state.release, health, device]
        )
    word = "online" if state.is_online else "offline"
    connection.execute(
        "UPDATE device SET state = ?, state_ms = ? WHERE device = ? AND state <> ?", [word, now_ms, device, word]
    )


def open_day(connection: sqlite3.Connection, device: str, site: str, day: str) -> None:
    """Keep where a device stands and which day it opened last."""
    connection.execute("UPDATE device SET site = ?, day = ? WHERE device = ?", [site, day, device])


def insert_events(connection: sqlite3.Connection, stream: Stream, events: Sequence[Event], now_ms: int) -> list[Event]:
    """Store events under their names, once, and return those whose name is already taken by another content."""
    rows = [(stream.id, e.seq, e.kind, e.at_ms, _payload(e), content_hash(e), now_ms) for e in events]
    taken = _hashes(connection, stream, events[0].seq, events[-1].seq)
    connection.executemany(
        "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [row for row in rows if row[1] not in taken] if taken else rows,
    )
    return [event for event, row in zip(events, rows, strict=True) if taken.get(event.seq, row[5]) != row[5]]


def events_after(connection: sqlite3.Connection, stream: Stream) -> Iterator[Event]:
    """Yield the stored events that follow `up_to` without a gap."""
    seq = stream.up_to
    rows = connection.execute(
        "SELECT seq, kind, at_ms, payload FROM event WHERE stream = ? AND seq > ? ORDER BY seq", [stream.id, seq]
    )
    for row in rows:
        if row[0] != seq + 1:
            return
        seq += 1
        yield Event(seq, row[1], row[2], cbor2.loads(row[3]))


def put_aside(connection: sqlite3.Connection, stream: Stream, event: Event, reason: str, now_ms: int) -> bool:
    """Keep an event that cannot be accepted, and tell whether it is a new one."""
    cursor = connection.execute(
        "INSERT INTO quarantine (stream, seq, reason, kind, at_ms, payload, hash, received_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [stream.id, event.seq, reason, event.kind, event.at_ms, _payload(event), content_hash(event), now_ms],
    )
    return cursor.rowcount == 1


def insert_ticket(connection: sqlite3.Connection, stream: Stream, ticket: NewTicket) -> bool:
    """Add a waiting ticket, and tell whether its id was free."""
    cursor = connection.execute(
        "INSERT INTO ticket (stream, id, site, day, number, service, state, token, priority, procedure, language,"
        " issued_ms) VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            stream.id,
            ticket.id,
            ticket.site,
            ticket.day,
            ticket.number,
            ticket.service,
            ticket.token,
            ticket.priority,
            ticket.procedure,
            ticket.language,
            ticket.issued_ms,
        ],
    )
    return cursor.rowcount == 1


def update_ticket(
    connection: sqlite3.Connection, stream: Stream, ticket: int, columns: dict[str, int | str | None]
) -> bool:
    """Set columns of a ticket (their names come from our own code), and tell whether it exists."""
    names = ", ".join(f"{name} = ?" for name in columns)
    cursor = connection.execute(
        f"UPDATE ticket SET {names} WHERE stream = ? AND id = ?", [*columns.values(), stream.id, ticket]
    )
    return cursor.rowcount == 1


def count_recall(connection: sqlite3.Connection, stream: Stream, ticket: int) -> bool:
    """Count one more call of a ticket, and tell whether it exists."""
    cursor = connection.execute("UPDATE ticket SET calls = calls + 1 WHERE stream = ? AND id = ?", [stream.id, ticket])
    return cursor.rowcount == 1


def insert_feedback(connection: sqlite3.Connection, stream: Stream, event: Event, face: int, reasons: str) -> None:
    """Keep how a visit was: a face from 1 (worst) to 5, and why."""
    ticket = event.payload.get("t")
    connection.execute(
        "INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            stream.id,
            event.seq,
            stream.site,
            day_of_ms(event.at_ms),
            event.at_ms,
            face,
            reasons,
            ticket if type(ticket) is int else None,
        ],
    )


def insert_help_call(connection: sqlite3.Connection, stream: Stream, event: Event) -> None:
    """Keep that a visitor asked for somebody to come."""
    connection.execute(
        "INSERT INTO help_call (stream, seq, site, asked_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [stream.id, event.seq, stream.site, event.at_ms],
    )


def answer_help_call(connection: sqlite3.Connection, stream: Stream, event: Event, counter: int) -> None:
    """Keep which counter's officer went: to all calls at this kiosk that nobody had answered yet."""
    connection.execute(
        "UPDATE help_call SET counter = ?, answered_ms = ? WHERE stream = ? AND seq < ? AND answered_ms IS NULL",
        [counter, event.at_ms, stream.id, event.seq],
    )


def _hashes(connection: sqlite3.Connection, stream: Stream, first: int, last: int) -> dict[int, bytes]:
    rows = connection.execute(
        "SELECT seq, hash FROM event WHERE stream = ? AND seq BETWEEN ? AND ?", [stream.id, first, last]
    )
    return {row[0]: row[1] for row in rows}


def _payload(event: Event) -> bytes:
    return cbor2.dumps(event.payload, canonical=True)
