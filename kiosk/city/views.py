"""The views that the city's pages show: frozen records from the database. Times are aware UTC."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from kiosk.city.database import CityDatabase
from kiosk.model.ticket import IN_HAND, State
from kiosk.model.time import to_ms
from kiosk.records import Record, replace
from kiosk.sqlite.transactions import Snapshot

HELP_LASTS = timedelta(minutes=10)
"""An older help call was answered without a word, or the visitor has gone."""

_NO_FACES = (0, 0, 0, 0, 0)


class SiteView(Record):
    """One ward's hall on one day.

    `heard_at` is when any of its kiosks was last heard; `faces` counts what visitors said of their visit, from the
    worst of the five faces to the best; `booked` counts numbers reserved online, `checked_in` those of them that came.
    """

    site: str
    kiosks: int
    online: int
    issued: int
    waiting: int
    in_hand: int
    served: int
    no_show: int
    heard_at: datetime | None
    faces: tuple[int, ...] = _NO_FACES
    booked: int = 0
    checked_in: int = 0


class HelpCallView(Record):
    """A help call that no officer has answered yet."""

    site: str
    device: str
    asked_at: datetime


class KioskView(Record):
    """One kiosk.

    `state` is `online`, `offline` or `unknown`; `day` the last one it opened; `missing` counts events the city knows to
    exist but does not have yet; `quarantined` those it could not accept (a cloned card, a broken event).
    """

    device: str
    site: str
    day: str
    state: str
    state_at: datetime | None
    heard_at: datetime | None
    release: str
    health: dict[str, int | str | bool | None]
    events: int
    missing: int
    quarantined: int


class CityTicket(Record):
    """One ticket as the city knows it; `service` is where it waits now, `calls` counts call and recalls."""

    token: str
    device: str
    site: str
    day: str
    number: str
    service: str
    state: State
    priority: str | None
    procedure: str | None
    language: str
    counter: int | None
    calls: int
    issued_at: datetime
    called_at: datetime | None
    serving_at: datetime | None
    ended_at: datetime | None
    by_post: bool = False


class FollowView(Record):
    """A ticket on its owner's phone. `ahead` counts the earlier tickets of the same service (the hall may call priority
    groups first); `last_call` is the last called ticket of this service today; `heard_at` is the age of all of it.
    """

    ticket: CityTicket
    ahead: int
    last_call: CityTicket | None
    heard_at: datetime | None


class AlarmView(Record):
    """A quarantined event, and the reason. `journal` distinguishes the journals of the city's devices. Epochs are not
    shown: with an epoch anybody can compute the token of every ticket in it.
    """

    device: str
    journal: int
    seq: int
    kind: str
    reason: str
    received_at: datetime


def sites(database: CityDatabase, day: str) -> tuple[SiteView, ...]:
    """Return every site that has a kiosk, with its counts of a day (`2026-11-23`)."""
    with database.read() as snapshot:
        halls = snapshot.query(
            "SELECT site, count(*) AS kiosks, sum(state = 'online') AS online, max(heard_ms) AS heard_ms"
            " FROM device GROUP BY site ORDER BY site"
        ).fetchall()
        counted = snapshot.query(
            "SELECT site, state, count(*) FROM ticket WHERE day = ? GROUP BY site, state", [day]
        ).fetchall()
        rated = snapshot.query(
            "SELECT site, face, count(*) FROM feedback WHERE day = ? GROUP BY site, face", [day]
        ).fetchall()
        reserved = snapshot.query(
            "SELECT site, count(*), count(checked_in_ms) FROM booking WHERE day = ? AND cancelled_ms IS NULL"
            " GROUP BY site",
            [day],
        ).fetchall()
    counts, faces = _by_site(counted), _by_site(rated)
    came = {site: (booked, checked_in) for site, booked, checked_in in reserved}
    return tuple(
        replace(
            _site(row, counts.get(row["site"], Counter())),
            faces=tuple(faces.get(row["site"], Counter())[face] for face in range(1, len(_NO_FACES) + 1)),
            booked=came.get(row["site"], (0, 0))[0],
            checked_in=came.get(row["site"], (0, 0))[1],
        )
        for row in halls
    )


def help_calls(database: CityDatabase, now: datetime) -> tuple[HelpCallView, ...]:
    """Return the calls for help that nobody has answered, oldest first."""
    since_ms = to_ms(now - HELP_LASTS)
    with database.read() as snapshot:
        rows = snapshot.query(
            "SELECT help_call.site, device, asked_ms FROM help_call JOIN stream ON stream.id = help_call.stream"
            " JOIN event ON event.stream = help_call.stream AND event.seq = help_call.seq"
            # a kiosk with a clock that is ahead must not show a call for ever
            " WHERE answered_ms IS NULL AND min(asked_ms, received_ms) > ? ORDER BY received_ms, help_call.seq",
            [since_ms],
        ).fetchall()
    return tuple(HelpCallView(row["site"], row["device"], _time(row["asked_ms"])) for row in rows)


def kiosks(database: CityDatabase, site: str | None = None) -> tuple[KioskView, ...]:
    """Return every kiosk, or those of one site."""
    with database.read() as snapshot:
        rows = snapshot.query(
            "SELECT device.*, coalesce(sum(stream.up_to), 0) AS up_to,"
            " coalesce(sum((SELECT max(seq) FROM event WHERE stream = stream.id)), 0) AS highest,"
            " coalesce(sum((SELECT count(*) FROM event WHERE stream = stream.id AND seq > stream.up_to)), 0) AS above,"
            " coalesce(sum((SELECT count(*) FROM quarantine WHERE stream = stream.id)), 0) AS quarantined"
            " FROM device LEFT JOIN stream USING (device) WHERE ? IS NULL OR device.site = ?"
            " GROUP BY device ORDER BY device.site, device",
            [site, site],
        ).fetchall()
    return tuple(_kiosk(row) for row in rows)


def tickets(database: CityDatabase, site: str, day: str) -> tuple[CityTicket, ...]:
    """Return the tickets of a site and day in the order they were issued."""
    with database.read() as snapshot:
        return _tickets(snapshot, "ticket.site = ? AND day = ? ORDER BY ticket.stream, id", [site, day])


def follow(database: CityDatabase, token: str) -> FollowView | None:
    """Return the ticket behind a token, or None."""
    with database.read() as snapshot:
        found = _tickets(snapshot, "token = ? LIMIT 1", [token])
        if not found:
            return None
        (ticket,) = found
        place = [ticket.site, ticket.day, ticket.service]
        called = _tickets(
            snapshot,
            "ticket.site = ? AND day = ? AND service = ? AND called_ms IS NOT NULL"
            " ORDER BY ticket.stream DESC, called_seq DESC, called_ms DESC LIMIT 1",
            place,
        )
        (ahead,) = snapshot.query(
            "SELECT count(*) FROM ticket WHERE site = ? AND day = ? AND service = ? AND state = 'waiting'"
            " AND (stream, id) < (SELECT stream, id FROM ticket WHERE token = ?)",
            [*place, token],
        ).fetchone()
        (heard_ms,) = snapshot.query("SELECT heard_ms FROM device WHERE device = ?", [ticket.device]).fetchone()
    waits = ticket.state == State.WAITING
    return FollowView(ticket, ahead if waits else 0, called[0] if called else None, _at(heard_ms))


def alarms(database: CityDatabase, limit: int = 50) -> tuple[AlarmView, ...]:
    """Return the newest quarantined events, newest first."""
    with database.read() as snapshot:
        rows = snapshot.query(
            "SELECT device, stream, seq, kind, reason, received_ms FROM quarantine JOIN stream ON stream.id = stream"
            " ORDER BY quarantine.id DESC LIMIT ?",
            [limit],
        ).fetchall()
    return tuple(
        AlarmView(row["device"], row["stream"], row["seq"], row["kind"], row["reason"], _time(row["received_ms"]))
        for row in rows
    )


def _tickets(snapshot: Snapshot, where: str, values: Sequence[str]) -> tuple[CityTicket, ...]:
    rows = snapshot.query(
        f"SELECT ticket.*, stream.device FROM ticket JOIN stream ON stream.id = ticket.stream WHERE {where}", values
    )
    return tuple(_ticket(row) for row in rows)


def _ticket(row: sqlite3.Row) -> CityTicket:
    return CityTicket(
        token=row["token"],
        device=row["device"],
        site=row["site"],
        day=row["day"],
        number=row["number"],
        service=row["service"],
        state=State(row["state"]),
        priority=row["priority"],
        procedure=row["procedure"],
        language=row["language"],
        counter=row["counter"],
        calls=row["calls"],
        issued_at=_time(row["issued_ms"]),
        called_at=_at(row["called_ms"]),
        serving_at=_at(row["serving_ms"]),
        ended_at=_at(row["ended_ms"]),
        by_post=bool(row["by_post"]),
    )


def _site(row: sqlite3.Row, counts: Counter[str]) -> SiteView:
    return SiteView(
        site=row["site"],
        kiosks=row["kiosks"],
        online=row["online"],
        issued=counts.total(),
        waiting=counts[State.WAITING],
        in_hand=sum(counts[state] for state in IN_HAND),
        served=counts[State.DONE],
        no_show=counts[State.NO_SHOW],
        heard_at=_at(row["heard_ms"]),
    )


def _kiosk(row: sqlite3.Row) -> KioskView:
    return KioskView(
        device=row["device"],
        site=row["site"],
        day=row["day"],
        state=row["state"],
        state_at=_at(row["state_ms"]),
        heard_at=_at(row["heard_ms"]),
        release=row["release"],
        health=json.loads(row["health"]),
        events=row["up_to"] + row["above"],
        missing=max(0, row["highest"] - row["up_to"] - row["above"]),
        quarantined=row["quarantined"],
    )


def _by_site(rows: Sequence[tuple[str, Any, int]]) -> dict[str, Counter[Any]]:
    """Return how many of what each site has, from rows of (site, what, how many)."""
    counts: dict[str, Counter[Any]] = {}
    for site, what, number in rows:
        counts.setdefault(site, Counter())[what] = number
    return counts


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _at(ms: int | None) -> datetime | None:
    return None if ms is None else _time(ms)
