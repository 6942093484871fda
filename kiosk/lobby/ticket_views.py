"""Views of one ticket. A module of its own: every command shows one, and defining classes costs start-up time."""

from __future__ import annotations

from datetime import datetime

from kiosk.config import Text
from kiosk.model.paper import PrintState
from kiosk.records import Record


class TicketView(Record):
    """One ticket as its owner sees it, on the screen and on the slip."""

    number: str
    service: str
    service_name: Text
    procedure_name: Text | None
    ready: tuple[Text, ...]
    priority: str | None
    state: str
    day: str
    issued_at: datetime
    ahead: int
    wait_minutes: int | None
    counters: tuple[int, ...]
    language: str
    token: str
    follow_url: str
    print_state: PrintState
    booked_at: datetime | None = None
    by_post: bool = False


class QueueRow(Record):
    """One waiting, parked or active ticket in an officer's list; `since` is when it last began to wait."""

    number: str
    service: str
    service_name: Text
    procedure_name: Text | None
    priority: str | None
    state: str
    counter: int | None
    language: str
    issued_at: datetime
    since: datetime
    called_at: datetime | None
    serving_at: datetime | None
    calls: int
    booked_at: datetime | None = None
    by_post: bool = False
