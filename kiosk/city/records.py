"""The city's writes: devices, events, quarantine, and the tickets that events describe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cbor2
import msgspec

from kiosk.city.calendar import day_of_ms
from kiosk.errors import WireError
from kiosk.model.event import Event, FeedbackGiven
from kiosk.records import Record
from kiosk.sqlite.transactions import Snapshot, WriteTransaction
from kiosk.wire.batch import content_hash
from kiosk.wire.messages import DeviceState

_RANGES = """
SELECT min(seq), max(seq) FROM (
    SELECT seq, seq - row_number() OVER (ORDER BY seq) AS island FROM event WHERE stream = ? AND seq > ?
) GROUP BY island ORDER BY 1 LIMIT ?
"""


_STREAMS = """
SELECT id, stream.device, epoch, stream.site, up_to, coalesce(device.site, '')
FROM stream LEFT JOIN device USING (device)
"""

_FORGET_EMPTY = """
DELETE FROM stream WHERE device = ? AND NOT EXISTS (SELECT 1 FROM event WHERE stream = stream.id)
AND NOT EXISTS (SELECT 1 FROM quarantine WHERE stream = stream.id)
"""

_MAX_JOURNALS = 64
"""Journals of one device: each new card makes one."""
_MAX_DEVICES = 10_000


class Stream(Record):
    """One journal of one device: `up_to` is the last sequence number without a gap before it. `site` is the site that
    it names, `home` the site of its device; both are empty until known.
    """

    id: int
    device: str
    epoch: bytes
    site: str
    up_to: int
    home: str


class NewTicket(Record):
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


def stream_of(tx: WriteTransaction, device: str, epoch: bytes) -> Stream:
    """Return the stream of a device and epoch; create it if it is new.


    Raises:
        WireError: the device has more journals than can be.
    """
    known = tx.execute(f"{_STREAMS} WHERE stream.device = ? AND epoch = ?", [device, epoch]).fetchone()
    if known is not None:
        return Stream(*known)
    if len(streams_of(tx, device)) >= _MAX_JOURNALS:
        tx.execute(_FORGET_EMPTY, [device])
        if len(streams_of(tx, device)) >= _MAX_JOURNALS:
            raise WireError(f"{device} has {_MAX_JOURNALS} journals: is it in other hands? give its kiosk a new name")
    tx.execute("INSERT INTO stream (device, epoch) VALUES (?, ?)", [device, epoch])
    return stream_of(tx, device, epoch)


def streams_of(snapshot: Snapshot, device: str) -> list[Stream]:
    """Return all journals of a device, oldest first."""
    rows = snapshot.query(f"{_STREAMS} WHERE stream.device = ? ORDER BY stream.id", [device])
    return [Stream(*row) for row in rows]


def advance(tx: WriteTransaction, stream: Stream) -> None:
    """Store how far a stream is applied, and its site."""
    tx.execute("UPDATE stream SET up_to = ?, site = ? WHERE id = ?", [stream.up_to, stream.site, stream.id])


def ranges_above(snapshot: Snapshot, stream: Stream, limit: int) -> tuple[tuple[int, int], ...]:
    """Return the first ranges (first, last) of events stored above the gap."""
    return tuple((first, last) for first, last in snapshot.query(_RANGES, [stream.id, stream.up_to, limit]))


def heard(tx: WriteTransaction, device: str, now_ms: int) -> None:
    """Record that a device was heard now.


    Raises:
        WireError: there are more devices than can be.
    """
    _meet(tx, device)
    tx.execute("UPDATE device SET heard_ms = ? WHERE device = ?", [now_ms, device])


def _meet(tx: WriteTransaction, device: str) -> None:
    """Create the row of a new device."""
    if tx.execute("SELECT 1 FROM device WHERE device = ?", [device]).fetchone() is None:
        (count,) = tx.execute("SELECT count(*) FROM device").fetchone()
        if count >= _MAX_DEVICES:
            raise WireError(f"{count} devices are known, and {device} is one more: who hands out certificates?")
        tx.execute("INSERT INTO device (device) VALUES (?)", [device])


def set_state(tx: WriteTransaction, device: str, state: DeviceState, now_ms: int) -> None:
    """Store a device's state, from the device or from the broker's will; a will has no release and no health."""
    _meet(tx, device)
    if state.is_online:
        health = msgspec.json.encode(state.health).decode()
        tx.execute("UPDATE device SET release = ?, health = ? WHERE device = ?", [state.release, health, device])
    word = "online" if state.is_online else "offline"
    tx.execute(
        "UPDATE device SET state = ?, state_ms = ? WHERE device = ? AND state <> ?", [word, now_ms, device, word]
    )


def adopt(tx: WriteTransaction, device: str, site: str) -> str:
    """Assign a device to a site if it has none; return its site."""
    tx.execute("UPDATE device SET site = ? WHERE device = ? AND site = ''", [site, device])
    (home,) = tx.execute("SELECT site FROM device WHERE device = ?", [device]).fetchone()
    return str(home)


def assign(tx: WriteTransaction, device: str, site: str) -> None:
    """Assign a device to a site, even a device that was never heard."""
    _meet(tx, device)
    tx.execute("UPDATE device SET site = ? WHERE device = ?", [site, device])


def open_day(tx: WriteTransaction, device: str, day: str) -> None:
    """Record the last day that a device opened."""
    tx.execute("UPDATE device SET day = ? WHERE device = ?", [day, device])


def insert_events(tx: WriteTransaction, stream: Stream, events: Sequence[Event], now_ms: int) -> list[Event]:
    """Store events under their names, once; return those whose name exists with another content."""
    rows = [(stream.id, e.seq, e.kind, e.at_ms, _payload(e), content_hash(e), now_ms) for e in events]
    taken = _hashes(tx, stream, events[0].seq, events[-1].seq)
    tx.executemany(
        "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [row for row in rows if row[1] not in taken] if taken else rows,
    )
    return [event for event, row in zip(events, rows, strict=True) if taken.get(event.seq, row[5]) != row[5]]


def events_after(snapshot: Snapshot, stream: Stream) -> Iterator[Event]:
    """Yield the stored events that follow `up_to` without a gap."""
    seq = stream.up_to
    rows = snapshot.query(
        "SELECT seq, kind, at_ms, payload FROM event WHERE stream = ? AND seq > ? ORDER BY seq", [stream.id, seq]
    )
    for row in rows:
        if row[0] != seq + 1:
            return
        seq += 1
        yield Event(seq, row[1], row[2], cbor2.loads(row[3]))


def put_aside(tx: WriteTransaction, stream: Stream, event: Event, reason: str, now_ms: int) -> bool:
    """Quarantine an unacceptable event; return whether it is new there."""
    cursor = tx.execute(
        "INSERT INTO quarantine (stream, seq, reason, kind, at_ms, payload, hash, received_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [stream.id, event.seq, reason, event.kind, event.at_ms, _payload(event), content_hash(event), now_ms],
    )
    return cursor.rowcount == 1


def events_aside(snapshot: Snapshot, stream: Stream) -> list[Event]:
    """Return the quarantined events of a stream, without clones of other events."""
    rows = snapshot.query(
        "SELECT seq, kind, at_ms, payload FROM event WHERE stream = ?1 AND (seq, hash) IN"
        " (SELECT seq, hash FROM quarantine WHERE stream = ?1) ORDER BY seq",
        [stream.id],
    )
    return [Event(row[0], row[1], row[2], cbor2.loads(row[3])) for row in rows]


def take_back(tx: WriteTransaction, stream: Stream, event: Event) -> None:
    """Remove an event from quarantine."""
    tx.execute(
        "DELETE FROM quarantine WHERE stream = ? AND seq = ? AND hash = ?", [stream.id, event.seq, content_hash(event)]
    )


def count_aside(snapshot: Snapshot, stream: Stream, limit: int) -> int:
    """Return how many events of a stream are quarantined; counts up to `limit`."""
    return _count(snapshot, "SELECT 1 FROM quarantine WHERE stream = ? LIMIT ?", [stream.id, limit])


def count_above(snapshot: Snapshot, stream: Stream, limit: int) -> int:
    """Return how many events of a stream are stored above its gap; counts up to `limit`."""
    query = "SELECT 1 FROM event WHERE stream = ? AND seq > ? LIMIT ?"
    return _count(snapshot, query, [stream.id, stream.up_to, limit])


def insert_ticket(tx: WriteTransaction, stream: Stream, ticket: NewTicket) -> bool:
    """Add a waiting ticket; return whether its id was free."""
    cursor = tx.execute(
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


def update_ticket(tx: WriteTransaction, stream: Stream, ticket: int, columns: dict[str, int | str | None]) -> bool:
    """Set columns of a ticket (their names come from our own code), and tell whether it exists."""
    names = ", ".join(f"{name} = ?" for name in columns)
    cursor = tx.execute(
        f"UPDATE ticket SET {names} WHERE stream = ? AND id = ?", [*columns.values(), stream.id, ticket]
    )
    return cursor.rowcount == 1


def count_recall(tx: WriteTransaction, stream: Stream, ticket: int) -> bool:
    """Count one more call of a ticket, and tell whether it exists."""
    cursor = tx.execute("UPDATE ticket SET calls = calls + 1 WHERE stream = ? AND id = ?", [stream.id, ticket])
    return cursor.rowcount == 1


def insert_feedback(tx: WriteTransaction, stream: Stream, event: Event, given: FeedbackGiven, site: str) -> None:
    """Store a visitor's feedback: a face from 1 (worst) to 5, and the reasons."""
    tx.execute(
        "INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            stream.id,
            event.seq,
            site,
            day_of_ms(event.at_ms),
            event.at_ms,
            given.face,
            given.reasons or "",
            given.ticket,
        ],
    )


