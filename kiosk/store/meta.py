"""The few facts that hold for the whole hall and stand in one row each."""

from __future__ import annotations

from kiosk.sqlite.transactions import Snapshot, WriteTransaction


def last_day(snapshot: Snapshot) -> str:
    """Return the business day that was opened last, or an empty string in a new home."""
    return _value(snapshot, "day") or ""


def open_day(tx: WriteTransaction, day: str) -> None:
    """Note that a business day has begun."""
    _keep(tx, "day", day)


def ended_before(snapshot: Snapshot) -> str:
    """Return the business day before which all is ended, or an empty string where that is the one opened last."""
    return _value(snapshot, "ended_before") or ""


def end_before(tx: WriteTransaction, day: str) -> None:
    """Note that all is ended that belonged to days before a day."""
    _keep(tx, "ended_before", day)


def leap(snapshot: Snapshot) -> str:
    """Return the business day to which the date leapt last from one long before, or an empty string."""
    return _value(snapshot, "leap") or ""


def note_leap(tx: WriteTransaction, day: str | None) -> None:
    """Note that the date has leapt to a day; None when it has come back."""
    _keep(tx, "leap", day)


def out_of_service(snapshot: Snapshot) -> str | None:
    """Return why this kiosk was taken out of service, perhaps without a word; None while it is in service."""
    return _value(snapshot, "out_of_service")


def take_out_of_service(tx: WriteTransaction, reason: str) -> None:
    """Note that nothing is offered here until somebody says otherwise."""
    _keep(tx, "out_of_service", reason)


def put_into_service(tx: WriteTransaction) -> None:
    """Note that all is offered again."""
    _keep(tx, "out_of_service", None)


_TROUBLE = "trouble:"


def troubles(snapshot: Snapshot) -> dict[str, str]:
    """Return what the journal says last of each device that is not well: `{"printer": "paper_out"}`."""
    rows = snapshot.query("SELECT key, value FROM meta WHERE key GLOB ?", [f"{_TROUBLE}*"])
    return {str(key).removeprefix(_TROUBLE): str(word) for key, word in rows}


def tell_trouble(tx: WriteTransaction, device: str, word: str | None) -> None:
    """Note what the journal says of a device, None when it is well."""
    _keep(tx, _TROUBLE + device, word)


def _value(snapshot: Snapshot, key: str) -> str | None:
    row = snapshot.query("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else None


def _keep(tx: WriteTransaction, key: str, value: str | None) -> None:
    if value is None:
        tx.execute("DELETE FROM meta WHERE key = ?", [key])
    else:
        tx.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])
