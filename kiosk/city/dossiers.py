"""The city's dossiers, and its answer to a question about one.

In practice a dossier system knows them; `kiosk city dossier set` stands in for it.
"""

from __future__ import annotations

from datetime import date

from kiosk import crypto
from kiosk.records import Record
from kiosk.sqlite.transactions import Snapshot, WriteTransaction
from kiosk.wire.requests import DOSSIER, DossierAnswer, WireQuestion


class Dossier(Record):
    """One dossier; `state` is one of `kiosk.wire.requests.STATES`, the days are ISO dates."""

    code: str
    state: str
    received: str | None
    due: str | None
    counter: int | None
    changed_ms: int


def put(tx: WriteTransaction, dossier: Dossier) -> None:
    """Store a dossier; this replaces what was stored before."""
    tx.execute(
        "INSERT OR REPLACE INTO dossier VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            dossier.code,
            crypto.digest_of_dossier(dossier.code),
            dossier.state,
            dossier.received,
            dossier.due,
            dossier.counter,
            dossier.changed_ms,
        ],
    )


def every(snapshot: Snapshot) -> list[Dossier]:
    """Return all dossiers in the order of their codes."""
    rows = snapshot.query("SELECT code, state, received, due, counter, changed_ms FROM dossier ORDER BY code")
    return [Dossier(*row) for row in rows]


def answer(snapshot: Snapshot, question: WireQuestion, now_ms: int) -> DossierAnswer | None:
    """Return the answer to a question, or None for a kind of question that this city does not know."""
    if question.kind != DOSSIER:
        return None
    row = snapshot.query(
        "SELECT state, received, due, counter FROM dossier WHERE digest = ?", [question.subject]
    ).fetchone()
    if row is None:
        return DossierAnswer("unknown", now_ms)
    return DossierAnswer(row["state"], now_ms, _day(row["received"]), _day(row["due"]), row["counter"])


def _day(iso: str | None) -> date | None:
    return None if iso is None else date.fromisoformat(iso)
