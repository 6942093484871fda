"""The limits on the numbers that one person may take on a day, walk-in and booked together."""

from __future__ import annotations

from kiosk.config.types import Rules
from kiosk.errors import LimitError
from kiosk.lobby.conditions import Refusal
from kiosk.store import persons
from kiosk.store.database import Snapshot

_REASONS = {
    Refusal.TOO_MANY: "this person has taken the numbers that one person may take on a day",
    Refusal.SAME_FIELD: "this person has taken a number of this service today",
}


def refusal(snapshot: Snapshot, rules: Rules, day: str, person: bytes, letter: str) -> Refusal | None:
    """Return why a person gets no further number of a service today, or None. Cancelled numbers do not count."""
    taken = persons.letters_of(snapshot, day, person)
    if rules.numbers_a_day is not None and len(taken) >= rules.numbers_a_day:
        return Refusal.TOO_MANY
    if rules.one_a_field and letter in taken:
        return Refusal.SAME_FIELD
    return None


def check(snapshot: Snapshot, rules: Rules, day: str, person: bytes, letter: str) -> None:
    """Refuse a number that the rules do not allow.

    Raises:
        LimitError: `code` says which rule.
    """
    reason = refusal(snapshot, rules, day, person, letter)
    if reason is not None:
        raise LimitError(_REASONS[reason], code=reason.value)
