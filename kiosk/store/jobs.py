"""Print jobs on disk: each is printed at most once by itself.

queued ──▶ printing ──▶ printed
  │  ▲       │ └──────▶ uncertain      (a person decides: a copy, or nothing)
  │  └───────┼── nothing reached the printer
  └──────────┴──▶ dismissed            (nobody waits for it any more)

Every change names the state that it starts from, and changes nothing where the job is in another one by now: the
printer's process, visitors and officers all change jobs, each knowing what it last saw.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from kiosk.model.paper import PrintState
from kiosk.sqlite.transactions import Snapshot, WriteTransaction


class JobKind(StrEnum):
    """The kind of a print job."""

    SLIP = "slip"
    COPY = "copy"
    TEST = "test"
    CHECKLIST = "checklist"


class Job(Struct, frozen=True):
    """One row; `detail` is in English, for technicians. A checklist belongs to no ticket: `procedure` is its procedure,
    `language` the visitor's.
    """

    id: int
    kind: JobKind
    ticket: int | None
    state: PrintState
    created_ms: int
    detail: str
    procedure: str | None
    language: str | None


def enqueue(tx: WriteTransaction, kind: JobKind, ticket: int | None, now_ms: int) -> int:
    """Add a job and return its id."""
    cursor = tx.execute(
        "INSERT INTO print_job (kind, ticket, state, created_ms) VALUES (?, ?, 'queued', ?)", [kind, ticket, now_ms]
    )
    return cursor.lastrowid or 0


def enqueue_checklist(tx: WriteTransaction, procedure: str, language: str, now_ms: int) -> int:
    """Add the job of a checklist and return its id."""
    cursor = tx.execute(
        "INSERT INTO print_job (kind, state, created_ms, procedure, language) VALUES (?, 'queued', ?, ?, ?)",
        [JobKind.CHECKLIST, now_ms, procedure, language],
    )
    return cursor.lastrowid or 0


def first_queued(snapshot: Snapshot) -> Job | None:
    """Return the oldest queued job."""
    return _first(snapshot.query(f"{_SELECT} WHERE state = 'queued' ORDER BY id LIMIT 1"))


def find(snapshot: Snapshot, job: int) -> Job | None:
    """Return a job by its id."""
    return _first(snapshot.query(f"{_SELECT} WHERE id = ?", [job]))


def latest_of(snapshot: Snapshot, ticket: int) -> Job | None:
    """Return the newest job of a ticket."""
    return _first(snapshot.query(f"{_SELECT} WHERE ticket = ? ORDER BY id DESC LIMIT 1", [ticket]))


def in_state(snapshot: Snapshot, state: PrintState) -> list[Job]:
    """Return the jobs in a state, oldest first."""
    return [_job(row) for row in snapshot.query(f"{_SELECT} WHERE state = ? ORDER BY id", [state])]


def move(
    tx: WriteTransaction, job: int, before: PrintState, after: PrintState, *, now_ms: int, detail: str = ""
) -> bool:
    """Change a job from the state it was read in to another; return False, without a change, if it is in a third one by
    now.
    """
    cursor = tx.execute(
        "UPDATE print_job SET state = ?, ended_ms = ?, detail = ? WHERE id = ? AND state = ?",
        [after, now_ms, detail, job, before],
    )
    return cursor.rowcount == 1


def dismiss(
    tx: WriteTransaction, ticket: int, detail: str, *, now_ms: int, kinds: Sequence[JobKind] = tuple(JobKind)
) -> None:
    """Dismiss the queued and printing jobs of a ticket, because nobody waits for them. A printing job is included, so
    that it is not queued again if nothing reached the printer.
    """
    marks = ", ".join("?" * len(kinds))
    tx.execute(
        "UPDATE print_job SET state = 'dismissed', ended_ms = ?, detail = ?"
        f" WHERE ticket = ? AND state IN ('queued', 'printing') AND kind IN ({marks})",
        [now_ms, detail, ticket, *kinds],
    )


def settle_uncertain(tx: WriteTransaction, ticket: int, state: PrintState, detail: str, now_ms: int) -> None:
    """Set the uncertain jobs of a ticket to a state, after a person has looked."""
    tx.execute(
        "UPDATE print_job SET state = ?, detail = ?, ended_ms = ? WHERE ticket = ? AND state = 'uncertain'",
        [state, detail, now_ms, ticket],
    )


_Fresh = tuple[str, float]
"""A boot, and an uptime of it in seconds: a ticket taken after that has not waited long, whatever the date."""

_STALE = (
    "state = 'queued' AND created_ms < ? AND NOT EXISTS (SELECT 1 FROM ticket JOIN journal ON seq = issued_seq"
    " WHERE ticket.id = print_job.ticket AND boot = ? AND uptime_ms >= ?)"
)


def has_older(snapshot: Snapshot, before_ms: int, fresh: _Fresh) -> bool:
    """Tell whether a job has waited since before a time, and was not taken lately by the uptime."""
    values = (before_ms, fresh[0], round(fresh[1] * 1000))
    return snapshot.query(f"SELECT 1 FROM print_job WHERE {_STALE} LIMIT 1", values).fetchone() is not None


def dismiss_older(tx: WriteTransaction, before_ms: int, now_ms: int, fresh: _Fresh) -> int:
    """Dismiss the jobs that have waited since before a time and were not taken lately by uptime; return how many."""
    cursor = tx.execute(
        f"UPDATE print_job SET state = 'dismissed', ended_ms = ?, detail = 'waited too long' WHERE {_STALE}",
        [now_ms, before_ms, fresh[0], round(fresh[1] * 1000)],
    )
    return cursor.rowcount


def forget_before(tx: WriteTransaction, before_ms: int) -> None:
    """Delete the jobs without a ticket from before a time; a ticket's jobs are deleted with it."""
    tx.execute("DELETE FROM print_job WHERE ticket IS NULL AND created_ms < ?", [before_ms])


_SELECT = "SELECT id, kind, ticket, state, created_ms, detail, procedure, language FROM print_job"


def _first(rows: sqlite3.Cursor) -> Job | None:
    row = rows.fetchone()
    return _job(row) if row else None


def _job(row: sqlite3.Row) -> Job:
    return Job(row[0], JobKind(row[1]), row[2], PrintState(row[3]), row[4], row[5], row[6], row[7])
