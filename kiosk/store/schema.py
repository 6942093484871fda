"""The tables, as migrations. Imported only when a file is new or old: sqlite-utils costs 70 ms to import."""

from __future__ import annotations

import secrets

from sqlite_utils import Database, Migrations

migrations = Migrations("kiosk")


@migrations()
def m001_lobby(db: Database) -> None:
    """Create the first tables."""
    for statement in _LOBBY.split(";\n"):
        db.execute(statement)
    db.execute("INSERT INTO meta VALUES ('epoch', ?), ('acked', 0)", [secrets.token_bytes(8)])


@migrations()
def m002_visit(db: Database) -> None:
    """Make room for what a visit can hold: bookings checked in, limits for a person, questions, checklists."""
    for statement in _VISIT.split(";\n"):
        db.execute(statement)


@migrations()
def m003_order(db: Database) -> None:
    """Let calls and tickets carry their place in the journal; a day that is under way keeps its order."""
    for statement in _ORDER.split(";\n"):
        db.execute(statement)


_LOBBY = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    uptime_ms INTEGER NOT NULL,
    boot TEXT NOT NULL,
    trust INTEGER NOT NULL,
    payload TEXT NOT NULL
) STRICT;

CREATE TABLE series (
    site TEXT NOT NULL,
    device TEXT NOT NULL,
    day TEXT NOT NULL,
    letter TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (site, device, day, letter)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    site TEXT NOT NULL,
    device TEXT NOT NULL,
    day TEXT NOT NULL,
    letter TEXT NOT NULL,
    number INTEGER NOT NULL,
    service TEXT NOT NULL,
    state TEXT NOT NULL,
    priority TEXT,
    procedure TEXT,
    language TEXT NOT NULL,
    issued_ms INTEGER NOT NULL,
    booked_ms INTEGER,
    since_ms INTEGER NOT NULL,
    counter INTEGER,
    called_ms INTEGER,
    announced_ms INTEGER,
    serving_ms INTEGER,
    ended_ms INTEGER,
    calls INTEGER NOT NULL DEFAULT 0,
    UNIQUE (site, day, letter, number)
) STRICT;

CREATE INDEX ticket_open ON ticket (day, state, service);
CREATE INDEX ticket_announced ON ticket (day, announced_ms) WHERE announced_ms IS NOT NULL;

CREATE TABLE print_job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    ticket INTEGER REFERENCES ticket (id),
    state TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX print_job_open ON print_job (state, id);
CREATE INDEX print_job_ticket ON print_job (ticket);

CREATE TABLE booking (
    code TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    service TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""

_VISIT = """
ALTER TABLE ticket ADD COLUMN by_post INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN is_rated INTEGER NOT NULL DEFAULT 0;

ALTER TABLE print_job ADD COLUMN procedure TEXT;
ALTER TABLE print_job ADD COLUMN language TEXT;

ALTER TABLE booking ADD COLUMN procedure TEXT;
ALTER TABLE booking ADD COLUMN person BLOB;

CREATE TABLE booking_list (
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    PRIMARY KEY (site, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE booking_use (
    code TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    ticket INTEGER NOT NULL REFERENCES ticket (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    day TEXT NOT NULL,
    digest BLOB NOT NULL,
    ticket INTEGER NOT NULL REFERENCES ticket (id),
    PRIMARY KEY (day, digest, ticket)
) STRICT, WITHOUT ROWID;

CREATE TABLE question (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    asked_ms INTEGER NOT NULL,
    deadline_ms INTEGER NOT NULL,
    sent_ms INTEGER,
    answered_ms INTEGER,
    answer TEXT
) STRICT;

CREATE INDEX question_subject ON question (kind, subject, id);
CREATE INDEX question_unsent ON question (id) WHERE sent_ms IS NULL AND answered_ms IS NULL
"""

_ORDER = """
ALTER TABLE ticket ADD COLUMN issued_seq INTEGER;
ALTER TABLE ticket ADD COLUMN called_seq INTEGER;
ALTER TABLE ticket ADD COLUMN announced_seq INTEGER;
ALTER TABLE ticket ADD COLUMN ended_seq INTEGER;
ALTER TABLE ticket ADD COLUMN queue_day TEXT NOT NULL DEFAULT '';

UPDATE ticket SET issued_seq = place.issued, called_seq = place.called,
    announced_seq = place.announced, ended_seq = place.ended
FROM (
    SELECT json_extract(payload, '$.t') AS ticket,
        max(seq) FILTER (WHERE kind = 'ticket.issued') AS issued,
        max(seq) FILTER (WHERE kind = 'ticket.called') AS called,
        max(seq) FILTER (WHERE kind IN ('ticket.called', 'ticket.recalled')) AS announced,
        max(seq) FILTER (WHERE kind IN ('ticket.done', 'ticket.no_show', 'ticket.cancelled', 'ticket.expired')) AS ended
    FROM journal WHERE kind GLOB 'ticket.*' GROUP BY 1
) AS place WHERE place.ticket = ticket.id;

UPDATE ticket SET queue_day = day;

DROP INDEX ticket_open;
DROP INDEX ticket_announced;
CREATE INDEX ticket_open ON ticket (queue_day, state, service);
CREATE INDEX ticket_announced ON ticket (queue_day, announced_seq) WHERE announced_seq IS NOT NULL
"""
