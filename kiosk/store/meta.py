"""Facts about the whole hall, one row each."""

from __future__ import annotations

from kiosk.sqlite.transactions import Snapshot, WriteTransaction


def last_day(snapshot: Snapshot) -> str:
    """Return the last opened business day, or an empty string in a new home."""
    return _value(snapshot, "day") or ""


def open_day(tx: WriteTransaction, day: str) -> None:
    """Record that a business day has begun."""
    _keep(tx, "day", day)


def ended_before(snapshot: Snapshot) -> str:
    """Return the business day before which all days are closed, or an empty string if that is the last opened one."""
    return _value(snapshot, "ended_before") or ""


def end_before(tx: WriteTransaction, day: str) -> None:
    """Record that all days before a day are closed."""
    _keep(tx, "ended_before", day)


def leap(snapshot: Snapshot) -> str:
    """Return the business day to which the date last jumped from a much earlier one, or an empty string."""
    return _value(snapshot, "leap") or ""


def note_leap(tx: WriteTransaction, day: str | None) -> None:
    """Record the day to which the date has jumped; None when it has come back."""
    _keep(tx, "leap", day)


def out_of_service(snapshot: Snapshot) -> str | None:
    """Return the reason why this kiosk is out of service, which may be empty; None while it is in service."""
    return _value(snapshot, "out_of_service")


def take_out_of_service(tx: WriteTransaction, reason: str) -> None:
    """Take the kiosk out of service."""
    _keep(tx, "out_of_service", reason)


def put_into_service(tx: WriteTransaction) -> None:
    """Put the kiosk back into service."""
    _keep(tx, "out_of_service", None)


_TROUBLE = "trouble:"


def troubles(snapshot: Snapshot) -> dict[str, str]:
    """Return the last status of each faulty device in the journal: `{"printer": "paper_out"}`."""
    rows = snapshot.query("SELECT key, value FROM meta WHERE key GLOB ?", [f"{_TROUBLE}*"])
    return {str(key).removeprefix(_TROUBLE): str(word) for key, word in rows}


def tell_trouble(tx: WriteTransaction, device: str, word: str | None) -> None:
    """Record a device's last status in the journal; None for a normal one."""
    _keep(tx, _TROUBLE + device, word)


def _value(snapshot: Snapshot, key: str) -> str | None:
    row = snapshot.query("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else None


def _keep(tx: WriteTransaction, key: str, value: str | None) -> None:
    if value is None:
        tx.execute("DELETE FROM meta WHERE key = ?", [key])
    else:
        tx.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])
