"""The last believed time: one row, written when it says something new."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kiosk.decoding import json_of
from kiosk.model.time import RELEASED_AT, STEP_TOLERANCE, Anchor, Claim, Source, Trust, to_ms, to_utc
from kiosk.sqlite.transactions import Snapshot, WriteTransaction

log = logging.getLogger(__name__)

_MILLISECOND = timedelta(milliseconds=1)


class _Row(msgspec.Struct, frozen=True, array_like=True):
    """The row: one array; fields that older releases did not write are missing at its end."""

    boot_id: str
    uptime_s: float
    utc_ms: int
    offset_ms: int
    trust: int
    since_s: float | None = None
    claim: tuple[Source, float, int] | None = None


def read(snapshot: Snapshot) -> Anchor | None:
    """Return the last believed time, or None in a new home."""
    found = snapshot.query("SELECT value FROM meta WHERE key = 'anchor'").fetchone()
    if found is None:
        return None
    row = json_of(found[0], _Row)
    claim = Claim(row.claim[0], row.claim[1], to_utc(row.claim[2])) if row.claim else None
    offset = timedelta(milliseconds=row.offset_ms)
    since_s = row.uptime_s if row.since_s is None else row.since_s
    return Anchor(row.boot_id, row.uptime_s, to_utc(row.utc_ms), offset, Trust(row.trust), since_s, claim)


def keep(tx: WriteTransaction, anchor: Anchor) -> None:
    """Store the believed time, and log what has changed."""
    before = read(tx)
    if anchor == before:
        return
    claim: Any = anchor.claim and (anchor.claim.source, anchor.claim.uptime_s, to_ms(anchor.claim.utc))
    offset_ms = round(anchor.offset / _MILLISECOND)
    row = _Row(anchor.boot_id, anchor.uptime_s, to_ms(anchor.utc), offset_ms, int(anchor.trust), anchor.since_s, claim)
    tx.execute("INSERT OR REPLACE INTO meta VALUES ('anchor', ?)", [msgspec.json.encode(row).decode()])
    if before is not None and before.boot_id == anchor.boot_id:
        _tell(before, anchor)


def last_time(snapshot: Snapshot, anchor: Anchor | None) -> datetime:
    """Return the last recorded time (aware UTC): of the newest event, or of an anchor set since."""
    row = snapshot.query("SELECT at_ms, uptime_ms, boot FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    if anchor is None:
        return to_utc(row[0]) if row else RELEASED_AT
    is_newer = row is not None and row[2] == anchor.boot_id and row[1] >= round(anchor.uptime_s * 1000)
    return to_utc(row[0]) if is_newer else anchor.utc


def _tell(before: Anchor, anchor: Anchor) -> None:
    expected = before.at(anchor.uptime_s)
    if abs(anchor.utc - expected) > STEP_TOLERANCE:
        log.warning("the time is now %s, before it was %s", _text(anchor.utc), _text(expected))
    claim = anchor.claim
    if claim is not None and claim != before.claim:
        log.warning(
            "the %s says that it is %s, we believe %s: one word is not enough",
            claim.source.value,
            _text(claim.utc),
            _text(anchor.at(claim.uptime_s)),
        )


def _text(utc: datetime) -> str:
    return f"{utc:%Y-%m-%d %H:%M:%S} UTC"
