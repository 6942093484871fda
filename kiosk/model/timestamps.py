"""Timestamps as the database and the line keep them: UTC milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime


def to_ms(utc: datetime) -> int:
    """Return UTC milliseconds since 1970."""
    return round(utc.timestamp() * 1000)


def to_utc(ms: int) -> datetime:
    """Return the aware UTC datetime of milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)