def insert_help_call(tx: WriteTransaction, stream: Stream, event: Event, site: str) -> None:
    """Store a help call."""
    tx.execute(
        "INSERT INTO help_call (stream, seq, site, asked_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [stream.id, event.seq, site, event.at_ms],
    )


def answer_help_call(tx: WriteTransaction, stream: Stream, event: Event, counter: int) -> None:
    """Store the counter whose officer came, for all unanswered calls at this kiosk."""
    tx.execute(
        "UPDATE help_call SET counter = ?, answered_ms = ? WHERE stream = ? AND seq < ? AND answered_ms IS NULL",
        [counter, event.at_ms, stream.id, event.seq],
    )


def _count(snapshot: Snapshot, query: str, values: list[int]) -> int:
    (count,) = snapshot.query(f"SELECT count(*) FROM ({query})", values).fetchone()
    return int(count)


def _hashes(snapshot: Snapshot, stream: Stream, first: int, last: int) -> dict[int, bytes]:
    rows = snapshot.query(
        "SELECT seq, hash FROM event WHERE stream = ? AND seq BETWEEN ? AND ?", [stream.id, first, last]
    )
    return {row[0]: row[1] for row in rows}


def _payload(event: Event) -> bytes:
    return cbor2.dumps(event.payload, canonical=True)
