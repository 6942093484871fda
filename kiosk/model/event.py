"""An event of the journal: what both ends of the line and the database hand to each other."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.records import Record

Value = int | str | bool | None
Payload = Mapping[str, Value]


class Event(Record):
    """One row: `seq` rises by one without a gap, `at_ms` is business time in UTC milliseconds since 1970."""

    seq: int
    kind: str
    at_ms: int
    payload: dict[str, Value]
