"""The city's tables, as migrations. Imported only when a file is new or old: sqlite-utils costs 70 ms to import."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("city")


@migrations()
def m001_events(db: Database) -> None:
    """Create the first tables: what kiosks say, and the tickets made of it."""
    _run(db, _EVENTS)


@migrations()
def m002_visits(db: Database) -> None:
    """Make room for what a visit can hold: feedback, calls for help, bookings, dossiers."""
    _run(db, _VISITS)


@migrations()
def m003_sites(db: Database) -> None:
    """Clean what kiosks could say of where they stand, and of their health, while nobody checked it.

    What was made of such messages goes. The events stay, and each kiosk sends its health again when the city is back.
    """
    _run(db, _SITES)


@migrations()
def m004_order(db: Database) -> None:
    """Order calls by the journal of their kiosk; of those from before this, only the time of the call is known."""
    _run(db, _ORDER)


def _run(db: Database, statements: str) -> None:
    for statement in statements.split(";\n"):
        db.execute(statement)


_EVENTS = """
CREATE TABLE device (
    device TEXT PRIMARY KEY,
    site TEXT NOT NULL DEFAULT '',
    day TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'unknown',
    state_ms INTEGER,
    heard_ms INTEGER,
    release TEXT NOT NULL DEFAULT '',
    health TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE TABLE stream (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    epoch BLOB NOT NULL,
    site TEXT NOT NULL DEFAULT '',
    up_to INTEGER NOT NULL DEFAULT 0,
    UNIQUE (device, epoch)
) STRICT;

CREATE TABLE event (
    stream INTEGER NOT NULL REFERENCES stream (id),
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    payload BLOB NOT NULL,
    hash BLOB NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES stream (id),
    seq INTEGER NOT NULL,
    reason TEXT NOT NULL,
    kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    payload BLOB NOT NULL,
    hash BLOB NOT NULL,
    received_ms INTEGER NOT NULL,
    UNIQUE (stream, seq, hash)
) STRICT;

CREATE TABLE ticket (
    stream INTEGER NOT NULL REFERENCES stream (id),
    id INTEGER NOT NULL,
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    number TEXT NOT NULL,
    service TEXT NOT NULL,
    state TEXT NOT NULL,
    token TEXT NOT NULL,
    priority TEXT,
    procedure TEXT,
    language TEXT NOT NULL,
    counter INTEGER,
    calls INTEGER NOT NULL DEFAULT 0,
    issued_ms INTEGER NOT NULL,
    called_ms INTEGER,
    serving_ms INTEGER,
    ended_ms INTEGER,
    PRIMARY KEY (stream, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_token ON ticket (token);
CREATE INDEX ticket_day ON ticket (day, site, service, state)
"""

_VISITS = """
ALTER TABLE ticket ADD COLUMN by_post INTEGER NOT NULL DEFAULT 0;

CREATE TABLE feedback (
    stream INTEGER NOT NULL REFERENCES stream (id),
    seq INTEGER NOT NULL,
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    face INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    ticket INTEGER,
    PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX feedback_day ON feedback (day, site);

CREATE TABLE help_call (
    stream INTEGER NOT NULL REFERENCES stream (id),
    seq INTEGER NOT NULL,
    site TEXT NOT NULL,
    asked_ms INTEGER NOT NULL,
    counter INTEGER,
    answered_ms INTEGER,
    PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX help_call_open ON help_call (asked_ms) WHERE answered_ms IS NULL;

CREATE TABLE booking_day (
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    key BLOB NOT NULL,
    made_ms INTEGER NOT NULL,
    PRIMARY KEY (site, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE booking (
    code TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    minute INTEGER NOT NULL,
    service TEXT NOT NULL,
    procedure TEXT,
    person BLOB,
    cancelled_ms INTEGER,
    checked_in_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX booking_day_of ON booking (day, site, minute);

CREATE TABLE dossier (
    code TEXT PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL,
    received TEXT,
    due TEXT,
    counter INTEGER,
    changed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""

_SITES = """
UPDATE device SET site = '' WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]';
UPDATE device SET day = '' WHERE day NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]';
UPDATE device SET release = '', health = '{}';
UPDATE stream SET site = '' WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]';
DELETE FROM ticket WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]';
DELETE FROM feedback WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]';
DELETE FROM help_call WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]';
DELETE FROM booking WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]';
DELETE FROM booking_day WHERE site NOT GLOB '[0-9][0-9][0-9][0-9][0-9]'
"""
_ORDER = """
ALTER TABLE ticket ADD COLUMN called_seq INTEGER
"""
"""Calls are ordered by the journal of their kiosk; of those from before this, the time of the call is what there is."""
